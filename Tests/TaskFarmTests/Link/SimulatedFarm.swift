import FarmStore
import FarmTransport

@testable import TaskFarm

/// A controller, an engine and a client's core in one thread under virtual time.
final class SimulatedFarm {
    let network = MemoryNetwork()
    let status = Watched(LinkStatus())
    private(set) var client: MemoryLink!
    private(set) var engine: MemoryLink!
    private var controller: ControllerNode!
    private var ledger = MemoryLedger(isReplayable: true)
    /// Drops the client's link, or not, after each step.
    var fault: (Int) -> Bool = { _ in false }
    private var steps = 0

    init() {
        startController()
        client = network.attach(role: .taskClient) { [status] sink in
            ClientCore(key: UniqueKey(high: 1, low: 1), sink: sink, status: status)
        }
        let info = EngineInfo(key: UniqueKey(high: 2, low: 2), name: "e", slots: 4)
        engine = network.attach(role: .engine) { EngineCore(info, $0) }
    }

    var core: ClientCore? { client.node as? ClientCore }

    /// Starts a controller; with `forgetting`, on an empty ledger and in another incarnation.
    func startController(forgetting: Bool = false) {
        network.stopController()
        if forgetting {
            ledger = MemoryLedger(isReplayable: true)
            ledger.append(fact: .epoch(7))
        }
        let handler = Handler()
        controller = ControllerNode(
            settings: ControllerNodeSettings(), ledger: ledger, sink: handler, at: network.now)
        handler.network = network
        self.handler = handler
        let desk = Answers(controller)
        self.desk = desk
        controller.delegate = desk
        network.startController(controller)
    }

    private var handler: Handler!
    private var desk: Answers!

    func run(until isDone: () -> Bool, limit: Int = 200_000) -> Bool {
        for _ in 0..<limit {
            if isDone() { return true }
            steps += 1
            switch network.step() {
            case .controller:
                controller.endTurn(at: network.now)
                network.watchDesk()
            case .peer, .nothing: break
            }
            if controller.nextTimer <= network.now { controller.endTurn(at: network.now) }
            if fault(steps) { client.drop() }
        }
        return isDone()
    }

    /// The present controller's way out; the network makes a new desk with each start.
    private final class Handler: SessionSink {
        weak var network: MemoryNetwork?

        func send(_ session: SessionID, _ kind: MessageKind, body: UnsafeRawBufferPointer) -> SendOutcome {
            network?.desk?.send(session, kind, body: body) ?? .unreachable
        }
        func setBusy(_ session: SessionID, _ isBusy: Bool) { network?.desk?.setBusy(session, isBusy) }
        func mute(_ session: SessionID, code: WireCode, message: String) {
            network?.desk?.mute(session, code: code, message: message)
        }
        func reset(_ session: SessionID) { network?.desk?.reset(session) }
        func lastHeard(_ session: SessionID) -> Instant? { network?.desk?.lastHeard(session) }
    }

    /// Answers the one query that a core asks by itself.
    private final class Answers: ControllerNodeDelegate {
        unowned let node: ControllerNode
        init(_ node: ControllerNode) { self.node = node }

        func answer(_ json: [UInt8], from client: ClientIdentity) -> (WireCode, [UInt8]) {
            guard case .number(let text)? = (try? JSONValue(parsing: json))?["job"], let id = UInt32(text),
                let job = node.scheduler.summary(of: JobID(id))
            else { return (.unknown, Array("no such job".utf8)) }
            let reply = """
                {"id":\(id),"key":"\(job.key)","name":"","owner":"","counts":{},"tasks":\(job.taskCount),\
                "sealed":true,"submitted":1,"ended":0,"entries":\(job.entries)}
                """
            return (.ok, Array(reply.utf8))
        }

        func output(
            _ name: DispatchName, _ stream: OutputMessage.Stream, offset: UInt64, _ bytes: [UInt8]
        ) {}
        func outputEnded(_ task: TaskID) {}
        func jobEnded(_ job: JobID) {}
        func jobForgotten(_ job: JobID) {}
        func log(_ event: ControllerLogEvent) {}
    }
}
