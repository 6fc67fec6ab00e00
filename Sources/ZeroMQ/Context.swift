import CZeroMQ
import Glibc

/// A ZeroMQ context: the I/O threads and the space of `inproc` names that sockets share.
///
/// Sockets hold their context, so it ends when it and its last socket are gone; new sockets linger 0 ms,
/// so that ending never waits for a peer. A process normally has one.
public final class Context: @unchecked Sendable {
    /// The `void *` of libzmq, for code that calls the C library itself. Valid while this object lives.
    public let rawPointer: UnsafeMutableRawPointer

    /// Makes a context.
    /// - Parameters:
    ///   - ioThreads: threads that move bytes; about one per GB/s.
    ///   - maxSockets: most sockets open at once, including one for each accepted ZAP or monitor pair.
    ///   - copiesReceived: give each received message memory of its own instead of a share of the 8 KiB
    ///     read buffer it came in. Off is faster; ``Message/keep()`` copies small messages anyway.
    /// - Throws: ``ZeroMQError`` when a number is out of range or memory is short.
    public init(ioThreads: Int = 1, maxSockets: Int = 1024, copiesReceived: Bool = false)
        throws(ZeroMQError)
    {
        guard let pointer = zmq_ctx_new() else { throw .last("make a ZeroMQ context") }
        rawPointer = pointer
        try set(ZMQ_IO_THREADS, ioThreads, "\(ioThreads) I/O threads")
        try set(ZMQ_MAX_SOCKETS, maxSockets, "a limit of \(maxSockets) sockets")
        try set(ZMQ_BLOCKY, 0, "linger 0")
        if copiesReceived { try set(Context.zeroCopyReceive, 0, "copying receive") }
    }

    /// `ZMQ_ZERO_COPY_RECV`: compiled in, but only in the draft section of the header.
    private static let zeroCopyReceive: Int32 = 10

    private func set(_ option: Int32, _ value: Int, _ what: String) throws(ZeroMQError) {
        guard let value = Int32(exactly: value), zmq_ctx_set(rawPointer, option, value) == 0 else {
            throw .last("make a ZeroMQ context with \(what)")
        }
    }

    /// Makes every call on every socket of this context throw ``ZeroMQError/Code/terminated``, and wakes
    /// those that wait. Returns at once; may be called from any thread, and twice.
    public func shutdown() {
        zmq_ctx_shutdown(rawPointer)
    }

    deinit {
        // Sockets keep their context alive, so nothing is open here but what used `rawPointer`.
        while zmq_ctx_term(rawPointer) != 0 && zmq_errno() == EINTR {}
    }
}
