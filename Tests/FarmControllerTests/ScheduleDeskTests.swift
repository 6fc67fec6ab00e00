import FarmSchedule
import FarmStore
import FarmTemplate
import Logging
import Testing

@testable import FarmController
@testable import FarmTransport

/// Schedules by query: who may, what it says, and that it is kept.
@Suite struct ScheduleDeskTests {
    /// A desk whose clock and processes are the test's.
    final class Bench {
        let desk: DeskBench
        let schedules: ScheduleDesk
        var started: [String] = []
        var seconds: Int64

        init(_ seconds: Int64 = 1_000_000, ledger: MemoryLedger? = nil) {
            desk = DeskBench(keeps: true, ledger: ledger)
            self.seconds = seconds
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            let place = Place()
            schedules = ScheduleDesk(
                node: desk.bench.node, subject: "me", logger: logger,
                clock: { (place.bench?.seconds ?? seconds) * 1_000_000_000 },
                start: { place.bench?.started.append("\($0) \($1)") })
            desk.desk.schedules = schedules
            place.bench = self
        }

        private final class Place {
            weak var bench: Bench?
        }

        func turn(at seconds: Int64) {
            self.seconds = seconds
            schedules.turn()
            desk.bench.turn()
        }

        func query(_ deed: String, _ more: String = "", as session: SessionID = NodeBench.client) throws -> (
            code: WireCode, text: String
        ) {
            try desk.ask(#"{"query":"schedule","do":"\#(deed)","name":"heat"\#(more)}"#, as: session)
        }

        func add(_ more: String = "", as session: SessionID = NodeBench.client) throws -> (
            code: WireCode, text: String
        ) {
            try desk.ask(
                #"{"query":"schedule","do":"add","schedule":{"name":"heat","file":"/f.yaml","cron":"@every 100s","timezone":"UTC"\#(more)}}"#,
                as: session)
        }
    }

