public import FarmWire

/// Attempts to be run, handed from an engine's node to its worker: all that a turn has started, payloads laid
/// end to end in one buffer. Immutable, so that it may go to any thread.
public final class WorkBatch: Sendable {
    /// One attempt.
    public struct Item: Equatable, Sendable {
        /// What the worker calls the attempt in `finish` and `output`.
        public var token: AttemptToken
        /// Which task's attempt it is.
        public var name: DispatchName
        /// The task's index within its group.
        public var index: UInt32
        /// Position of its template in the batch's `templates`.
        public var template: Int32
        /// Where its payload is in the batch's `bytes`: codec byte and value; empty for an array's task.
        public var payload: Range<Int>
        /// The CPUs that it has to itself.
        public var cores: IdentitySet
        /// The GPUs that it has to itself.
        public var gpus: IdentitySet
        /// Position of its part in a collective task in the batch's `seats`; -1 for an ordinary one.
        public var seat: Int32 = -1
    }

    /// In the order in which they are to begin. Never empty.
    public let items: [Item]
    /// The templates of the items.
    public let templates: [EngineTemplate]
    /// The payloads of the items.
    public let bytes: [UInt8]
    /// Parts in collective tasks.
    public let seats: [GangSeat]

    /// Keeps what it is given. Precondition: the items' templates and payloads are there.
    public init(
        items: [Item], templates: [EngineTemplate], bytes: [UInt8], seats: [GangSeat] = []
    ) {
        self.items = items
        self.templates = templates
        self.bytes = bytes
        self.seats = seats
    }

    /// The template of one of the items.
    public func template(of item: Item) -> EngineTemplate { templates[Int(item.template)] }

    /// The item's part in a collective task; nil for an ordinary one.
    public func seat(of item: Item) -> GangSeat? { item.seat < 0 ? nil : seats[Int(item.seat)] }

    /// Calls `body` with the payload of one of the items. Copies nothing.
    public func withPayload<Result>(
        of item: Item, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[item.payload])) }
    }
}

/// Puts a batch together.
struct WorkBatchBuilder {
    /// What is larger is not copied out of its message; the pool of buffers would not keep that either.
    static let sharedBytes = BufferPool.largest

    private var items: [WorkBatch.Item] = []
    private var templates: [EngineTemplate] = []
    private var bytes: [UInt8] = []
    private var seats: [GangSeat] = []
    /// The newest of `templates`, compared without counting references.
    private var newest: ObjectIdentifier?

    var isEmpty: Bool { items.isEmpty }

    mutating func append(
        _ token: AttemptToken, _ name: DispatchName, index: UInt32, template: EngineTemplate,
        cores: IdentitySet, gpus: IdentitySet, seat: GangSeat?, payload: UnsafeRawBufferPointer
    ) {
        let start = bytes.count
        bytes.append(contentsOf: payload)
        append(token, name, index, template, cores, gpus, seat, at: start..<bytes.count)
    }

    /// The same with a payload of more than ``sharedBytes``, as the first: it stays in the message that
    /// brought it. Precondition: the batch is empty.
    mutating func append(
        _ token: AttemptToken, _ name: DispatchName, index: UInt32, template: EngineTemplate,
        cores: IdentitySet, gpus: IdentitySet, seat: GangSeat?, message: [UInt8], place: Range<Int>
    ) {
        bytes = message
        append(token, name, index, template, cores, gpus, seat, at: place)
    }

    @inline(__always)
    private mutating func append(
        _ token: AttemptToken, _ name: DispatchName, _ index: UInt32, _ template: EngineTemplate,
        _ cores: IdentitySet, _ gpus: IdentitySet, _ seat: GangSeat?, at place: Range<Int>
    ) {
        // Work comes group after group, as a rule: only the newest template is looked at.
        if newest != ObjectIdentifier(template) {
            templates.append(template)
            newest = ObjectIdentifier(template)
        }
        items.append(
            WorkBatch.Item(
                token: token, name: name, index: index, template: Int32(templates.count - 1),
                payload: place, cores: cores, gpus: gpus))
        if let seat {
            items[items.count - 1].seat = Int32(seats.count)
            seats.append(seat)
        }
    }

    /// The batch; the builder is empty after it. Precondition: something is in it.
    mutating func finish() -> WorkBatch {
        let batch = WorkBatch(items: items, templates: templates, bytes: bytes, seats: seats)
        if !seats.isEmpty { seats = [] }
        items = []
        templates = []
        bytes = []
        newest = nil
        items.reserveCapacity(min(batch.items.count, 1024))
        return batch
    }
}
