import FoundationEssentials

/// What makes a controller this controller, over restarts and upgrades: the farm's id, the CURVE keys it
/// proves to peers, and the Ed25519 key it signs grants with. Kept in `security/controller.json`, mode 0600.
public struct ControllerIdentity: Sendable, Equatable, CustomStringConvertible {
    /// The farm's id: 16 hexadecimal digits.
    public let farm: String
    /// The keys of the controller's tcp sockets.
    public let transportKeys: TransportKeyPair
    /// The key that signs grants.
    public let signingKey: SigningKey

    /// The farm's id; nothing secret.
    public var description: String { "controller of farm \(farm)" }

    /// Reads the identity of a profile, or makes it if there is none. Two processes that do so at once get
    /// the same.
    /// - Throws: ``CredentialError``: `looseMode`, `wrongOwner`, `malformed`, `keyMismatch`, `io`, `crypto`.
    public static func loadOrCreate(_ directory: SecurityDirectory) throws(CredentialError)
        -> ControllerIdentity
    {
        if let identity = try loadIfPresent(directory) { return identity }
        let identity = ControllerIdentity(
            farm: Hex.encode(try Digest.random(GrantLimits.idBytes)), transportKeys: try .generate(),
            signingKey: try .generate())
        let bytes = try Document.encode(IdentityDocument(identity))
        if try PrivateFile.write(bytes, to: directory.identity, replacing: false) { return identity }
        return try load(directory)
    }

    /// Reads the identity of a profile.
    /// - Throws: ``CredentialError`` with `missing` if there is none yet, or as ``loadOrCreate(_:)``.
    public static func load(_ directory: SecurityDirectory) throws(CredentialError) -> ControllerIdentity {
        let path = directory.identity
        let document = try Document.decode(IdentityDocument.self, try PrivateFile.read(path), path: path)
        return try document.identity(path: path)
    }

    private static func loadIfPresent(_ directory: SecurityDirectory) throws(CredentialError)
        -> ControllerIdentity?
    {
        do {
            return try load(directory)
        } catch  where error.code == .missing {
            return nil
        }
    }
}

private struct IdentityDocument: Codable {
    var format = 1
    let farm: String
    let curvePublic: String
    let curveSecret: String
    let signingPublic: String
    let signingSecret: String

    enum CodingKeys: String, CodingKey {
        case format, farm
        case curvePublic = "curve_public"
        case curveSecret = "curve_secret"
        case signingPublic = "ed25519_public"
        case signingSecret = "ed25519_secret"
    }

    init(_ identity: ControllerIdentity) {
        farm = identity.farm
        curvePublic = identity.transportKeys.publicKey.z85
        curveSecret = identity.transportKeys.secretZ85.reveal()
        signingPublic = Data(identity.signingKey.verifyingKey.bytes).base64EncodedString()
        signingSecret = Data(identity.signingKey.seed.reveal()).base64EncodedString()
    }

    func identity(path: String) throws(CredentialError) -> ControllerIdentity {
        guard Hex.decode(farm, byteCount: GrantLimits.idBytes) != nil else {
            throw Document.invalid("farm", path)
        }
        guard let secret = TransportKey.decode(curveSecret) else {
            throw Document.invalid("curve_secret", path)
        }
        guard let seed = Data(base64Encoded: signingSecret), seed.count == 32 else {
            throw Document.invalid("ed25519_secret", path)
        }
        let transportKeys = try TransportKeyPair(secretKey: Secret(secret))
        let signingKey = try SigningKey(seed: Secret(Array(seed)))
        guard transportKeys.publicKey == TransportKey(z85: curvePublic),
            Data(base64Encoded: signingPublic).map(Array.init) == signingKey.verifyingKey.bytes
        else {
            throw CredentialError(
                .keyMismatch,
                "\(path) has public keys that do not belong to its secret keys; restore it from a backup")
        }
        return ControllerIdentity(farm: farm, transportKeys: transportKeys, signingKey: signingKey)
    }
}
