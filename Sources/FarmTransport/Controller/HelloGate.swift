/// Decides who is let in, and whether somebody who was may stay.
public protocol HelloGate: AnyObject {
    /// Judges a hello that decoded well and fits our version.
    func admit(_ hello: HelloMessage, from origin: any FrameOrigin, at now: Instant) throws(HelloRefusal)
        -> Admission
    /// Changes whenever somebody let in earlier may have lost the right: sessions are then judged again.
    func revision() -> UInt64
    /// Why the holder may no longer stay; nil if it may.
    func objection(to admission: Admission, at now: Instant) -> HelloRefusal?
}

/// What a grant gives its holder.
public struct Admission: Sendable, Equatable {
    /// What the holder may do.
    public var role: Role
    /// Who the holder is.
    public var subject: String
    /// The highest priority its tasks may have.
    public var priorityCap: Int32
    /// Names the capability: the serial of its grant.
    public var holder: String
    /// When it ends; `.never` for no end.
    public var expires: Instant

    /// An admission with the fields given.
    public init(role: Role, subject: String, priorityCap: Int32, holder: String, expires: Instant = .never) {
        self.role = role
        self.subject = subject
        self.priorityCap = priorityCap
        self.holder = holder
        self.expires = expires
    }
}

/// Why a hello was not let in. The message is told to the peer and to the log.
public struct HelloRefusal: Error, Sendable, Equatable {
    /// The reasons, which are counted apart.
    public enum Reason: Int, Sendable, CaseIterable {
        /// The hello could not be read.
        case malformed
        /// No version in common.
        case version
        /// The grant is missing, not ours, or was tampered with.
        case grant
        case expired
        case revoked
        /// The role is not one for this port.
        case role
        /// The connection proved another identity than the grant names.
        case identity
        /// Another session holds the same peer key.
        case keyInUse
        /// No room for more sessions.
        case full

        /// For logs and counters.
        public var word: String {
            switch self {
            case .malformed: "malformed"
            case .version: "version"
            case .grant: "grant"
            case .expired: "expired"
            case .revoked: "revoked"
            case .role: "role"
            case .identity: "identity"
            case .keyInUse: "key-in-use"
            case .full: "full"
            }
        }

        /// The code that the peer is told.
        public var code: WireCode {
            switch self {
            case .malformed: .malformed
            case .version: .badVersion
            case .grant, .expired, .revoked: .badGrant
            case .role, .identity: .notPermitted
            case .keyInUse, .full: .unavailable
            }
        }
    }

    /// Why.
    public var reason: Reason
    /// What was wrong and what to do, for the peer's user.
    public var message: String

    /// A refusal with the fields given.
    public init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }
}
