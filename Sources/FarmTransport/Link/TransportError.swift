import ZeroMQ

/// Why a link could not be opened or used. The message says what was wrong, where, and what to do.
public struct TransportError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure, to decide on. More may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case addressInUse, cannotListen, noCapability, badCapability, expired, noController
            case keyRefused, wrongController, helloRefused, muted, incompatible, failed
        }
        private let kind: Kind

        /// Another process listens on the port.
        public static let addressInUse = Code(kind: .addressInUse)
        /// The address cannot be listened on for another reason.
        public static let cannotListen = Code(kind: .cannotListen)
        /// There is no capability file.
        public static let noCapability = Code(kind: .noCapability)
        /// The capability file cannot be used as it is.
        public static let badCapability = Code(kind: .badCapability)
        /// The capability is past its date.
        public static let expired = Code(kind: .expired)
        /// Nobody listens at any of the capability's addresses.
        public static let noController = Code(kind: .noController)
        /// The controller does not admit this key: unknown to it, expired or revoked.
        public static let keyRefused = Code(kind: .keyRefused)
        /// Whoever listens there does not hold the key that the capability names.
        public static let wrongController = Code(kind: .wrongController)
        /// The controller took the connection and refused the hello.
        public static let helloRefused = Code(kind: .helloRefused)
        /// The controller told this peer a fault and takes nothing more of it.
        public static let muted = Code(kind: .muted)
        /// What the controller sends cannot be read.
        public static let incompatible = Code(kind: .incompatible)
        /// The system or the library failed.
        public static let failed = Code(kind: .failed)

        /// The code's name.
        public var description: String { kind.rawValue }
    }

    /// The kind of failure.
    public let code: Code
    /// What was wrong, where, and what to do, for a person.
    public let message: String

    /// The message.
    public var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// From an error of the library outside of binding.
    init(_ error: ZeroMQError) { self.init(.failed, error.message) }

    init(binding listen: Listen, _ error: ZeroMQError) {
        let option = listen.port == .client ? "--client-port" : "--engine-port"
        switch (error.code, listen.transport) {
        case (.addressInUse, .tcp(let host, let port)):
            let port = port.map { "port \($0)" } ?? "a port"
            self.init(
                .addressInUse,
                "cannot listen for \(listen.port.word)s on \(port) of \(host): another process has it; stop that one, or "
                    + "give another with \(option)")
        case (.addressInUse, .ipc(let path)):
            self.init(.addressInUse, "cannot listen at \(path): another process does; stop it first")
        default:
            self.init(.cannotListen, "cannot listen for \(listen.port.word)s: \(error.message)")
        }
    }
}
