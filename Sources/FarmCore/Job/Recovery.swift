/// What is done under a task's own id when all its tries have failed: another template, with a policy of its
/// own.
public struct Recovery: Equatable, Sendable {
    public var retry: RetryPolicy
    /// Position of the template in the job.
    public var template: UInt32
    /// Nanoseconds that an attempt may run; 0 for no limit.
    public var timeoutNanoseconds: Int64
    /// Nanoseconds between TERM and KILL.
    public var graceNanoseconds: Int64

    /// Recoveries that one task may have, one after the other.
    public static let most = 7

    public init(
        template: UInt32, retry: RetryPolicy = RetryPolicy(), timeoutNanoseconds: Int64 = 0,
        graceNanoseconds: Int64 = .seconds(5)
    ) {
        self.template = template
        self.retry = retry
        self.timeoutNanoseconds = timeoutNanoseconds
        self.graceNanoseconds = graceNanoseconds
    }
}
