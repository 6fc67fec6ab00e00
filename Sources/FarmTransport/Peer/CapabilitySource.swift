/// Where a peer's capability comes from.
public enum CapabilitySource: Sendable {
    /// A file, read again before each round of connecting, so that a new one is taken by itself.
    case file(path: String)
    /// One at hand.
    case loaded(Capability)
    /// One at hand, and the address of a socket through which its controller is reached; encrypted if what
    /// stands behind it is.
    case through(Capability, endpoint: String, isEncrypted: Bool)

    /// Where to try, in place of what the capability says.
    func endpoints(_ capability: Capability) -> [String] {
        if case .through(_, let endpoint, _) = self { return [endpoint] }
        return capability.endpoints
    }

    /// Whether what listens there is encrypted.
    func isEncrypted(_ endpoint: String) -> Bool {
        if case .through(_, _, let isEncrypted) = self { return isEncrypted }
        return !endpoint.hasPrefix("ipc://")
    }

    /// The capability, if it is there and good.
    func load() throws(TransportError) -> Capability {
        switch self {
        case .loaded(let capability), .through(let capability, _, _):
            return capability
        case .file(let path):
            do throws(CredentialError) {
                return try Capability.load(path: path)
            } catch {
                switch error.code {
                case .missing: throw TransportError(.noCapability, error.message)
                case .expired: throw TransportError(.expired, error.message)
                default: throw TransportError(.badCapability, error.message)
                }
            }
        }
    }
}