    @Test func `a schedule that is added fires, and its run is carried out by whoever asks for it`() throws {
        let bench = Bench()
        let added = try bench.add(
            #","notify":{"failure":"x"},"surroundings":{"dir":"/w","env":{"A":"secret"}}"#)
        #expect(added.code == .ok && added.text.contains(#""new":true"#))
        #expect(added.text.contains(#""next":1000100000000000"#) && !added.text.contains("secret"))
        bench.turn(at: 1_000_099)
        #expect(bench.started == [])
        bench.turn(at: 1_000_100)
        #expect(bench.started == ["heat 1000100"])
        let begun = try bench.query("begin", #","at":1000100000000000"#)
        #expect(begun.text.contains(#""env":{"A":"secret"}"#) && begun.text.contains(#""before":null"#))
        #expect(begun.text.contains(#""state":"running""#))
        let told = try bench.query(
            "report", #","at":1000100000000000,"state":"running","job":7,"digest":"ab""#)
        #expect(told.text == #"{"wanted":true}"#)
        let ended = try bench.query(
            "report",
            #","at":1000100000000000,"state":"failed","cause":"broken","job":7,"tasks":3,"succeeded":2"#)
        #expect(ended.text == #"{"wanted":false}"#)
        let shown = try bench.query("show", as: DeskBench.observer)
        #expect(
            shown.text.contains(#""state":"failed","cause":"broken""#) && shown.text.contains(#""job":7"#))
        #expect(!shown.text.contains("secret"))
        // It was told once; what comes late changes nothing.
        _ = try bench.query("report", #","at":1000100000000000,"state":"succeeded""#)
        #expect(try bench.query("show").text.contains(#""state":"failed""#))
        bench.turn(at: 1_000_200)
        #expect(try bench.query("begin", #","at":1000200000000000"#).text.contains(#""before":"failed""#))
    }

    @Test func `C49 all of it is in the ledger, and a controller that starts again goes on`() throws {
        let ledger = MemoryLedger(isReplayable: true)
        let first = Bench(ledger: ledger)
        _ = try first.add(#","catch_up":"all","keep":5"#)
        first.turn(at: 1_000_100)
        let second = Bench(1_000_350, ledger: ledger)
        second.turn(at: 1_000_350)
        // What ran goes on; what was missed follows it.
        #expect(second.started == ["heat 1000100"])
        _ = try second.query("report", #","at":1000100000000000,"state":"succeeded""#)
        #expect(second.started == ["heat 1000100", "heat 1000200"])
        #expect(try second.query("show").text.contains(#""state":"queued""#))
        #expect(try second.query("disable").text.contains(#""changed":true"#))
        let third = Bench(1_000_900, ledger: ledger)
        third.turn(at: 1_000_900)
        let shown = try third.query("show").text
        #expect(shown.contains(#""enabled":false"#) && shown.contains(#""state":"skipped""#))
        #expect(shown.contains(#""keep":5"#))
        _ = try third.query("remove")
        let fourth = Bench(1_001_000, ledger: ledger)
        #expect(try fourth.query("show").code == .unknown)
    }

    @Test func `only whose controller it is may have schedules, and whoever may look sees them`() throws {
        let bench = Bench()
        #expect(try bench.add(as: DeskBench.observer).code == .notPermitted)
        #expect(try bench.add(as: DeskBench.admin).code == .ok)
        for deed in ["remove", "enable", "disable", "run-now", "begin", "report"] {
            #expect(
                try bench.query(deed, #","at":5"#, as: DeskBench.observer).code == .notPermitted, "\(deed)")
        }
        #expect(try bench.desk.ask(#"{"query":"schedules"}"#, as: DeskBench.observer).text.contains("heat"))
        let other = Bench()
        // The same role, and somebody else's name.
        let stranger = ClientIdentity(session: SessionID(77), role: .taskClient, subject: "you")
        let (code, body) = other.desk.desk.answer(
            Array(#"{"query":"schedule","do":"add","schedule":{}}"#.utf8), from: stranger)
        #expect(code == .notPermitted && String(decoding: body, as: UTF8.self).contains("as me"))
    }

    @Test(arguments: [
        (#"{"query":"schedule","do":"add"}"#, WireCode.malformed, "'name'"),
        (#"{"query":"schedule","do":"add","schedule":{"name":"a b"}}"#, .malformed, "no name of a schedule"),
        (#"{"query":"schedule","do":"add","schedule":{"name":"../x"}}"#, .malformed, "no name of a schedule"),
        (#"{"query":"schedule","do":"add","schedule":{"name":"a","file":"f"}}"#, .malformed, "absolute"),
        (
            #"{"query":"schedule","do":"add","schedule":{"name":"a","file":"/f","cron":"0 0 30 2 *","timezone":"UTC"}}"#,
            .malformed, "never fires"
        ),
        (
            #"{"query":"schedule","do":"add","schedule":{"name":"a","file":"/f","cron":"@daily","timezone":"Europe/Berln"}}"#,
            .malformed, "Europe/Berlin"
        ),
        (
            #"{"query":"schedule","do":"add","schedule":{"name":"a","file":"/f","cron":"@daily","timezone":"UTC","overlap":"maybe"}}"#,
            .malformed, "skip, queue, replace"
        ),
        (
            #"{"query":"schedule","do":"add","schedule":{"name":"a","file":"/f","cron":"@daily","timezone":"UTC","keep":0}}"#,
            .malformed, "'keep'"
        ),
        (
            #"{"query":"schedule","do":"add","schedule":{"name":"a","file":"/f","cron":"@daily","timezone":"UTC","notify":{"failure":7}}}"#,
            .malformed, "'notify'"
        ),
        (
            #"{"query":"schedule","do":"add","schedule":{"name":"a","file":"/f","cron":"@daily","timezone":"UTC","surroundings":{"dir":"w"}}}"#,
            .malformed, "'surroundings'"
        ),
        (#"{"query":"schedule","do":"show","name":"heta"}"#, .unknown, "did you mean “heat”"),
        (#"{"query":"schedule","do":"dance","name":"heat"}"#, .malformed, "add, show"),
        (#"{"query":"schedule","do":"report","name":"heat","at":0,"state":"happy"}"#, .malformed, "'state'"),
        (#"{"query":"schedule","do":"begin","name":"heat"}"#, .malformed, "'at'"),
    ])
    func `what cannot be is refused with words, and changes nothing`(
        _ query: String, _ code: WireCode, _ words: String
    ) throws {
        let bench = Bench()
        _ = try bench.add()
        let answer = try bench.desk.ask(query)
        #expect(answer.code == code && answer.text.contains(words), "\(answer)")
        #expect(bench.schedules.registered.count == 1)
    }

    @Test func `a schedule that the ledger has in words of another version is shown, and nobody forgets it`()
        throws
    {
        let ledger = MemoryLedger(isReplayable: true)
        let first = Bench(ledger: ledger)
        _ = try first.add()
        first.turn(at: 1_000_100)
        _ = try first.query("report", #","at":1000100000000000,"state":"succeeded""#)
        let body = Array(#"{"name":"heat","file":"/f","cron":"@sometimes"}"#.utf8)
        ledger.append(fact: .schedule("heat", body))
        first.turn(at: 1_000_101)
        let second = Bench(1_000_900, ledger: ledger)
        second.turn(at: 1_000_900)
        let shown = try second.query("show").text
        #expect(shown.contains(#""trouble":"what the ledger has of it cannot be read"#), "\(shown)")
        #expect(shown.contains(#""state":"succeeded""#) && second.started == [])
        #expect(try second.desk.ask(#"{"query":"schedules"}"#).text.contains(#""name":"heat""#))
        for deed in ["run-now", "disable", "enable"] {
            #expect(try second.query(deed).code == .unavailable, "\(deed)")
        }
        // It is as it was for the version that can read it, until it is added again.
        #expect(try Bench(ledger: ledger).query("show").text.contains(#""trouble":"what"#))
        let added = try second.add()
        #expect(added.text.contains(#""new":false"#) && added.text.contains(#""trouble":null"#))
        second.turn(at: 1_001_000)
        #expect(second.started == ["heat 1001000"])
    }

    @Test func `a cancelled run between a bad and a good one hides no recovery`() throws {
        let bench = Bench()
        _ = try bench.add()
        for (at, state) in [(1_000_100, "failed"), (1_000_200, "cancelled"), (1_000_300, "succeeded")] {
            bench.turn(at: Int64(at))
            if at == 1_000_300 { break }
            _ = try bench.query("report", #","at":\#(at)000000000,"state":"\#(state)""#)
        }
        #expect(try bench.query("begin", #","at":1000300000000000"#).text.contains(#""before":"failed""#))
    }

    @Test func `a clock that is put back is noticed by itself`() throws {
        let bench = Bench()
        _ = try bench.add()
        bench.turn(at: 9_000_000)
        _ = try bench.query("report", #","at":9000000000000000,"state":"succeeded""#)
        bench.turn(at: 1_000_050)
        #expect(try bench.query("show").text.contains(#""next":1000100000000000"#))
        bench.started = []
        bench.turn(at: 1_000_100)
        #expect(bench.started == ["heat 1000100"])
    }

    @Test func `the farm of a run has no schedules`() throws {
        let desk = DeskBench()
        #expect(try desk.ask(#"{"query":"schedules"}"#).code == .unavailable)
    }
}
