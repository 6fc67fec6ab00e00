import FarmStore
import FarmTemplate
import FarmTransport
import Logging

@testable import FarmController

/// A controller's node with the real desk for queries, between sessions that are only numbers.
final class DeskBench {
    let bench: NodeBench
    let desk: QueryDesk
    private var requests: UInt64 = 100

    static let admin = SessionID(3)
    static let observer = SessionID(4)

    init(
        slots: UInt32 = 1, keeps: Bool = false, ledger: MemoryLedger? = nil,
        at start: Instant = Instant(nanoseconds: .seconds(1_000)), scheduler: SchedulerSettings = .init(),
        engine: EngineInfo? = nil
    ) {
        bench = NodeBench(
            slots: slots, keeps: keeps, ledger: ledger, at: start, scheduler: scheduler, engine: engine)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        desk = QueryDesk(
            node: bench.node,
            ledger: LedgerDesk(disk: nil, durability: .none, directory: "", isReadOnly: false),
            logger: logger, startedAt: bench.now)
        bench.node.delegate = desk
        bench.arrive(
            HelloMessage(client: UniqueKey(high: 3, low: 3), grant: []), Self.admin, .admin)
        bench.arrive(
            HelloMessage(client: UniqueKey(high: 4, low: 4), grant: []), Self.observer, .observer)
    }

    /// Another engine; it gets tasks from the next turn on.
    func engine(_ number: UInt64, _ info: (inout EngineInfo) -> Void = { _ in }) {
        var engine = EngineInfo(key: UniqueKey(high: 100, low: number), name: "e\(number)")
        info(&engine)
        bench.arrive(
            HelloMessage(engine: engine, claims: [], grant: []), SessionID(100 + number), .engine)
        bench.turn()
    }

    /// Submits groups as one sealed job.
    func submit(_ groups: [GroupSpec], key: UInt64 = 7, header: JobHeader = JobHeader(name: "job")) {
        let part = SubmissionPart(
            key: UniqueKey(high: key, low: key), part: 0, isLast: true, header: header,
            templates: [Array(#"{"v":1,"run":["true"]}"#.utf8)], groups: groups)
        bench.receive(NodeBench.client, .submit, part.encoded)
        bench.turn()
    }

    /// Answers what an engine was given last.
    func end(_ entry: DispatchEntry, isGood: Bool = true, batch: UInt64 = 1) {
        bench.receive(
            NodeBench.engine, .results, bench.results(batch, bench.result(of: entry, isGood: isGood)))
        bench.turn()
    }

    /// The answer to a query, after the turn that it came in.
    func ask(_ json: String, as session: SessionID = NodeBench.client) throws -> (
        code: WireCode, text: String
    ) {
        requests += 1
        bench.receive(session, .query, QueryMessage(request: requests, json: Array(json.utf8)).encoded)
        bench.turn()
        for message in bench.sent[session] ?? [] where message.kind == .reply {
            let reply = try message.body.withUnsafeBytes { try ReplyMessage(decoding: $0) }
            if reply.request == requests { return (reply.code, String(decoding: reply.body, as: UTF8.self)) }
        }
        return (.unavailable, "no answer")
    }

    /// What `tasks why` says of a task.
    func why(_ task: String) throws -> String {
        let (_, text) = try ask(#"{"query":"why","task":"\#(task)"}"#)
        return try JSONValue(parsing: Array(text.utf8))["reason"]?.stringValue ?? text
    }
}
