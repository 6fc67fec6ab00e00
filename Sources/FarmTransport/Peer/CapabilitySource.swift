/// Where a peer's capability comes from.
public enum CapabilitySource: Sendable {
    /// A file, read again before each round of connecting, so that a new one is taken by itself.
    case file(path: String)
    /// One at hand.
    case loaded(Capability)

    /// The capability, if it is there and good.
    func load() throws(TransportError) -> Capability {
        switch self {
        case .loaded(let capability):
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
