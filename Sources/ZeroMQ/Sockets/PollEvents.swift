import CZeroMQ

/// What a socket or descriptor is ready for.
public struct PollEvents: OptionSet, Sendable, Hashable {
    /// The bits of `zmq_poll`.
    public let rawValue: Int16

    /// Takes the bits of `zmq_poll`.
    public init(rawValue: Int16) { self.rawValue = rawValue }

    /// At least one message, or byte, can be received.
    public static let readable = PollEvents(rawValue: Int16(ZMQ_POLLIN))
    /// At least one message, or byte, can be sent.
    public static let writable = PollEvents(rawValue: Int16(ZMQ_POLLOUT))
    /// A descriptor failed or was hung up; never for sockets.
    public static let failed = PollEvents(rawValue: Int16(ZMQ_POLLERR))
}
