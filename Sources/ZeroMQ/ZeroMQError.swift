import CZeroMQ
import Glibc

/// Why a call into ZeroMQ failed. The message says what was wrong, where, and what to do.
public struct ZeroMQError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure, to decide on. More may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case addressInUse, permissionDenied, pathTooLong, invalidEndpoint, terminated, hostUnreachable
            case wouldBlock, invalidKey, other
        }
        private let kind: Kind

        /// Another socket is bound to this address.
        public static let addressInUse = Code(kind: .addressInUse)
        /// The system refused access to a path or a port.
        public static let permissionDenied = Code(kind: .permissionDenied)
        /// An ipc path is longer than 107 bytes.
        public static let pathTooLong = Code(kind: .pathTooLong)
        /// The endpoint is malformed, or names a directory, interface or host that does not exist.
        public static let invalidEndpoint = Code(kind: .invalidEndpoint)
        /// The context was shut down; the socket's owner should close it and end.
        public static let terminated = Code(kind: .terminated)
        /// A ROUTER with ``SocketOption/routerMandatory`` has no peer of that routing id.
        public static let hostUnreachable = Code(kind: .hostUnreachable)
        /// A high-water mark or a send timeout was reached.
        public static let wouldBlock = Code(kind: .wouldBlock)
        /// Bytes or text that are no CURVE key.
        public static let invalidKey = Code(kind: .invalidKey)
        /// Anything else; see ``ZeroMQError/errorNumber``.
        public static let other = Code(kind: .other)

        /// The name of the code.
        public var description: String { kind.rawValue }
    }

    /// The kind of failure.
    public let code: Code
    /// What was wrong, where, and what to do, for a person.
    public let message: String
    /// The `errno` that ZeroMQ gave, 0 if none.
    public let errorNumber: Int32

    /// The message.
    public var description: String { message }

    init(_ code: Code, _ message: String, errorNumber: Int32 = 0) {
        self.code = code
        self.message = message
        self.errorNumber = errorNumber
    }

    /// The error of the call that has just failed on this thread.
    /// - Parameter action: what was tried and where, such as `bind tcp://127.0.0.1:80`.
    static func last(_ action: String) -> ZeroMQError {
        let number = zmq_errno()
        let reason = String(cString: zmq_strerror(number))
        let (code, advice) = classify(number)
        return ZeroMQError(code, "cannot \(action): \(reason)\(advice)", errorNumber: number)
    }

    private static func classify(_ number: Int32) -> (Code, advice: String) {
        switch number {
        case EADDRINUSE: (.addressInUse, "; stop the process that listens there, or choose another address")
        case EACCES, EPERM:
            (.permissionDenied, "; check the owner and mode of the path, or take a port above 1023")
        case ENAMETOOLONG: (.pathTooLong, "; choose a shorter directory")
        case EINVAL, EPROTONOSUPPORT, ENOCOMPATPROTO:
            (.invalidEndpoint, "; write tcp://HOST:PORT, ipc://PATH or inproc://NAME")
        case ENOENT, ENOTDIR: (.invalidEndpoint, "; make the directory first")
        case ENODEV, EADDRNOTAVAIL: (.invalidEndpoint, "; use an address or interface of this host")
        case ETERM: (.terminated, "; the context was shut down")
        case EHOSTUNREACH: (.hostUnreachable, "; the peer has gone")
        case EAGAIN: (.wouldBlock, "; wait until the socket can be written")
        case EMFILE: (.other, "; raise `ulimit -n` or the context's maxSockets")
        default: (.other, "")
        }
    }
}
