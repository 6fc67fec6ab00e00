/// What a controller signed for the holder of a key: the part of a capability that may be shown, and that a
/// hello carries.
public struct Grant: Sendable, Equatable, CustomStringConvertible {
    /// The farm it is for: 16 hexadecimal digits.
    public let farm: String
    /// Names this grant in lists, logs and revocations: 16 hexadecimal digits.
    public let serial: String
    /// What the holder may do.
    public let role: Role
    /// Who the holder is: the owner of what it submits.
    public let subject: String
    /// The highest priority the holder's tasks may have.
    public let priorityCap: Int
    /// When it ends, in seconds since 1970; nil never.
    public let expiresAtUnixSeconds: Int64?
    /// Where the controller listens, best first: `ipc://…` and `tcp://…`.
    public let endpoints: [String]
    /// The CURVE key that the controller proves to hold.
    public let controllerKey: TransportKey
    /// The CURVE key that the holder proves to hold.
    public let publicKey: TransportKey
    /// Ed25519 over ``signedBytes``: 64 bytes.
    public internal(set) var signature: [UInt8] = []

    /// The serial, role and subject.
    public var description: String { "grant \(serial) (\(role.rawValue) for \(subject))" }

    /// Whether it has ended.
    public func isExpired(atUnixSeconds now: Int64) -> Bool {
        expiresAtUnixSeconds.map { $0 <= now } ?? false
    }

    /// Checks that `identity` signed exactly this, for its own farm and key, and that it has not ended.
    ///
    /// It does not say that the peer holds ``publicKey``: over tcp compare ``serial`` with the message's
    /// ``UserID``, over ipc ask ``KeyRegistry`` whether it is still admitted.
    /// - Parameter now: seconds since 1970; nil takes the clock's.
    /// - Throws: ``CredentialError`` with `badSignature`, `wrongFarm`, `wrongController` or `expired`.
    public func verify(by identity: ControllerIdentity, nowUnixSeconds now: Int64? = nil)
        throws(CredentialError)
    {
        guard farm == identity.farm else {
            throw CredentialError(
                .wrongFarm,
                "\(self) is for farm \(farm), this is \(identity.farm); use this farm's capability file")
        }
        guard identity.signingKey.verifyingKey.isValid(signature: signature, for: signedBytes) else {
            throw CredentialError(
                .badSignature, "\(self) is not as this controller signed it; copy the capability file again")
        }
        guard controllerKey == identity.transportKeys.publicKey else {
            throw CredentialError(
                .wrongController,
                "\(self) names another controller key; get a new one from the controller's host: PROFILE/security"
            )
        }
        try requireCurrent(nowUnixSeconds: now ?? Timestamp.now())
    }

    func requireCurrent(nowUnixSeconds now: Int64) throws(CredentialError) {
        guard isExpired(atUnixSeconds: now), let end = expiresAtUnixSeconds else { return }
        throw CredentialError(
            .expired,
            "\(self) expired at \(Timestamp.text(end)); get a new one from the controller's host: PROFILE/security"
        )
    }
}
