import FarmTransport

/// An engine's node with a worker that does what the test says.
final class EngineBench: EngineNodeDelegate {
    let sink = RecordingSink()
    var now = Instant(nanoseconds: .seconds(1000))
    private(set) var node: EngineNode!

    var begun: [WorkBatch.Item] = []
    var batches: [WorkBatch] = []
    var calls: [String] = []
    /// End each attempt within `begin`, with this payload.
    var endsAtOnce: [UInt8]?

    init(slots: UInt32 = 2, cpus: UInt32? = nil, attached: Bool = true) {
        let info = EngineInfo(key: UniqueKey(high: 1, low: 2), name: "bench", slots: slots, cpus: cpus)
        node = EngineNode(info: info, sink: sink, delegate: self)
        guard attached else { return }
        attach()
        template()
    }

    func attach(largest: UInt64 = 1 << 20) {
        node.connected(at: now)
        receive(.welcome, welcome(largest: largest))
        _ = sink.take()
    }

    func receive(_ kind: MessageKind, _ body: [UInt8]) { node.receive(kind, body, at: now) }

    func template(group: UInt32 = 0, cpus: UInt32 = 1, timeout: Int64 = 0, job: UInt32 = 1, lane: String = "")
    {
        let message = TemplateMessage(
            job: JobID(job), group: group, name: "solve", timeoutNanoseconds: timeout,
            graceNanoseconds: .seconds(5), cpus: cpus, lane: lane, template: [1, 2, UInt8(group)],
            surroundings: [3])
        receive(.template, message.encoded)
    }

    func dispatch(_ indexes: Range<UInt32>, group: UInt32 = 0) {
        receive(.dispatch, Self.dispatchBody(indexes, group: group))
    }

    static func dispatchBody(_ indexes: Range<UInt32>, group: UInt32 = 0) -> [UInt8] {
        var body: [UInt8] = []
        for index in indexes {
            let entry = DispatchEntry(
                name: name(index), hint: UInt64(index) + 100, group: group, index: index)
            [9, UInt8(truncatingIfNeeded: index)].withUnsafeBytes {
                DispatchEntry.append(entry, payload: $0, to: &body)
            }
        }
        return body
    }

    func finish(_ position: Int, _ payload: [UInt8] = [], state: TaskState = .succeeded) {
        let item = begun[position]
        node.finish(item.token, AttemptReport(name: item.name, state: state), payload: payload, at: now)
    }

    func endTurn() { node.endTurn(at: now) }

    static func name(_ index: UInt32) -> DispatchName {
        DispatchName(task: TaskID(JobID(1), index), attempt: 1, epoch: 1)
    }

    // MARK: EngineNodeDelegate

    func begin(_ batch: WorkBatch) {
        batches.append(batch)
        begun += batch.items
        calls.append("begin \(batch.items.map(\.index))")
        guard let payload = endsAtOnce else { return }
        for item in batch.items {
            node.finish(
                item.token, AttemptReport(name: item.name, state: .succeeded), payload: payload, at: now)
        }
    }

    func terminate(_ attempt: AttemptToken, _ name: DispatchName, reason: StopReason, graceNanoseconds: Int64)
    {
        calls.append("terminate \(name.task.index) \(reason)")
    }

    func interrupt(_ attempt: AttemptToken, _ name: DispatchName) {
        calls.append("interrupt \(name.task.index)")
    }

    func found(_ attempt: AttemptToken, _ task: TaskID?, _ sections: [UInt8]) {
        calls.append("found \(task.map(\.description) ?? "none") \(sections.count)")
    }

    func attached(_ welcome: WelcomeMessage) { calls.append("attached \(welcome.engine)") }
    func detached() { calls.append("detached") }
    func faulted(_ code: WireCode, _ message: String) { calls.append("fault \(code) \(message)") }
    func malformed(_ kind: MessageKind, _ error: WireError) { calls.append("malformed \(kind)") }
    func exit() { calls.append("exit") }
}

/// A results message, taken apart.
struct Results: Equatable {
    struct Entry: Equatable {
        var entry: ResultEntry
        var payload: [UInt8]
    }

    var batch: UInt64
    var entries: [Entry] = []

    init(_ body: [UInt8]) throws {
        batch = try body.withUnsafeBytes { try ResultsHeader(decoding: $0).batch }
        entries = try body.withUnsafeBytes { raw in
            var result: [Entry] = []
            var offset = ResultsHeader.size
            while let (entry, payload) = try ResultEntry.next(in: raw, at: &offset) {
                result.append(Entry(entry: entry, payload: [UInt8](payload)))
            }
            return result
        }
    }
}
