import CZeroMQ

/// One part of a message as it was received; made once and received into again and again.
///
/// The bytes are valid until the next receive, ``keep()`` or the end of its life. The C struct holds parts of
/// up to 33 bytes inside itself, so it lives at a fixed heap address.
public struct Message: ~Copyable {
    let raw: UnsafeMutablePointer<zmq_msg_t>

    /// Makes an empty message.
    public init() {
        raw = .allocate(capacity: 1)
        raw.initialize(to: zmq_msg_t())
        zmq_msg_init(raw)
    }

    deinit {
        zmq_msg_close(raw)
        raw.deallocate()
    }

    /// Its length in bytes.
    public var count: Int { zmq_msg_size(raw) }

    /// Whether another part of the same message follows.
    public var more: Bool { zmq_msg_more(raw) != 0 }

    /// Lends the bytes.
    @inlinable
    public borrowing func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(bytes)
    }

    /// Apart from the generic function, which callers specialise without seeing libzmq's header.
    @usableFromInline var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: zmq_msg_data(raw), count: zmq_msg_size(raw))
    }

    /// A property of the connection it came by, nil if it has none: `User-Id` (what the ZAP handler said),
    /// `Peer-Address`, `Socket-Type`. Costs a map look-up and a string; ask once a session.
    public borrowing func property(_ name: String) -> String? {
        guard let value = zmq_msg_gets(raw, name) else { return nil }
        return String(cString: value)
    }

    /// Takes the content out, leaving this empty, so that it can outlive the next receive and the socket.
    ///
    /// Up to 8 KiB are copied, because libzmq would otherwise keep the whole read buffer alive for them;
    /// larger ones change owner without a copy. Ask for a ``property(_:)`` before.
    public mutating func keep() -> SharedMessage {
        let kept =
            count <= Message.copiedUpToBytes
            ? withUnsafeBytes { SharedMessage(copying: $0) } : SharedMessage(moving: raw)
        zmq_msg_close(raw)
        zmq_msg_init(raw)
        return kept
    }

    /// libzmq's read buffer: a received message of up to this size may be a view into one.
    static let copiedUpToBytes = 8192
}
