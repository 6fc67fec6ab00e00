import FarmStore
import FarmTemplate
import FarmTransport
import Testing

@testable import FarmController

/// What launchers tell of engines that are pending: who hears it, and for how long it holds.
@Suite struct LauncherNewsTests {
    private static let launcher = SessionID(9)
    private static let key = UniqueKey(high: 9, low: 9)
    private let desk = DeskBench()

    init() { arrive(Self.launcher) }

    private func arrive(_ session: SessionID) {
        desk.bench.arrive(HelloMessage(client: Self.key, grant: []), session, .launcher)
    }

    private let news =
        #"{"query":"launcher","launcher":"slurm","series":"slurm","tags":["big"],"spare":0,"trouble":"","units":["#
        + #"{"name":"slurm-0","engines":4,"state":"pending","why":"Slurm job 12: PENDING: Resources","series":"slurm-12"}]}"#

    /// A task for the bench's engine, which goes, so that nobody is left for it.
    private func loseEngine() throws {
        var spec = GroupSpec(template: 0, count: 1)
        spec.policy.targets = ["big", "e"]
        spec.policy.needs.cpus = 1
        var other = GroupSpec(template: 0, count: 4)
        other.policy.priority = 9
        desk.submit([other, spec])
        desk.bench.receive(NodeBench.engine, .bye, ByeMessage(why: .leaving, message: "").encoded)
        desk.bench.turn()
    }

    private func state(_ task: String) throws -> String {
        let (_, text) = try desk.ask(#"{"query":"why","task":"\#(task)"}"#)
        return try JSONValue(parsing: Array(text.utf8))["state"]?.stringValue ?? text
    }

    @Test func `why names what is pending, and a task that may need it is not impossible`() throws {
        #expect(try desk.ask(news, as: Self.launcher).code == .ok)
        try loseEngine()
        #expect(try state("1.4") == "ready")
        #expect(
            try desk.why("1.4")
                == "no engine is here; the launcher slurm has 4 engines pending (slurm-0: Slurm job 12: PENDING: Resources)"
        )
        let (_, status) = try desk.ask(#"{"query":"status"}"#)
        #expect(status.contains(#""launchers":[{"launcher":"slurm","pending":4,"spare":0,"trouble":null"#))
        // Nothing is pending any more.
        let none = #"{"query":"launcher","launcher":"slurm","series":"slurm","units":[]}"#
        #expect(try desk.ask(none, as: Self.launcher).code == .ok)
        #expect(try state("1.4") == "impossible")
        #expect(try state("1.3") == "ready", "any engine will do for it")
    }

    @Test func `what may be started by need is told, and why it cannot be`() throws {
        try loseEngine()
        let spare =
            #"{"query":"launcher","launcher":"slurm","series":"slurm","spare":64,"units":[]}"#
        _ = try desk.ask(spare, as: Self.launcher)
        #expect(
            try desk.why("1.0")
                == "no engine is here; the launcher slurm may start 64 engines by need")
        let trouble =
            #"{"query":"launcher","launcher":"slurm","series":"slurm","spare":64,"trouble":"refused; it is tried again in 40 s","units":[]}"#
        _ = try desk.ask(trouble, as: Self.launcher)
        #expect(
            try desk.why("1.0")
                == "no engine is here; the launcher slurm: refused; it is tried again in 40 s")
    }

    @Test func `news of a launcher that says bye end at once, and of one that is lost after half a minute`()
        throws
    {
        _ = try desk.ask(news, as: Self.launcher)
        try loseEngine()
        desk.bench.node.sessionLost(Self.launcher, .unreachable)
        desk.bench.turn()
        #expect(try state("1.4") == "ready")
        // It comes back in time, and says it again.
        desk.bench.now = desk.bench.now + .seconds(20)
        arrive(SessionID(10))
        _ = try desk.ask(news, as: SessionID(10))
        desk.bench.now = desk.bench.now + .seconds(60)
        desk.bench.turn()
        #expect(try state("1.4") == "ready")
        desk.bench.node.sessionLost(SessionID(10), .silent)
        desk.bench.turn()
        let due = desk.bench.node.nextTimer
        #expect(due <= desk.bench.now + .seconds(30))
        desk.bench.now = desk.bench.now + .seconds(31)
        desk.bench.turn()
        #expect(try state("1.4") == "impossible")
    }

    @Test func `news that end with a bye leave nobody waiting`() throws {
        _ = try desk.ask(news, as: Self.launcher)
        try loseEngine()
        desk.bench.node.sessionLost(Self.launcher, .left)
        desk.bench.turn()
        #expect(try state("1.4") == "impossible")
    }

    @Test func `only launchers and admins may tell, and what is malformed is said`() throws {
        #expect(try desk.ask(news).code == .notPermitted)
        #expect(try desk.ask(news, as: DeskBench.observer).code == .notPermitted)
        #expect(try desk.ask(news, as: DeskBench.admin).code == .ok)
        for wrong in [
            #"{"query":"launcher"}"#, #"{"query":"launcher","launcher":"a","series":"a","units":[{}]}"#,
            #"{"query":"launcher","launcher":"a","series":"a","units":[],"spare":-1}"#,
            #"{"query":"launcher","launcher":"a","series":"a","units":[],"spare":99999999}"#,
        ] {
            #expect(try desk.ask(wrong, as: Self.launcher).code == .malformed)
        }
    }

    @Test func `the backlog is told by what tasks need`() throws {
        var spec = GroupSpec(template: 0, count: 5)
        spec.policy.needs = Needs(cpus: 8, tags: ["big"])
        spec.policy.estimateNanoseconds = .seconds(60)
        desk.submit([spec])
        let (_, text) = try desk.ask(#"{"query":"backlog"}"#, as: Self.launcher)
        #expect(
            text
                == #"{"backlog":[{"tasks":5,"nanoseconds":300000000000,"at_once":5,"cpus":8,"memory":0,"gpus":0,"named":{},"tags":["big"],"targets":[],"ranks":null}],"stopping":false}"#
        )
    }
}
