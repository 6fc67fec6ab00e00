import FarmTransport
import Testing

/// A client's node with a program that notes what it is told.
final class ClientBench: ClientNodeDelegate {
    let sink = RecordingSink()
    let now = Instant(nanoseconds: .seconds(1000))
    private(set) var node: ClientNode!
    var calls: [String] = []
    var tasks: [UInt32] = []
    var whole: [UInt8]?
    var credit = 0
    var onWritable: (() -> Void)?

    init(window: UInt64 = 1 << 20, largest: UInt64 = 1 << 20, attached: Bool = true) {
        node = ClientNode(key: UniqueKey(high: 3, low: 4), sink: sink, delegate: self)
        if attached { attach(window: window, largest: largest) }
    }

    func attach(window: UInt64 = 1 << 20, largest: UInt64 = 1 << 20) {
        node.connected(at: now)
        _ = sink.take()
        receive(.welcome, welcome(window: window, largest: largest))
    }

    func receive(_ kind: MessageKind, _ body: [UInt8]) { node.receive(kind, body, at: now) }

    @discardableResult
    func submit(_ submission: UInt64, opens: Bool = false, isLast: Bool = false, bytes: Int = 0)
        -> ClientNode.Submitted
    {
        let part = SubmissionPart(
            key: UniqueKey(high: 0, low: submission), part: 99, isLast: isLast,
            header: opens ? JobHeader(name: "job") : nil, templates: [[UInt8](repeating: 1, count: bytes)])
        return node.submit(part, at: now)
    }

    func accept(_ submission: UInt64, through part: UInt32) {
        let message = AcceptedMessage(
            key: UniqueKey(high: 0, low: submission), part: part, job: JobID(8), taskCount: part + 1)
        receive(.accepted, message.encoded)
    }

    static func completions(from first: UInt64, count: UInt32) -> [UInt8] {
        var body: [UInt8] = []
        CompletionsHeader(job: JobID(8), count: count, firstCursor: first).encode(into: &body)
        for index in 0..<count {
            let task = TaskID(JobID(8), UInt32(first) + index)
            [UInt8(1), 2].withUnsafeBytes {
                CompletionEntry.append(
                    OutcomeEntry(kind: .terminal, task: task, state: .succeeded), payload: $0, to: &body)
            }
        }
        return body
    }

    /// Numbers of the parts sent since the last look, by submission.
    func sentParts() throws -> [String] {
        try sink.take().filter { $0.kind == .submit }.map {
            let part = try SubmitMessage(decoding: $0.body)
            return "\(part.key.low).\(part.part)"
        }
    }

    // MARK: ClientNodeDelegate

    func attached(_ welcome: WelcomeMessage) { calls.append("attached") }
    func detached() { calls.append("detached") }
    func faulted(_ code: WireCode, _ message: String) { calls.append("fault \(code)") }
    func malformed(_ kind: MessageKind, _ error: WireError) { calls.append("malformed \(kind)") }
    func accepted(_ key: UniqueKey, _ job: JobID, taskCount: UInt32, isWhole: Bool) {
        calls.append("accepted \(key.low) job \(job) \(taskCount) \(isWhole)")
    }
    func refused(_ key: UniqueKey, _ code: WireCode, _ message: String) {
        calls.append("refused \(key.low) \(code) \(message)")
    }
    func writable() {
        calls.append("writable")
        onWritable?()
    }
    func completions(_ batch: CompletionBatch) {
        var offset = 0
        var cursor = batch.firstCursor
        while let (entry, _) = try? CompletionEntry.next(in: batch.entries, at: &offset) {
            tasks.append(entry.task.index)
            cursor += 1
        }
        whole = batch.whole
        if let whole { #expect(whole.suffix(batch.entries.count).elementsEqual(batch.entries)) }
        calls.append("entries \(batch.firstCursor)..<\(cursor) of job \(batch.job), \(batch.count)")
        credit += batch.credit
    }
    func gone(_ job: JobID) { calls.append("gone \(job)") }
    func replied(_ request: UInt64, _ code: WireCode, _ body: [UInt8]) {
        calls.append("reply \(request) \(code) \(body)")
    }
}

@Suite struct ClientNodeTests {
    @Test func `it says hello with its key and grant`() throws {
        let bench = ClientBench(attached: false)
        bench.node.grant = [9]
        bench.node.connected(at: bench.now)
        let hello = try bench.sink.only(.hello, as: HelloMessage.self)
        #expect(hello.key == UniqueKey(high: 3, low: 4))
        #expect(hello.grant == [9])
        #expect(hello.engine == nil)
    }

