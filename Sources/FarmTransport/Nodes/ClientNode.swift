public import FarmWire

/// A client's protocol logic: ``ClientSession`` and its glue to the wire. Bodies of parts and requests are
/// kept here until they are accepted or answered.
///
/// No socket, clock or lock: driven by a `PeerLoop` or by the simulator, on one thread. Nothing is allocated
/// a task.
public final class ClientNode: PeerNode {
    /// What became of a part that was handed in.
    public enum Submitted: Equatable, Sendable {
        /// It is on its way, and kept until it is accepted.
        case queued
        /// Its submission is over: refused, or never begun (part 0 has a header), or the client is closed.
        case over
        /// Its message would have more bytes than the farm takes: split it. Nothing was sent.
        case tooLarge(limitBytes: Int)
    }

    struct Request {
        var kind: MessageKind
        var body: [UInt8]
    }

    public var grant: [UInt8] = []
    /// Chosen at random when the client starts.
    public let key: UniqueKey
    /// The present session's welcome; nil while there is none.
    public internal(set) var welcome: WelcomeMessage?
    var session: ClientSession

    unowned let sink: any FrameSink
    unowned let delegate: any ClientNodeDelegate

    var spareActions: [ClientSession.Action] = []
    var scratch: [UInt8] = []
    /// Bodies of unaccepted parts.
    var parts: [[UInt8]] = []
    var freeParts: [Int] = []
    var buffers = BufferPool()
    var requests: [UInt64: Request] = [:]
    var nextRequest: UInt64 = 1

    /// Both others are held unowned.
    public init(key: UniqueKey, sink: any FrameSink, delegate: any ClientNodeDelegate) {
        self.key = key
        self.sink = sink
        self.delegate = delegate
        session = ClientSession()
    }

    /// Nothing waits for the clock: what must be repeated is repeated in the next session.
    public var nextTimer: Instant { .never }
    public func tick(at now: Instant) {}
    public func endTurn(at now: Instant) {}

    public func connected(at now: Instant) {
        send(.hello, HelloMessage(client: key, grant: grant))
    }

    public func disconnected(at now: Instant) {
        let wasAttached = session.standing == .attached
        welcome = nil
        perform(.connectionLost, at: now)
        if wasAttached { delegate.detached() }
    }

    /// Whether the controller has let the present session in.
    public var isAttached: Bool { session.standing == .attached }
    /// Nothing that was submitted or asked waits for an answer.
    public var isSettled: Bool { session.isSettled }
    /// What was dropped.
    public var counters: ClientSession.Counters { session.counters }

    // MARK: What the program asks for

    /// Whether another part is welcome; `writable` tells when it is again.
    public var canSubmit: Bool { session.canSubmit }

    /// Hands in the next part of the submission named by `part.key`; its number is put in here. The first has
    /// the header. With `follows` in the first, the job's completions come from its beginning on without
    /// being asked for.
    ///
    /// Nothing is refused for lack of room: it is for the caller to heed `canSubmit`.
    public func submit(_ part: SubmissionPart, follows: Bool = true, at now: Instant) -> Submitted {
        var part = part
        let number = session.nextPart(of: part.key)
        guard session.standing != .closed, number != nil || (part.header != nil && !session.isOpen(part.key))
        else { return .over }
        part.part = number ?? 0
        part.follows = follows && number == nil
        guard part.templates.allSatisfy({ $0.count <= WireLimits.template }) else {
            return .tooLarge(limitBytes: WireLimits.template)
        }
        var body = buffers.take()
        part.encode(into: &body)
        let limit = largestMessage
        guard body.count <= limit else {
            buffers.give(body)
            return .tooLarge(limitBytes: limit)
        }
        let bytes = body.count
        perform(
            .part(
                part.key, work: UInt64(keep(body)), bytes: bytes, opens: number == nil, isLast: part.isLast,
                follows: follows),
            at: now)
        return .queued
    }

    /// Asks for the job's completions from `cursor` on; replaces an earlier subscription to it.
    public func subscribe(_ job: JobID, from cursor: UInt64, at now: Instant) {
        perform(.subscribe(job, cursor: cursor), at: now)
    }

    /// Wants no more of the job.
    public func unsubscribe(_ job: JobID, at now: Instant) { perform(.unsubscribe(job), at: now) }

    /// The program is done with completions whose `credit` adds up to `bytes`. Until then they count against
    /// the window, and when it is full the controller sends no more.
    public func consume(_ bytes: Int, at now: Instant) { perform(.consumed(bytes), at: now) }

    /// Cancels tasks. The number returned is that of the reply.
    public func cancel(_ ranges: [CancelMessage.TaskRange], at now: Instant) -> UInt64 {
        ask(.cancel, at: now) { CancelMessage(request: $0, ranges: ranges).encoded }
    }

    /// Asks a question, JSON as in docs/protocol.md. The number returned is that of the reply.
    public func query(_ json: [UInt8], at now: Instant) -> UInt64 {
        ask(.query, at: now) { QueryMessage(request: $0, json: json).encoded }
    }

    /// Says bye. Nothing is sent or told after it.
    public func close(at now: Instant) { perform(.close, at: now) }

    /// Bytes that one part may have when encoded.
    public var largestMessage: Int {
        Int(min(welcome?.largestMessage ?? .max, UInt64(WireLimits.message)))
    }

    private func ask(_ kind: MessageKind, at now: Instant, _ body: (UInt64) -> [UInt8]) -> UInt64 {
        let request = nextRequest
        nextRequest += 1
        requests[request] = Request(kind: kind, body: body(request))
        perform(.request(request), at: now)
        return request
    }

    private func keep(_ body: [UInt8]) -> Int {
        guard let index = freeParts.popLast() else {
            parts.append(body)
            return parts.count - 1
        }
        parts[index] = body
        return index
    }

    func send(_ kind: MessageKind, _ message: some WireMessage) {
        scratch.removeAll(keepingCapacity: true)
        message.encode(into: &scratch)
        sink.send(kind, body: scratch)
    }
}
