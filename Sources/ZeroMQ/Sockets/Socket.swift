import CZeroMQ
import Glibc

/// A ZeroMQ socket. It belongs to the thread that made it: it can be neither copied nor sent elsewhere,
/// and closes when it goes out of scope, dropping what is not yet sent unless
/// ``SocketOption/lingerMilliseconds`` was set.
public struct Socket: ~Copyable {
    /// The pattern it was made with.
    public let type: SocketType
    let handle: SocketHandle
    let raw: UnsafeMutableRawPointer

    /// Makes an unconnected socket. Set options before ``bind(_:)`` and ``connect(_:)``.
    /// - Throws: ``ZeroMQError``: too many sockets, or the context was shut down.
    public init(_ context: Context, _ type: SocketType) throws(ZeroMQError) {
        handle = try SocketHandle(context: context, type: type.rawType, what: "\(type)")
        raw = handle.raw
        self.type = type
    }

    deinit { handle.close() }

    /// Listens at `tcp://HOST:PORT` (`*` as port: any free one, see ``lastEndpoint``), `ipc://PATH` or
    /// `inproc://NAME`.
    ///
    /// An ipc bind replaces a socket file that is already there, even one in use: hold a lock of your own.
    /// - Throws: ``ZeroMQError`` with `addressInUse`, `permissionDenied`, `pathTooLong`, `invalidEndpoint`.
    public borrowing func bind(_ endpoint: String) throws(ZeroMQError) {
        try Socket.check(endpoint)
        handle.isUsed = true
        guard zmq_bind(raw, endpoint) == 0 else { throw .last("bind \(endpoint)") }
    }

    /// Connects in the background, and again whenever the connection is lost.
    /// - Throws: ``ZeroMQError`` with `invalidEndpoint` or `pathTooLong`; an absent peer is no error.
    public borrowing func connect(_ endpoint: String) throws(ZeroMQError) {
        try Socket.check(endpoint)
        handle.isUsed = true
        guard zmq_connect(raw, endpoint) == 0 else { throw .last("connect to \(endpoint)") }
    }

    /// Stops listening at an endpoint, written as ``lastEndpoint`` gave it.
    public borrowing func unbind(_ endpoint: String) throws(ZeroMQError) {
        handle.isUsed = true
        guard zmq_unbind(raw, endpoint) == 0 else { throw .last("unbind \(endpoint)") }
    }

    /// Ends a connection made with ``connect(_:)``; what waits to be sent there is dropped.
    public borrowing func disconnect(_ endpoint: String) throws(ZeroMQError) {
        handle.isUsed = true
        guard zmq_disconnect(raw, endpoint) == 0 else { throw .last("disconnect from \(endpoint)") }
    }

    /// The last endpoint bound or connected, with the port that the system chose.
    public var lastEndpoint: String {
        get throws(ZeroMQError) { try getString(ZMQ_LAST_ENDPOINT, capacity: 512) }
    }

    /// The descriptor that becomes readable when ``events`` may have changed. It is edge-triggered: after
    /// each wake-up, and after each send or receive, look at ``events``. ``Poller`` does that by itself.
    public var fileDescriptor: Int32 {
        handle.fileDescriptor
    }

    /// What can be done now without waiting.
    public var events: PollEvents {
        get throws(ZeroMQError) {
            handle.isUsed = true
            return try handle.events
        }
    }

    /// The most bytes an ipc path may have on Linux.
    public static let maxIPCPathBytes = 107

    private static func check(_ endpoint: String) throws(ZeroMQError) {
        guard endpoint.hasPrefix("ipc://") else { return }
        let length = endpoint.utf8.count - 6
        guard length <= maxIPCPathBytes else {
            throw ZeroMQError(
                .pathTooLong,
                "cannot use \(endpoint): the path has \(length) bytes, \(maxIPCPathBytes) are possible; "
                    + "choose a shorter directory", errorNumber: ENAMETOOLONG)
        }
    }
}
