/// Lets holders of this controller's capabilities in: the grant in the hello must be signed by it, current,
/// and still issued; over tcp it must be the grant whose key the handshake has proven.
public final class CapabilityGate: HelloGate {
    private let identity: ControllerIdentity
    private let registry: KeyRegistry

    /// A gate for the capabilities that this identity signed and this registry holds.
    public init(identity: ControllerIdentity, registry: KeyRegistry) {
        self.identity = identity
        self.registry = registry
    }

    public func admit(
        _ hello: HelloMessage, from origin: any FrameOrigin, at now: Instant
    ) throws(HelloRefusal) -> Admission {
        let grant = try grant(in: hello, at: now)
        if let proven = origin.userID {
            // The transport has proven a key of its own; another's grant, however valid, is worth nothing
            // here.
            guard let user = UserID(text: proven), user.serial == grant.serial, user.role == grant.role else {
                throw HelloRefusal(
                    .identity,
                    "the hello has another capability's grant than the connection; use one file for both")
            }
        }
        let expires = grant.expiresAtUnixSeconds.map { Instant.zero + Self.nanoseconds($0) } ?? .never
        let admission = Admission(
            role: grant.role, subject: grant.subject, priorityCap: Int32(clamping: grant.priorityCap),
            holder: grant.serial, expires: expires)
        if let objection = objection(to: admission, at: now) { throw objection }
        return admission
    }

    public func revision() -> UInt64 {
        registry.reload()
        return UInt64(truncatingIfNeeded: registry.generation)
    }

    public func objection(to admission: Admission, at now: Instant) -> HelloRefusal? {
        let capability =
            "capability \(admission.holder) (\(admission.role.rawValue) for \(admission.subject))"
        if now >= admission.expires {
            return HelloRefusal(
                .expired,
                "\(capability) has expired; get a new one from the controller's host: PROFILE/security")
        }
        switch registry.verdict(forSerial: admission.holder, nowUnixSeconds: Self.seconds(now)) {
        case .admitted:
            return nil
        case .refused(.expired):
            return HelloRefusal(
                .expired,
                "\(capability) has expired; get a new one from the controller's host: PROFILE/security")
        case .refused(.revoked):
            return HelloRefusal(
                .revoked, "\(capability) was revoked; ask the farm's owner for another")
        case .refused:
            return HelloRefusal(
                .grant, "\(capability) is not on record here; ask the farm's owner for another")
        }
    }

    private func grant(in hello: HelloMessage, at now: Instant) throws(HelloRefusal) -> Grant {
        guard !hello.grant.isEmpty else {
            throw HelloRefusal(.grant, "the hello has no grant; use a capability file")
        }
        do throws(CredentialError) {
            let grant = try Grant(decoding: hello.grant)
            try grant.verify(by: identity, nowUnixSeconds: Self.seconds(now))
            return grant
        } catch {
            throw HelloRefusal(error.code == .expired ? .expired : .grant, error.message)
        }
    }

    private static func seconds(_ now: Instant) -> Int64 { now.nanoseconds / 1_000_000_000 }

    private static func nanoseconds(_ seconds: Int64) -> Int64 {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : product
    }
}
