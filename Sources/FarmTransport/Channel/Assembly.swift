/// Puts the pieces of one message together.
struct Assembly: Sendable {
    /// What the pieces so far are of; nil between messages.
    private(set) var kind: MessageKind?
    private var buffer: [UInt8] = []

    /// No more room than this is taken ahead.
    private static let largestLeap = 64 * 1024 * 1024

    var count: Int { kind == nil ? 0 : buffer.count }

    mutating func add(
        _ piece: UnsafeRawBufferPointer, of header: FrameHeader, limit: Int
    ) throws(ChannelError) {
        if let kind, kind != header.kind {
            throw ChannelError(
                .mixedFragments,
                "a piece of \(header.kind) came amid the pieces of \(kind); finish a message first")
        }
        guard !piece.isEmpty else {
            throw ChannelError(.mixedFragments, "an empty piece of \(header.kind) came; leave it out")
        }
        guard buffer.count + piece.count <= limit else {
            throw ChannelError(
                .messageTooLong, "\(header.kind) is longer than \(limit) bytes; send it in several messages")
        }
        kind = header.kind
        makeRoom(for: piece.count)
        buffer.append(contentsOf: piece)
    }

    /// By eight and not by two, since how long the message will be is not known: what is never written to
    /// costs address space only, and a message of 64 MiB is copied by an eighth instead of whole.
    private mutating func makeRoom(for count: Int) {
        let needed = buffer.count + count
        guard needed > buffer.capacity else { return }
        buffer.reserveCapacity(max(needed, min(buffer.capacity * 8, Self.largestLeap + needed)))
    }

    mutating func finish() -> [UInt8] {
        kind = nil
        defer { buffer = [] }
        return buffer
    }

    mutating func reuse(_ returned: consuming [UInt8]) {
        guard kind == nil, returned.capacity <= Channel.keptBytes else { return }
        returned.removeAll(keepingCapacity: true)
        buffer = returned
    }
}
