/// Which tasks are to be done again, by a job of their own.
public struct RetryRequest: Sendable {
    /// Names the submission: the same one twice makes one job.
    public var key: UniqueKey
    public var job: JobID
    /// Indices in that job; nil for all of it.
    public var range: Range<UInt32>?
    /// Only those that failed, or were not begun in time.
    public var failedOnly: Bool
    /// Also the tasks that could not run for their sake.
    public var dependents: Bool

    public init(key: UniqueKey, job: JobID, range: Range<UInt32>?, failedOnly: Bool, dependents: Bool) {
        self.key = key
        self.job = job
        self.range = range
        self.failedOnly = failedOnly
        self.dependents = dependents
    }
}

/// Why there is nothing to be done again, or it cannot be.
public struct RetryRefusal: Error, Equatable, Sendable {
    public enum Code: Sendable { case unknown, unfinished, nothing, noLedger, refused }
    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