    @Test func `C4 parts are numbered, sent, and sent again unchanged until they are accepted`() throws {
        let bench = ClientBench()
        #expect(bench.submit(1, opens: true) == .queued)
        #expect(bench.submit(1, isLast: true) == .queued)
        let sent = bench.sink.messages
        #expect(try bench.sentParts() == ["1.0", "1.1"])
        bench.node.disconnected(at: bench.now)
        bench.attach()
        #expect(bench.sink.messages.map(\.body) == sent.map(\.body))
        #expect(try bench.sentParts() == ["1.0", "1.1"])
        bench.accept(1, through: 1)
        bench.node.disconnected(at: bench.now)
        bench.attach()
        #expect(bench.calls.contains("accepted 1 job 8 2 true"))
        #expect(try bench.sentParts() == [])
    }

    @Test func `the first part alone asks for the job's completions`() throws {
        let bench = ClientBench()
        bench.submit(1, opens: true)
        bench.submit(1, isLast: true)
        let parts = try bench.sink.take().filter { $0.kind == .submit }.map {
            try SubmitMessage(decoding: $0.body)
        }
        #expect(parts.map(\.follows) == [true, false])
        bench.accept(1, through: 1)
        #expect(!bench.sink.messages.contains { $0.kind == .subscribe })
    }

    @Test func `a part that is too large is refused at once, and the next takes its number`() throws {
        let bench = ClientBench(largest: 1000)
        #expect(bench.submit(1, opens: true, bytes: 2000) == .tooLarge(limitBytes: 1000))
        #expect(bench.submit(1, opens: true, bytes: 100) == .queued)
        #expect(try bench.sentParts() == ["1.0"])
    }

    @Test func `a template that its reader would refuse is refused at once`() throws {
        let bench = ClientBench(largest: UInt64(WireLimits.message))
        let limit = WireLimits.template
        #expect(bench.submit(1, opens: true, bytes: limit + 1) == .tooLarge(limitBytes: limit))
        #expect(bench.submit(1, opens: true, bytes: 100) == .queued)
    }

    @Test func `parts of a submission that is over are not taken`() {
        let bench = ClientBench()
        #expect(bench.submit(1) == .over)
        bench.submit(1, opens: true)
        let refusal = RefusedMessage(
            key: UniqueKey(high: 0, low: 1), part: 0, code: .badDependency, message: "cycle")
        bench.receive(.refused, refusal.encoded)
        #expect(bench.calls.last == "refused 1 bad-dependency cycle")
        #expect(bench.submit(1) == .over)
        bench.node.close(at: bench.now)
        #expect(bench.submit(2, opens: true) == .over)
        #expect(bench.sink.kinds.last == .bye)
    }

    @Test func `what the program submits when told that it may does not overtake what waits`() throws {
        let bench = ClientBench(window: 400)
        bench.submit(1, opens: true, bytes: 100)
        bench.submit(1, bytes: 280)
        bench.submit(2, opens: true, bytes: 20)
        #expect(!bench.node.canSubmit)
        bench.onWritable = { bench.submit(1, bytes: 1) }
        _ = bench.sink.take()
        bench.accept(1, through: 0)
        bench.accept(1, through: 1)
        #expect(try bench.sentParts() == ["1.1", "2.0", "1.2"])
    }

