import Glibc

/// Issues, renews and revokes capabilities for one farm. Each change is on disk before the call returns, and
/// a running controller's ``KeyRegistry`` sees it at the next handshake.
public struct Issuer: Sendable {
    private let identity: ControllerIdentity
    private let directory: SecurityDirectory

    /// An issuer that signs with a controller's identity.
    public init(identity: ControllerIdentity, directory: SecurityDirectory) {
        self.identity = identity
        self.directory = directory
    }

    /// Makes a capability with new keys and records it. Saving it for its holder is the caller's part.
    /// - Parameters:
    ///   - role: what the holder may do.
    ///   - subject: who the holder is; 1 to 64 bytes.
    ///   - priorityCap: the highest priority its tasks may have.
    ///   - endpoints: where the controller listens, best first; 1 to 16.
    ///   - expiresAtUnixSeconds: when it ends; nil never.
    /// - Throws: ``CredentialError`` with `invalidField`, `io`, `crypto`.
    public func issue(
        role: Role, subject: String, priorityCap: Int, endpoints: [String], expiresAtUnixSeconds: Int64?
    ) throws(CredentialError) -> Capability {
        let keys = try TransportKeyPair.generate()
        let grant = Grant(
            farm: identity.farm, serial: Hex.encode(try Digest.random(GrantLimits.idBytes)), role: role,
            subject: subject, priorityCap: priorityCap, expiresAtUnixSeconds: expiresAtUnixSeconds,
            endpoints: endpoints, controllerKey: identity.transportKeys.publicKey, publicKey: keys.publicKey)
        return try sign(grant, keys.secretKey)
    }

    /// Signs a capability again, with its serial and keys, for another end or other endpoints. The holder's
    /// file has to be replaced by the result; the old one stays good until its own end.
    /// - Throws: ``CredentialError`` with `unknownSerial` if it was never issued or is revoked, else as
    ///   ``issue(role:subject:priorityCap:endpoints:expiresAtUnixSeconds:)``.
    public func renew(_ capability: Capability, endpoints: [String]? = nil, expiresAtUnixSeconds: Int64?)
        throws(CredentialError) -> Capability
    {
        let old = capability.grant
        let path = directory.issuedRecord(old.serial)
        guard access(path, F_OK) == 0,
            try IssuedKey.load(path: path, serial: old.serial).publicKey == old.publicKey
        else { throw unknown(old.serial) }
        let grant = Grant(
            farm: identity.farm, serial: old.serial, role: old.role, subject: old.subject,
            priorityCap: old.priorityCap, expiresAtUnixSeconds: expiresAtUnixSeconds,
            endpoints: endpoints ?? old.endpoints, controllerKey: identity.transportKeys.publicKey,
            publicKey: old.publicKey)
        return try sign(grant, capability.secretKey)
    }

    /// Moves the record of a grant to `security/revoked/`: its key is refused from then on.
    /// - Throws: ``CredentialError`` with `unknownSerial` if it was never issued or is already revoked, or
    ///   `io`.
    public func revoke(serial: String) throws(CredentialError) {
        guard Hex.decode(serial, byteCount: GrantLimits.idBytes) != nil else { throw unknown(serial) }
        guard rename(directory.issuedRecord(serial), directory.revokedRecord(serial)) == 0 else {
            throw errno == ENOENT
                ? unknown(serial) : PrivatePath.failure("revoke", directory.issuedRecord(serial))
        }
        try PrivateFile.syncDirectory(directory.revoked)
        try PrivateFile.syncDirectory(directory.issued)
    }

    private func sign(_ unsigned: Grant, _ secretKey: Secret<[UInt8]>) throws(CredentialError) -> Capability {
        if let complaint = GrantLimits.complaint(about: unsigned) {
            throw CredentialError(.invalidField, "cannot issue a capability: \(complaint)")
        }
        var grant = unsigned
        grant.signature = try identity.signingKey.sign(grant.signedBytes)
        try IssuedKey(grant, issuedAtUnixSeconds: Timestamp.now()).save(
            path: directory.issuedRecord(grant.serial))
        return Capability(grant: grant, secretKey: secretKey)
    }

    private func unknown(_ serial: String) -> CredentialError {
        CredentialError(
            .unknownSerial,
            "no key of serial \(serial) is issued in \(directory.issued); see `tasks keys list`")
    }
}
