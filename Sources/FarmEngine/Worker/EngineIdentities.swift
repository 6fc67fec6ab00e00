import FarmFunctions
import FarmTransport

/// The cores and GPUs that an engine's attempts get, by the places that the node gives out.
struct EngineIdentities: Sendable {
    /// Numbers of processors, as many as the engine's CPUs; empty if it cannot tell its own.
    var cores: [Int] = []
    /// As CUDA numbers or names them, as many as the engine's GPUs.
    var gpus: [String] = []

    /// The processors in these places.
    func cores(_ set: IdentitySet) -> [Int] { set.places.compactMap { $0 < cores.count ? cores[$0] : nil } }

    /// The GPUs in these places.
    func gpus(_ set: IdentitySet) -> [String] { set.places.compactMap { $0 < gpus.count ? gpus[$0] : nil } }
}

extension Places {
    /// For a function's context, which knows nothing of the core's values.
    init(_ set: IdentitySet) {
        switch set {
        case .none: self = .none
        case .run(let first, let count): self = .run(first: first, count: count)
        case .list(let places): self = .list(places)
        }
    }
}
