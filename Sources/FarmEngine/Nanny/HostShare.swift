import FarmProcess
import FarmTransport
import Logging

/// What an engine has of its host: found, and held against the user's other engines there, by the nanny, so
/// that a worker that is started again gets the same.
struct HostShare {
    /// What it offers to tasks, in bytes.
    let memoryBytes: UInt64
    let identities: EngineIdentities
    /// Let go of when the nanny ends, however it does.
    private let claims: HostClaims?

    /// Takes what the options say; what cannot be had is said in the log, once.
    init(_ options: EngineOptions, log: Logger) {
        memoryBytes = options.memoryBytes ?? HostInfo.memoryBytes
        var problem = ""
        var claims: HostClaims?
        do {
            claims = try HostClaims(directory: try RuntimeDirectory.parent())
        } catch {
            problem = "\(error)"
        }
        self.claims = claims
        let cores = Self.cores(options.cpus ?? options.slots, claims, problem, log)
        identities = EngineIdentities(cores: cores, gpus: Self.gpus(options.gpus, claims, log))
    }

    /// Leaves nothing behind; for the nanny's end.
    func leave() { claims?.leave() }

    private static func cores(_ count: Int, _ claims: HostClaims?, _ problem: String, _ log: Logger) -> [Int]
    {
        let allowed = HostInfo.cpus
        let reason: String
        if let claims {
            if let taken = claims.takeCores(count, of: allowed) {
                log.info("tasks get CPUs of their own out of \(CPUList.text(taken))")
                return taken
            }
            reason =
                count > allowed.count
                ? "it offers \(count), and this host lets it use \(allowed.count)"
                : "it offers \(count), and other engines of yours hold some of the \(allowed.count) of this host"
        } else {
            reason = problem
        }
        log.notice("tasks are not bound to CPUs of their own: \(reason)")
        return []
    }

    private static func gpus(
        _ wanted: EngineOptions.GPUs?, _ claims: HostClaims?, _ log: Logger
    ) -> [String] {
        let (candidates, most) = EngineOptions.GPUs.candidates(wanted)
        guard let claims else { return Array(candidates.prefix(most)) }
        let taken = claims.takeGPUs(candidates, most: most)
        let expected = min(candidates.count, most)
        if taken.count < expected {
            log.warning(
                "\(expected - taken.count) of \(expected) GPUs are held by other engines of yours on this host: they are not offered"
            )
        }
        if !taken.isEmpty { log.info("tasks get GPUs of their own out of \(taken.joined(separator: ","))") }
        return taken
    }
}
