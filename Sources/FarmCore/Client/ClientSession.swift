/// What a client keeps track of: parts of submissions until they are accepted, where it is in each job's
/// outcome log, credit for what its program has read, and requests that are not answered.
///
/// Pure: events in, actions out. It outlives sessions: after each welcome it sends again what has not been
/// answered, in the old order, and goes on from its cursors, so that every effect happens once. An event
/// costs O(1), `welcomed` O(what is open); nothing is allocated a task.
public struct ClientSession: ~Copyable {
    /// How the client stands to the farm. What each may turn into:
    /// - `detached` (no session, or not yet welcomed: everything is kept) → `attached`, `closed`
    /// - `attached` → `detached`, `closed`
    /// - `closed` → nothing; all events are ignored
    public enum Standing: UInt8, Sendable {
        case detached
        case attached
        case closed
    }

    /// What was dropped, for logs and tests.
    public struct Counters: Equatable, Sendable {
        /// Log entries that had been delivered before.
        public var duplicateEntries = 0
        /// Batches of completions that began beyond the cursor, not counting what follows them.
        public var gaps = 0
        /// Log entries that the controller no longer has.
        public var missingEntries: UInt64 = 0
        /// Answers to nothing that is open: repeated after a reconnection, as a rule.
        public var strayAnswers = 0
    }

    /// What a part takes of the window beside its body.
    static let partOverheadBytes = 64

    /// How it stands to the farm.
    public internal(set) var standing = Standing.detached
    /// What was dropped so far.
    public internal(set) var counters = Counters()
    /// What may be unacknowledged each way; from the newest welcome.
    public internal(set) var windowBytes: Int
    /// Bytes of parts that are not accepted, sent or not.
    public internal(set) var heldBytes = 0

    var submissions = SlotTable<ClientSubmission>()
    var submissionOfKey: [UniqueKey: Int32] = [:]
    var parts = SlotTable<ClientPart>()
    /// All unaccepted parts in the order in which they came.
    var firstPart = ClientPart.none
    var lastPart = ClientPart.none
    /// The first part not sent in this session.
    var nextToSend = ClientPart.none
    /// Bytes of parts sent in this session and not accepted.
    var sentBytes = 0
    var isBlocked = false

    var subscriptions = SlotTable<Subscription>()
    /// By the id of the job's first task.
    var subscriptionOfJob = IDMap()
    /// A subscription waits to be told.
    var hasUntold = false
    var credit = CompletionCredit()
    /// Unanswered requests, rising.
    var requests: [UInt64] = []

    /// `windowBytes` holds until the first welcome tells another.
    public init(windowBytes: Int = 4 << 20) {
        self.windowBytes = max(1, windowBytes)
    }

    /// Whether another part is welcome. False once a window of parts is unaccepted; `writable` is the action
    /// that says that it is true again. Parts submitted nevertheless are kept too, beyond the bound.
    public var canSubmit: Bool { standing != .closed && !isBlocked }

    /// Nothing that was submitted or asked waits for an answer.
    public var isSettled: Bool { parts.count == 0 && requests.isEmpty }

    /// The number that the next part of this submission has; nil if none is open under this key: never begun,
    /// whole, or refused.
    public func nextPart(of key: UniqueKey) -> UInt32? {
        guard let slot = submissionOfKey[key], !submissions[slot].isSealed else { return nil }
        return submissions[slot].nextPart
    }

    /// Whether the submission is not done with: parts may follow, or are unaccepted.
    public func isOpen(_ key: UniqueKey) -> Bool { submissionOfKey[key] != nil }

    /// The job made of an open submission, once a part of it was accepted.
    public func job(of key: UniqueKey) -> JobID? {
        submissionOfKey[key].flatMap { submissions[$0].job }
    }

    /// The log entry that is to be delivered next; nil if the job is not subscribed to.
    public func cursor(of job: JobID) -> UInt64? {
        subscription(of: job).map { subscriptions[$0].cursor }
    }

    /// Takes one event and appends what has to be done about it.
    public mutating func handle(_ event: Event, at now: Instant, into actions: inout [Action]) {
        guard standing != .closed else { return ignore(event, into: &actions) }
        switch event {
        case .welcomed(let windowBytes):
            welcome(windowBytes: windowBytes, into: &actions)
        case .connectionLost:
            detach()
        case .part(let key, let work, let bytes, let opens, let isLast, let follows):
            take(
                key, work: work, bytes: bytes, opens: opens, isLast: isLast, follows: follows, into: &actions)
        case .accepted(let key, let part, let job, let tasks):
            accepted(key, through: part, job: job, tasks: tasks, into: &actions)
        case .refused(let key):
            refused(key, into: &actions)
        case .subscribe(let job, let cursor):
            subscribe(job, from: cursor, into: &actions)
        case .unsubscribe(let job):
            unsubscribe(job, into: &actions)
        case .completions(let job, let firstCursor, let count, let bytes):
            completions(job, from: firstCursor, count: count, bytes: bytes, into: &actions)
        case .gone(let job):
            gone(job, into: &actions)
        case .consumed(let bytes):
            credit.consume(bytes)
            tellCredit(into: &actions)
            subscribeUntold(into: &actions)
        case .request(let request):
            requests.append(request)
            if standing == .attached { actions.append(.sendRequest(request)) }
        case .replied(let request):
            replied(request, into: &actions)
        case .close:
            if standing == .attached { actions.append(.sendBye) }
            standing = .closed
        }
    }

    private mutating func welcome(windowBytes: UInt64, into actions: inout [Action]) {
        detach()
        standing = .attached
        self.windowBytes = max(1, Int(clamping: windowBytes))
        sendParts(into: &actions)
        subscribeUntold(into: &actions)
        for request in requests { actions.append(.sendRequest(request)) }
        updateBlocked(into: &actions)
    }

    /// What was told to the session that is over counts as untold.
    private mutating func detach() {
        standing = .detached
        rewindParts()
        for slot in subscriptions.slots {
            subscriptions[slot].isTold = false
            subscriptions[slot].staleEnd = nil
            hasUntold = true
        }
        credit.sessionEnded()
    }

    private mutating func replied(_ request: UInt64, into actions: inout [Action]) {
        // Answers come in the order of the questions, as a rule: the one looked for is near the front.
        guard let index = requests.firstIndex(of: request) else {
            counters.strayAnswers += 1
            return
        }
        requests.remove(at: index)
        actions.append(.answered(request))
    }

    private func ignore(_ event: Event, into actions: inout [Action]) {
        if case .part(_, let work, _, _, _, _) = event { actions.append(.releasePart(work)) }
    }
}
