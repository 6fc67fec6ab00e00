/// A capability: a grant and the secret key of its holder. Whoever has the file has the access.
public struct Capability: Sendable, Equatable, CustomStringConvertible {
    /// What the controller signed; a hello carries it.
    public let grant: Grant
    /// The 32 bytes of the holder's CURVE secret key.
    public let secretKey: Secret<[UInt8]>

    /// What the holder may do.
    public var role: Role { grant.role }
    /// Who the holder is.
    public var subject: String { grant.subject }
    /// Where the controller listens, best first.
    public var endpoints: [String] { grant.endpoints }

    /// The serial, role and subject; nothing secret.
    public var description: String {
        "capability \(grant.serial) (\(grant.role.rawValue) for \(grant.subject))"
    }

    /// Reads a capability file: JSON, mode 0600, owned by this process's user.
    ///
    /// Only a controller can tell whether the signature is good: see ``Grant/verify(by:nowUnixSeconds:)``.
    /// - Parameters:
    ///   - path: the file.
    ///   - now: seconds since 1970; nil takes the clock's.
    /// - Throws: ``CredentialError`` with `missing`, `looseMode`, `wrongOwner`, `notRegular`, `malformed`
    ///   (names the field), `newerFormat`, `unknownRole`, `keyMismatch`, `expired` or `io`.
    public static func load(path: String, nowUnixSeconds now: Int64? = nil) throws(CredentialError)
        -> Capability
    {
        try decode(try PrivateFile.read(path), from: path, nowUnixSeconds: now)
    }

    /// The same from the bytes of such a file, where they have come another way.
    /// - Parameter path: what messages call it.
    public static func decode(
        _ bytes: [UInt8], from path: String, nowUnixSeconds now: Int64? = nil
    ) throws(CredentialError) -> Capability {
        let document = try Document.decode(CapabilityDocument.self, bytes, path: path)
        let capability = try document.capability(path: path)
        let pair = try TransportKeyPair(secretKey: capability.secretKey)
        guard pair.publicKey == capability.grant.publicKey else {
            throw CredentialError(
                .keyMismatch,
                "\(path) has a secret_key that does not belong to its public_key; copy the file again")
        }
        try capability.grant.requireCurrent(nowUnixSeconds: now ?? Timestamp.now())
        return capability
    }

    /// Writes the file with mode 0600: readers and a crash see the old file or the new, whole.
    /// - Throws: ``CredentialError`` with `missing` (the directory) or `io`.
    public func save(path: String) throws(CredentialError) {
        try PrivateFile.write(try Document.encode(CapabilityDocument(self)), to: path)
    }
}
