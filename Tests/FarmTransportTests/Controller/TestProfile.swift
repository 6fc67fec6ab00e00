import FarmTransport
import Foundation

/// A profile's keys in a short private directory that goes when the last holder is gone.
final class TestProfile: Sendable {
    let path: String
    let security: SecurityDirectory
    let identity: ControllerIdentity
    let registry: KeyRegistry
    let issuer: Issuer

    init() throws {
        path = "/tmp/ft-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        security = try SecurityDirectory(profile: path)
        identity = try ControllerIdentity.loadOrCreate(security)
        registry = try KeyRegistry(security)
        issuer = Issuer(identity: identity, directory: security)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func socket(_ port: PortKind) -> String { "\(path)/\(port.word)" }

    func issue(
        _ role: Role, endpoints: [String], subject: String = "tester", expires: Int64? = nil
    ) throws -> Capability {
        try issuer.issue(
            role: role, subject: subject, priorityCap: 10, endpoints: endpoints, expiresAtUnixSeconds: expires
        )
    }
}
