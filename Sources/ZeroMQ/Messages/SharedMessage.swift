import CZeroMQ

/// Immutable bytes in libzmq's own memory, to keep, to hand to other threads and to send any number of times
/// without copying: payloads that pass through, and large payloads on their way out.
public final class SharedMessage: @unchecked Sendable {
    // Unchecked: the content is never written after `init`, its reference count is atomic once it is shared
    // (see `share`), and libzmq may free it on any thread.
    private let raw: UnsafeMutablePointer<zmq_msg_t>

    /// Below this, copying a payload into a message costs less than sharing it.
    public static let zeroCopyThresholdBytes = 65_536

    /// Copies bytes.
    public init(copying bytes: UnsafeRawBufferPointer) {
        raw = SharedMessage.allocate(bytes.count)
        if let source = bytes.baseAddress, bytes.count > 0 {
            zmq_msg_data(raw).copyMemory(from: source, byteCount: bytes.count)
        }
        share()
    }

    /// Has a caller write exactly `count` bytes straight into the message.
    public init<Failure: Error>(
        count: Int, fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        raw = SharedMessage.allocate(count)
        share()
        try fill(UnsafeMutableRawBufferPointer(start: zmq_msg_data(raw), count: count))
    }

    /// Adopts a buffer without copying it.
    /// - Parameters:
    ///   - buffer: must stay valid and unchanged until `release` is called.
    ///   - release: called exactly once, on any thread (usually an I/O thread of the context), when this
    ///     object and all copies still being sent are gone. It must not call ZeroMQ.
    public init(adopting buffer: UnsafeRawBufferPointer, release: @escaping @Sendable () -> Void) {
        raw = .allocate(capacity: 1)
        raw.initialize(to: zmq_msg_t())
        let hint = Unmanaged.passRetained(ReleaseBox(release)).toOpaque()
        // libzmq never writes through this pointer; an empty buffer still needs one that is not null.
        let start = UnsafeMutableRawPointer(mutating: buffer.baseAddress) ?? hint
        let status = zmq_msg_init_data(
            raw, start, buffer.count,
            { _, hint in
                guard let hint else { return }
                Unmanaged<ReleaseBox>.fromOpaque(hint).takeRetainedValue().release()
            }, hint)
        precondition(status == 0, "out of memory for a message")
        share()
    }

    /// Moves a received content here; `source` is left empty.
    init(moving source: UnsafeMutablePointer<zmq_msg_t>) {
        raw = .allocate(capacity: 1)
        raw.initialize(to: zmq_msg_t())
        zmq_msg_init(raw)
        zmq_msg_move(raw, source)
        share()
    }

    deinit {
        zmq_msg_close(raw)
        raw.deallocate()
    }

    /// Its length in bytes.
    public var count: Int { zmq_msg_size(raw) }

    /// Lends the bytes. They do not move while this object lives.
    @inlinable
    public func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try body(bytes)
    }

    @usableFromInline var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: zmq_msg_data(raw), count: zmq_msg_size(raw))
    }

    /// Makes `target`, an initialised message, another reference to the content. Any thread.
    func copy(into target: UnsafeMutablePointer<zmq_msg_t>) {
        zmq_msg_copy(target, raw)
    }

    /// The first copy marks the source as shared without an atomic step, which two threads sending at once
    /// would race on. Making and closing one copy here leaves the mark set for good.
    private func share() {
        var probe = zmq_msg_t()
        zmq_msg_init(&probe)
        zmq_msg_copy(&probe, raw)
        zmq_msg_close(&probe)
    }

    private static func allocate(_ count: Int) -> UnsafeMutablePointer<zmq_msg_t> {
        let raw = UnsafeMutablePointer<zmq_msg_t>.allocate(capacity: 1)
        raw.initialize(to: zmq_msg_t())
        precondition(zmq_msg_init_size(raw, count) == 0, "out of memory for a message of \(count) bytes")
        return raw
    }
}

private final class ReleaseBox: Sendable {
    let release: @Sendable () -> Void
    init(_ release: @escaping @Sendable () -> Void) { self.release = release }
}
