/// Whether the holder of a key may come in.
public enum KeyVerdict: Sendable, Hashable {
    /// It may, in this role and until this date.
    case admitted(IssuedKey)
    /// It may not.
    case refused(RefusalReason)
}

/// Why a peer was refused.
public enum RefusalReason: String, Sendable, Hashable, CaseIterable {
    /// This controller issued no such key.
    case unknownKey = "unknown key"
    /// The key is past its date; `tasks keys renew`.
    case expired = "expired key"
    /// The key was taken back.
    case revoked = "revoked key"
    /// The peer uses no CURVE, where only CURVE is let in.
    case notCurve = "no CURVE"
    /// libzmq asked something that is no ZAP 1.0 request.
    case badRequest = "bad ZAP request"
}