    @Test func `completions are handed over once, with credit for what the program has read`() throws {
        let bench = ClientBench(window: 1000)
        bench.node.subscribe(JobID(8), from: 0, at: bench.now)
        bench.receive(.completions, ClientBench.completions(from: 0, count: 3))
        bench.node.disconnected(at: bench.now)
        bench.sink.messages = []
        bench.attach(window: 1000)
        let subscribe = try bench.sink.only(.subscribe, as: SubscribeMessage.self)
        #expect(subscribe.cursor == 3)
        bench.receive(.completions, ClientBench.completions(from: 1, count: 4))
        #expect(bench.tasks == [0, 1, 2, 3, 4])
        #expect(bench.calls.last == "entries 3..<5 of job 8, 2")
        bench.node.consume(bench.credit, at: bench.now)
        let consumed = try bench.sink.only(.consumed, as: ConsumedMessage.self)
        #expect(consumed.totalBytes == UInt64(ClientBench.completions(from: 1, count: 4).count))
    }

    @Test func `a large message may be kept: the completions are at its end`() throws {
        let bench = ClientBench()
        bench.node.subscribe(JobID(8), from: 0, at: bench.now)
        let body = ClientBench.completions(from: 0, count: 3)
        bench.node.receive(kind: .completions, whole: body, at: bench.now)
        #expect(bench.whole == body && bench.tasks == [0, 1, 2])
        // The first is known already.
        let more = ClientBench.completions(from: 2, count: 2)
        bench.node.receive(kind: .completions, whole: more, at: bench.now)
        #expect(bench.whole == more && bench.tasks == [0, 1, 2, 3])
        bench.receive(.completions, ClientBench.completions(from: 4, count: 1))
        #expect(bench.whole == nil && bench.tasks == [0, 1, 2, 3, 4])
    }

    @Test func `cancels and queries are repeated until they are answered, once`() throws {
        let bench = ClientBench()
        let cancel = bench.node.cancel([.init(job: JobID(8))], at: bench.now)
        let query = bench.node.query([1, 2], at: bench.now)
        #expect([cancel, query] == [1, 2])
        #expect(try bench.sink.only(.cancel, as: CancelMessage.self).ranges == [.init(job: JobID(8))])
        bench.receive(.reply, ReplyMessage(request: 1, code: .alreadyEnded, body: [5]).encoded)
        bench.receive(.reply, ReplyMessage(request: 1, body: []).encoded)
        #expect(bench.calls.suffix(1) == ["reply 1 already-ended [5]"])
        bench.node.disconnected(at: bench.now)
        bench.sink.messages = []
        bench.attach()
        #expect(bench.sink.kinds == [.query])
    }

    @Test func `a fault ends the session`() {
        let bench = ClientBench()
        bench.receive(.fault, FaultMessage(code: .notPermitted, message: "no").encoded)
        #expect(bench.calls.suffix(2) == ["detached", "fault not-permitted"])
        #expect(bench.node.welcome == nil)
    }

    @Test(.timeLimit(.minutes(1)))
    func `C61 random bytes of every kind do no harm`() {
        for seed in 0..<300 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let bench = ClientBench()
            bench.node.subscribe(JobID(8), from: 0, at: bench.now)
            for kind in MessageKind.allCases {
                var body = (0..<Int.random(in: 0..<200, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                if kind == .completions { body = ClientBench.completions(from: 0, count: 3) }
                if !body.isEmpty {
                    body[Int.random(in: 0..<body.count, using: &random)] = UInt8.random(
                        in: 0...255, using: &random)
                }
                if seed % 2 == 0 {
                    bench.receive(kind, body)
                } else {
                    bench.node.receive(kind: kind, whole: body, at: bench.now)
                }
                bench.node.endTurn(at: bench.now)
            }
            #expect(bench.node.nextTimer == .never, "seed \(seed)")
        }
    }
}
