public import FarmCore

/// One attempt for an engine, in a `dispatch` message: 40 bytes, then the task's payload.
///
/// Layout: name (u64 task · u32 attempt · u32 epoch) · u64 hint · u32 group · u32 index · u32 payload length
/// · u32 zero.
public struct DispatchEntry: Equatable, Sendable {
    /// Bytes before the payload.
    public static let size = 40

    /// The dispatch.
    public var name: DispatchName
    /// Means something to the controller only; the engine's result carries it back.
    public var hint: UInt64
    /// The task's group within its job.
    public var group: UInt32
    /// The task's index within its group.
    public var index: UInt32

    /// An entry with the fields given.
    public init(name: DispatchName, hint: UInt64, group: UInt32, index: UInt32) {
        self.name = name
        self.hint = hint
        self.group = group
        self.index = index
    }

    /// Appends the entry and its payload. No allocation but the buffer's own growth.
    public static func append(
        _ header: DispatchEntry, payload: UnsafeRawBufferPointer, to bytes: inout [UInt8]
    ) {
        bytes.appendEntry(size: size, payload: payload) { header.put(in: $0, length: payload.count) }
    }

    /// Appends the entry alone, for a payload of so many bytes that is sent behind it.
    public static func append(_ header: DispatchEntry, before length: Int, to bytes: inout [UInt8]) {
        bytes.appendEntry(size: size, payload: UnsafeRawBufferPointer(start: nil, count: 0)) {
            header.put(in: $0, length: length)
        }
    }

    private func put(in target: UnsafeMutableRawPointer, length: Int) {
        target.put(name, at: 0)
        target.put64(hint, at: 16)
        target.put32(group, at: 24)
        target.put32(index, at: 28)
        target.put32(UInt32(length), at: 32)
        target.put32(0, at: 36)
    }

    /// Reads the entry at `offset` of a message body and moves `offset` behind it; nil at the end of the
    /// body. The payload points into `body`.
    public static func next(
        in body: UnsafeRawBufferPointer, at offset: inout Int
    ) throws(WireError) -> (header: DispatchEntry, payload: UnsafeRawBufferPointer)? {
        guard offset < body.count else { return nil }
        let rest = body.count - offset
        guard rest >= size else {
            throw WireError(
                .truncated, "dispatch entry", at: offset, "\(size) bytes are needed, only \(rest) are left")
        }
        let length = Int(body.word32(offset + 32))
        guard length <= rest - size else {
            throw WireError(
                .truncated, "payload length", at: offset + 32,
                "\(length) bytes announced, only \(rest - size) follow")
        }
        guard body.word32(offset + 36) == 0 else {
            throw WireError(
                .badValue, "zero", at: offset + 36, "the last four bytes of the header must be zero")
        }
        let header = DispatchEntry(
            name: body.name(offset), hint: body.word64(offset + 16), group: body.word32(offset + 24),
            index: body.word32(offset + 28))
        let start = offset + size
        offset = start + length
        return (header, UnsafeRawBufferPointer(rebasing: body[start..<offset]))
    }
}
