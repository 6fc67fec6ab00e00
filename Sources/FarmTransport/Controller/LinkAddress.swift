/// Names one connection at the controller: which of its sockets, and the number that the ROUTER gave the peer
/// there.
public struct LinkAddress: Hashable, Sendable, CustomStringConvertible {
    /// Both in one number, to hash.
    public var raw: UInt64

    /// The connection `routing` of the socket with that index.
    public init(socket: Int, routing: UInt32) {
        raw = UInt64(truncatingIfNeeded: socket) << 32 | UInt64(routing)
    }

    /// Index of the controller's socket.
    public var socket: Int { Int(raw >> 32) }
    /// The ROUTER's number for the peer.
    public var routing: UInt32 { UInt32(truncatingIfNeeded: raw) }

    /// For logs.
    public var description: String { "connection \(socket)/\(routing)" }
}
