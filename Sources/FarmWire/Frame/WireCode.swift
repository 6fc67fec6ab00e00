/// The number that tells a program why something was refused, in `refused`, `reply` and `fault` messages; the
/// text beside it tells a person. Unknown numbers are kept as they are, so that a new one breaks nobody.
public struct WireCode: RawRepresentable, Hashable, Sendable, ExpressibleByIntegerLiteral,
    CustomStringConvertible
{
    /// The number on the wire.
    public var rawValue: UInt16

    /// The code with this number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// The code with this number.
    public init(integerLiteral value: UInt16) { rawValue = value }

    /// Done.
    public static let ok: WireCode = 0
    /// Bytes or JSON that could not be read.
    public static let malformed: WireCode = 1
    /// A gap, a repeat or a broken fragment: the session is reset, say hello again.
    public static let badSequence: WireCode = 2
    /// No version in common.
    public static let badVersion: WireCode = 3
    /// The session's role may not do this.
    public static let notPermitted: WireCode = 4
    /// A limit of the controller is reached or would be passed.
    public static let overLimit: WireCode = 5
    /// No such job, task, engine or query.
    public static let unknown: WireCode = 6
    /// The tasks have already ended (conformance 36).
    public static let alreadyEnded: WireCode = 7
    /// A cancel of the same tasks is already under way (conformance 36).
    public static let alreadyCancelling: WireCode = 8
    /// A dependency names what is not there.
    public static let badDependency: WireCode = 9
    /// The submission says what cannot be: a template or a count that is not there, a part out of order.
    public static let badSubmission: WireCode = 10
    /// Not now: the controller is leaving, recovering or has no room; try again.
    public static let unavailable: WireCode = 11
    /// Something went wrong that is the controller's fault.
    public static let internalError: WireCode = 12
    /// The grant is missing, tampered with, expired or revoked.
    public static let badGrant: WireCode = 13
    /// Dependencies that wait for one another, or a task for itself.
    public static let cyclicDependency: WireCode = 14
    /// The job takes no more tasks: its last part is in, or it was cancelled.
    public static let closed: WireCode = 15

    /// The word used in JSON and in logs, else the number.
    public var description: String {
        switch self {
        case .ok: "ok"
        case .malformed: "malformed"
        case .badSequence: "bad-sequence"
        case .badVersion: "bad-version"
        case .notPermitted: "not-permitted"
        case .overLimit: "over-limit"
        case .unknown: "unknown"
        case .alreadyEnded: "already-ended"
        case .alreadyCancelling: "already-cancelling"
        case .badDependency: "bad-dependency"
        case .badSubmission: "bad-submission"
        case .unavailable: "unavailable"
        case .internalError: "internal-error"
        case .badGrant: "bad-grant"
        case .cyclicDependency: "cyclic-dependency"
        case .closed: "closed"
        default: "code \(rawValue)"
        }
    }
}
