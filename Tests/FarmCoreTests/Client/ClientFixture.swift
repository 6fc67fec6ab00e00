import FarmCore

/// A session with a clock that stands still: nothing of a client waits for time.
final class Client {
    typealias Action = ClientSession.Action

    var session: ClientSession
    let now = Instant(nanoseconds: .seconds(1000))

    init(window: UInt64 = 1000, attached: Bool = true) {
        session = ClientSession(windowBytes: Int(window))
        if attached { self(.welcomed(windowBytes: window)) }
    }

    @discardableResult
    func callAsFunction(_ event: ClientSession.Event) -> [Action] {
        var actions: [Action] = []
        session.handle(event, at: now, into: &actions)
        return actions
    }

    /// Hands in a part that takes `bytes` of the window.
    @discardableResult
    func part(
        _ submission: UInt64, _ work: UInt64, bytes: Int = 100, opens: Bool = false, isLast: Bool = false,
        follows: Bool = false
    ) -> [Action] {
        self(
            .part(
                key(submission), work: work, bytes: bytes - 64, opens: opens, isLast: isLast,
                follows: follows))
    }

    @discardableResult
    func accept(_ submission: UInt64, through part: UInt32, job: UInt32 = 1, tasks: UInt32 = 1) -> [Action] {
        self(.accepted(key(submission), part: part, JobID(job), tasks: tasks))
    }

    @discardableResult
    func complete(_ job: UInt32 = 1, from first: UInt64, count: UInt32, bytes: Int = 100) -> [Action] {
        self(.completions(JobID(job), firstCursor: first, count: count, bytes: bytes))
    }

    func reconnect(window: UInt64 = 1000) -> [Action] {
        self(.connectionLost)
        return self(.welcomed(windowBytes: window))
    }
}

// `#expect` cannot take apart expressions on values that are not copyable: these stand between.
extension Client {
    var counters: ClientSession.Counters { session.counters }
    var canSubmit: Bool { session.canSubmit }
    var isSettled: Bool { session.isSettled }
    var heldBytes: Int { session.heldBytes }

    func isOpen(_ key: UniqueKey) -> Bool { session.isOpen(key) }
    func nextPart(of key: UniqueKey) -> UInt32? { session.nextPart(of: key) }
    func job(of key: UniqueKey) -> JobID? { session.job(of: key) }
    func cursor(of job: JobID) -> UInt64? { session.cursor(of: job) }
}

func key(_ number: UInt64) -> UniqueKey { UniqueKey(high: 7, low: number) }
