import FarmTransport

/// When results that the slots' threads have put into the open batch are sent.
///
/// Alone, at once: a task's round trip must not wait. In a stream of small tasks a wake-up or a message for
/// each would cost more than the task, and on a busy machine move the tasks themselves from one processor to
/// another. So after each message the I/O thread promises to look by itself within some milliseconds; until
/// then it sends only when many have come together, or when a slot runs dry.
struct WakePolicy {
    /// As many unsent results are worth a message even in a stream.
    static let many = 256
    /// Less than the work that the scheduler keeps queued at an engine, so that it does not run dry
    /// meanwhile.
    static let promiseNanoseconds: Int64 = .milliseconds(4)

    private var unsent = 0
    private var isWoken = false
    /// Until when the I/O thread looks by itself; nil without a promise.
    private(set) var promisedAt: Instant?

    /// A result was added.
    /// - Parameter goesOn: whether its slot has more to do at once, or more is queued.
    /// - Returns: whether to wake the I/O thread.
    mutating func added(goesOn: Bool) -> Bool {
        unsent += 1
        if isWoken { return false }
        isWoken = promisedAt == nil || !goesOn || unsent >= Self.many
        return isWoken
    }

    /// Whether the I/O thread, which is awake for another reason, leaves the open batch open.
    func holds(at now: Instant) -> Bool {
        guard let promisedAt else { return false }
        return !isWoken && now < promisedAt
    }

    /// The I/O thread has sent all there was.
    mutating func sent(at now: Instant) {
        promisedAt = unsent > 0 ? now + Self.promiseNanoseconds : nil
        unsent = 0
        isWoken = false
    }
}
