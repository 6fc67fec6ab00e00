import FarmTransport

/// Why the farm could not be reached, or did not do what it was asked. A task that failed is no such error:
/// see ``TaskFailure``.
public struct TaskClientError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of trouble, to decide on. More may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case noProfile, badCapability, expired, noController, keyRefused, wrongController, notPermitted
            case incompatible, refused, overLimit, unknown, alreadyEnded, alreadyCancelled, badInput
            case unequalLengths, badReply, unavailable, closed, interrupted, failed
        }
        private let kind: Kind

        /// There is no capability file: no farm was started in that profile.
        public static let noProfile = Code(kind: .noProfile)
        /// The capability file cannot be used as it is: too open, damaged, not ours.
        public static let badCapability = Code(kind: .badCapability)
        /// The capability is past its date.
        public static let expired = Code(kind: .expired)
        /// Nobody listens at the capability's addresses: the controller has ended, or the file is of an older
        /// one.
        public static let noController = Code(kind: .noController)
        /// The controller does not admit this key: unknown to it, expired or revoked.
        public static let keyRefused = Code(kind: .keyRefused)
        /// Whoever listens there is not the controller that the capability is for.
        public static let wrongController = Code(kind: .wrongController)
        /// The capability's role may not do this.
        public static let notPermitted = Code(kind: .notPermitted)
        /// Controller and client have no protocol version in common, or one sends what the other cannot read.
        public static let incompatible = Code(kind: .incompatible)
        /// The controller refused a submission whole: nothing of it is queued, the message says why.
        public static let refused = Code(kind: .refused)
        /// A limit of the farm would be passed.
        public static let overLimit = Code(kind: .overLimit)
        /// No such job, task, engine or query; also a job that was purged.
        public static let unknown = Code(kind: .unknown)
        /// All the tasks to be cancelled have already ended.
        public static let alreadyEnded = Code(kind: .alreadyEnded)
        /// All the tasks to be cancelled are cancelled already, or being cancelled.
        public static let alreadyCancelled = Code(kind: .alreadyCancelled)
        /// An input cannot be encoded, or an argument makes no sense.
        public static let badInput = Code(kind: .badInput)
        /// Collections that are walked together differ in length.
        public static let unequalLengths = Code(kind: .unequalLengths)
        /// The controller's answer cannot be read.
        public static let badReply = Code(kind: .badReply)
        /// The controller cannot do it now.
        public static let unavailable = Code(kind: .unavailable)
        /// The client was closed.
        public static let closed = Code(kind: .closed)
        /// The Swift task that waited was cancelled. Nothing happened to the farm's tasks.
        public static let interrupted = Code(kind: .interrupted)
        /// The system failed, or the controller did.
        public static let failed = Code(kind: .failed)

        /// The code's name.
        public var description: String { kind.rawValue }
    }

    /// The kind of trouble.
    public let code: Code
    /// What was wrong, where, and what to do.
    public let message: String

    /// The message.
    public var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    static let interrupted = TaskClientError(.interrupted, "the waiting was cancelled")
    static let closed = TaskClientError(.closed, "the client is closed; connect another")

    /// Of an answer or refusal of the controller's.
    init(_ code: WireCode, _ message: String, refusal: Bool = false) {
        let kind: Code =
            switch code {
            case .notPermitted: .notPermitted
            case .overLimit: .overLimit
            case .unknown: .unknown
            case .alreadyEnded: .alreadyEnded
            case .alreadyCancelling: .alreadyCancelled
            case .badDependency, .badSubmission, .cyclicDependency, .closed: .refused
            case .unavailable: .unavailable
            case .badGrant: .keyRefused
            case .badVersion: .incompatible
            case .malformed: refusal ? .refused : .badInput
            default: .failed
            }
        self.init(kind, message)
    }

    /// Of a link that was given up; `fault` is what the controller said last.
    init(_ error: TransportError, fault: WireCode?) {
        let kind: Code =
            switch error.code {
            case .noCapability: .noProfile
            case .badCapability: .badCapability
            case .expired: .expired
            case .noController: .noController
            case .keyRefused: .keyRefused
            case .wrongController: .wrongController
            case .incompatible: .incompatible
            case .helloRefused, .muted: fault == .notPermitted ? .notPermitted : .failed
            default: .failed
            }
        self.init(kind, error.message)
    }
}
