import FarmStore
import FarmTransport

/// A controller's node between an engine and a client that are only sessions: what it sends is kept.
final class NodeBench: SessionSink {
    static let engine = SessionID(1)
    static let client = SessionID(2)

    private(set) var node: ControllerNode!
    private(set) var sent: [SessionID: [(kind: MessageKind, body: [UInt8])]] = [:]
    private(set) var muted: [SessionID: WireCode] = [:]
    private(set) var outputs: [[UInt8]] = []
    var now: Instant

    init(
        slots: UInt32 = 4, keeps: Bool = false, ledger: MemoryLedger? = nil,
        at start: Instant = Instant(nanoseconds: .seconds(1_000)), scheduler: SchedulerSettings = .init(),
        engine: EngineInfo? = nil,
        _ change: (inout ControllerNodeSettings) -> Void = { _ in }
    ) {
        now = start
        var settings = ControllerNodeSettings()
        change(&settings)
        node = ControllerNode(
            scheduler: scheduler, settings: settings, ledger: ledger ?? MemoryLedger(isReplayable: keeps),
            sink: self, at: now)
        node.delegate = self
        now = node.now
        let info = engine ?? EngineInfo(key: UniqueKey(high: 1, low: 1), name: "e", slots: slots)
        arrive(HelloMessage(engine: info, claims: [], grant: []), Self.engine, .engine)
        arrive(HelloMessage(client: UniqueKey(high: 2, low: 2), grant: []), Self.client, .taskClient)
        turn()
    }

    func arrive(_ hello: HelloMessage, _ session: SessionID, _ role: Role) {
        node.helloArrived(
            HelloArrival(
                session: session, hello: hello, role: role, subject: "me", priorityCap: .max, address: "ipc"))
    }

    func receive(_ session: SessionID, _ kind: MessageKind, _ body: [UInt8]) {
        node.begin(at: now)
        body.withUnsafeBytes { node.received(session, kind, $0) }
    }

    func turn() {
        now = now + .milliseconds(1)
        node.endTurn(at: now)
    }

    /// Submits so many tasks, each with a payload; they are dispatched at once.
    func submit(_ count: Int, key: UInt64 = 7, part: UInt32 = 0, isLast: Bool = true, follows: Bool = true) {
        var block = PayloadBlock()
        for index in 0..<count { block.append([UInt8(truncatingIfNeeded: index)]) }
        let part = SubmissionPart(
            key: UniqueKey(high: key, low: key), part: part, isLast: isLast, follows: follows,
            header: part == 0 ? JobHeader(isStreaming: true) : nil, templates: part == 0 ? [[]] : [],
            groups: [
                GroupSpec(
                    template: 0, count: UInt32(count), isContinuation: part > 0, payloads: block)
            ])
        receive(Self.client, .submit, part.encoded)
    }

    /// What the engine was given so far.
    func dispatches(to session: SessionID = engine) throws -> [DispatchEntry] {
        var entries: [DispatchEntry] = []
        for message in sent[session] ?? [] where message.kind == .dispatch {
            try message.body.withUnsafeBytes { body in
                var offset = 0
                while let entry = try DispatchEntry.next(in: body, at: &offset) {
                    entries.append(entry.header)
                }
            }
        }
        return entries
    }

    /// The outcomes that the client was sent, with their payloads.
    func completions() throws -> [(header: OutcomeEntry, payload: [UInt8])] {
        var entries: [(OutcomeEntry, [UInt8])] = []
        for message in sent[Self.client] ?? [] where message.kind == .completions {
            try message.body.withUnsafeBytes { body in
                var offset = CompletionsHeader.size
                while let entry = try CompletionEntry.next(in: body, at: &offset) {
                    entries.append((entry.header, [UInt8](entry.payload)))
                }
            }
        }
        return entries
    }

    /// A results message with these entries.
    func results(_ batch: UInt64, _ entries: [UInt8]...) -> [UInt8] {
        var bytes: [UInt8] = []
        ResultsHeader(batch: batch).encode(into: &bytes)
        for entry in entries { bytes += entry }
        return bytes
    }

    /// Payloads of what the engine was given so far.
    func payloads() throws -> [[UInt8]] {
        var payloads: [[UInt8]] = []
        for message in sent[Self.engine] ?? [] where message.kind == .dispatch {
            try message.body.withUnsafeBytes { body in
                var offset = 0
                while let entry = try DispatchEntry.next(in: body, at: &offset) {
                    payloads.append([UInt8](entry.payload))
                }
            }
        }
        return payloads
    }

    /// `startedAt`: by the engine's clock; now if not given.
    func result(
        of entry: DispatchEntry, payload: [UInt8] = [], isGood: Bool = true, startedAt: Instant? = nil
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        payload.withUnsafeBytes {
            ResultEntry.append(
                ResultEntry(
                    report: AttemptReport(
                        name: entry.name, state: isGood ? .succeeded : .failed,
                        cause: isGood ? .none : .failure, startedAt: startedAt ?? now,
                        durationNanoseconds: 1),
                    hint: entry.hint), payload: $0, to: &bytes)
        }
        return bytes
    }

    func kinds(to session: SessionID) -> [MessageKind] { (sent[session] ?? []).map(\.kind) }

    // MARK: SessionSink

    func send(_ session: SessionID, _ kind: MessageKind, body: UnsafeRawBufferPointer) -> SendOutcome {
        sent[session, default: []].append((kind, [UInt8](body)))
        return .sent
    }
    func setBusy(_ session: SessionID, _ isBusy: Bool) {}
    func mute(_ session: SessionID, code: WireCode, message: String) { muted[session] = code }
    func reset(_ session: SessionID) {}
    func lastHeard(_ session: SessionID) -> Instant? { now }
}

extension NodeBench: ControllerNodeDelegate {
    func answer(_ json: [UInt8], from client: ClientIdentity) -> (WireCode, [UInt8]) { (.ok, []) }
    func output(_ name: DispatchName, _ stream: OutputMessage.Stream, offset: UInt64, _ bytes: [UInt8]) {
        outputs.append(bytes)
    }
    func outputEnded(_ task: TaskID) {}
    func jobEnded(_ job: JobID) {}
    func jobForgotten(_ job: JobID) {}
    func log(_ event: ControllerLogEvent) {}
}
