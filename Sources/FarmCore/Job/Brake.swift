/// What holds a group of tasks back, or a whole job, and stops it when too much goes wrong.
public struct Brake: Equatable, Sendable {
    /// Tasks sent and not ended at a time; 0 for no limit.
    public var maxRunning: UInt32
    /// How many may fail; one more, and those that have not been sent are cancelled.
    public var maxFailures: FailureLimit
    /// So many tasks go first, alone: the others follow when one of them has succeeded, and are cancelled
    /// when all of them have failed. 0 for none.
    public var canary: UInt32

    public enum FailureLimit: Equatable, Sendable {
        case none
        case count(UInt32)
        /// Hundredths of a percent of the tasks that there are: 500 is 5 %.
        case share(UInt32)

        /// Failures allowed among so many tasks; nil for any number.
        public func allowed(of tasks: UInt64) -> UInt64? {
            switch self {
            case .none: nil
            case .count(let count): UInt64(count)
            case .share(let share): tasks * UInt64(share) / 10_000
            }
        }
    }

    public init(maxRunning: UInt32 = 0, maxFailures: FailureLimit = .none, canary: UInt32 = 0) {
        self.maxRunning = maxRunning
        self.maxFailures = maxFailures
        self.canary = canary
    }

    /// It holds nothing back.
    public var isNone: Bool { self == Brake() }
}
