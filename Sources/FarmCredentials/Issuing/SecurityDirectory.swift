/// Where a profile keeps its keys: `security/`, with `controller.json`, `issued/` and `revoked/`, all
/// private.
public struct SecurityDirectory: Sendable, Hashable {
    /// The path of `security/`.
    public let path: String

    /// Makes the directories that are missing and checks those that are there. The profile itself must exist.
    /// - Throws: ``CredentialError`` as ``PrivatePath/makeDirectory(_:)`` does.
    public init(profile: String) throws(CredentialError) {
        path = "\(profile)/security"
        try PrivatePath.makeDirectory(path)
        try PrivatePath.makeDirectory(issued)
        try PrivatePath.makeDirectory(revoked)
    }

    /// Where the capability file of a role is by itself, such as `security/engine.json`.
    public func capabilityPath(_ role: Role) -> String { "\(path)/\(role.rawValue).json" }

    var identity: String { "\(path)/controller.json" }
    var issued: String { "\(path)/issued" }
    var revoked: String { "\(path)/revoked" }

    func issuedRecord(_ serial: String) -> String { "\(issued)/\(serial).json" }
    func revokedRecord(_ serial: String) -> String { "\(revoked)/\(serial).json" }
}
