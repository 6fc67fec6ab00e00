import FarmTransport

/// The capability files that come by themselves with a profile, one a role, kept up to date with where the
/// controller listens.
struct ProfileKeys {
    private static let roles: [Role] = [
        .engine, .taskClient, .multiengineClient, .observer, .launcher, .admin,
    ]

    /// Priority that these files allow; `tasks keys issue` makes others.
    private static let priorityCap = 1_000

    let identity: ControllerIdentity
    let directory: SecurityDirectory

    init(_ profile: ProfileDirectory) throws(ControllerError) {
        do {
            directory = try SecurityDirectory(profile: profile.path)
            identity = try ControllerIdentity.loadOrCreate(directory)
        } catch {
            throw ControllerError(.badProfile, error.message)
        }
    }

    /// Issues what is missing, and renews what names other endpoints than those given.
    func bringUpToDate(_ bound: [BoundEndpoint], subject: String) throws(ControllerError) {
        let issuer = Issuer(identity: identity, directory: directory)
        for role in Self.roles {
            let port: PortKind = role == .engine ? .engine : .client
            let endpoints = bound.filter { $0.port == port }.map(\.endpoint)
            let path = directory.capabilityPath(role)
            do {
                guard let old = try? Capability.load(path: path) else {
                    let new = try issuer.issue(
                        role: role, subject: subject, priorityCap: Self.priorityCap, endpoints: endpoints,
                        expiresAtUnixSeconds: nil)
                    try new.save(path: path)
                    continue
                }
                if old.endpoints != endpoints {
                    try issuer.renew(old, endpoints: endpoints, expiresAtUnixSeconds: nil).save(path: path)
                }
            } catch {
                throw ControllerError(.badProfile, error.message)
            }
        }
    }

    /// Ports that the profile's files name, so that a restart listens where everybody looks.
    func knownPort(_ role: Role) -> UInt16? {
        guard let capability = try? Capability.load(path: directory.capabilityPath(role)) else { return nil }
        for endpoint in capability.endpoints where endpoint.hasPrefix("tcp://") {
            if let port = endpoint.split(separator: ":").last.flatMap({ UInt16($0) }) { return port }
        }
        return nil
    }
}
