/// Where a controller listens for one kind of peer.
public struct Listen: Sendable, Equatable {
    /// How peers get there.
    public enum Transport: Sendable, Equatable {
        /// A socket file, whose directory is the gate: no encryption.
        case ipc(path: String)
        /// An address or interface (`0.0.0.0` or `*` for all) and a port (nil: any free one); always
        /// encrypted.
        case tcp(host: String, port: UInt16?)
    }

    /// Who comes here.
    public var port: PortKind
    /// How they get here.
    public var transport: Transport

    /// Listens for peers of that kind.
    public init(_ port: PortKind, _ transport: Transport) {
        self.port = port
        self.transport = transport
    }

    /// As ZeroMQ is told it.
    var endpoint: String {
        switch transport {
        case .ipc(let path): "ipc://\(path)"
        case .tcp(let host, let port): "tcp://\(host):\(port.map { String($0) } ?? "*")"
        }
    }
}

/// A place where a controller listens now.
public struct BoundEndpoint: Sendable, Equatable {
    /// Who comes here.
    public var port: PortKind
    /// `ipc://PATH` or `tcp://HOST:PORT`, with the port that is really used.
    public var endpoint: String

    /// The tcp port; nil for ipc.
    public var tcpPort: UInt16? {
        guard endpoint.hasPrefix("tcp://"), let text = endpoint.split(separator: ":").last else { return nil }
        return UInt16(text)
    }
}
