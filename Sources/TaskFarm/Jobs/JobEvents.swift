import FarmTransport

/// A place in a job's outcome log from which to read on, and what was counted up to it.
public struct JobCursor: Sendable, Hashable {
    /// Entries before it.
    public internal(set) var position: UInt64 = 0
    /// Tasks whose end is among them.
    public internal(set) var endedCount = 0
    /// The job's number of tasks, once that is known for good.
    public internal(set) var taskCount: Int?

    /// The beginning.
    public init() {}

    /// Whether all of the job has been read.
    public var isEnd: Bool { taskCount.map { endedCount >= $0 } ?? false }
}

/// What can happen to a job's tasks.
public enum JobEvent: Sendable {
    /// A task has ended.
    case ended(TaskOutcome)
    /// An attempt has ended, and the task will be tried again.
    case retried(TaskID, AttemptRecord)
    /// One rank of an attempt at a collective task has ended. Comes before the attempt's own end.
    case rank(TaskID, AttemptRecord)
    /// `count` tasks, of which this is the first, have ended together without having run.
    case endedTogether(TaskOutcome, count: Int)
    /// All parts of the job are in: it has so many tasks.
    case sealed(taskCount: Int)
}

/// What happens to a job's tasks, as arrays: each holds what has come in one message. Ends with the job.
///
/// Iterate once. A lost connection is not noticed; `TaskClientError` is thrown when the farm is lost for
/// good.
public struct JobEvents: AsyncSequence, Sendable {
    /// Events in order, never none.
    public typealias Element = [JobEvent]

    private let inbox: Inbox
    private let start: JobCursor
    private let submittedAt: Instant

    init(_ inbox: Inbox, _ start: JobCursor, submittedAt: Instant) {
        self.inbox = inbox
        self.start = start
        self.submittedAt = submittedAt
    }

    /// Begins to read.
    public func makeAsyncIterator() -> Iterator {
        Iterator(inbox: inbox, submittedAt: submittedAt, cursor: start)
    }

    /// Reads a job's events.
    public struct Iterator: AsyncIteratorProtocol {
        let inbox: Inbox
        let submittedAt: Instant
        /// Up to where it has read: give it to ``TaskClient/outcomes(of:from:)`` to go on from there.
        public private(set) var cursor: JobCursor
        /// Chunks that were taken and not read, last first: what is made of one is far larger than itself.
        private var waiting: [CompletionChunk] = []

        init(inbox: Inbox, submittedAt: Instant, cursor: JobCursor) {
            self.inbox = inbox
            self.submittedAt = submittedAt
            self.cursor = cursor
        }

        /// What has come since the last call, when something has; nil after the job's end.
        /// - Throws: ``TaskClientError`` if the farm is lost for good, or `interrupted`.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(TaskClientError) -> [JobEvent]? {
            while !cursor.isEnd {
                if waiting.isEmpty {
                    await inbox.state.wait { !$0.chunks.isEmpty || $0.failure != nil }
                    waiting = inbox.take().reversed()
                }
                guard let chunk = waiting.popLast() else {
                    throw inbox.state.read { $0.failure } ?? .interrupted
                }
                var events: [JobEvent] = []
                read(chunk, into: &events)
                inbox.consumed([chunk])
                if !events.isEmpty { return events }
            }
            return nil
        }

        private mutating func read(_ chunk: CompletionChunk, into events: inout [JobEvent]) {
            var cursor = self.cursor
            chunk.walk(from: cursor.position) { entry, payload, _ in
                switch entry.kind {
                case .terminal:
                    cursor.endedCount += 1
                    events.append(.ended(outcome(entry, payload, chunk)))
                case .range:
                    cursor.endedCount += Int(entry.count)
                    events.append(.endedTogether(outcome(entry, payload, chunk), count: Int(entry.count)))
                case .forgiven: break
                case .rank:
                    events.append(.rank(entry.task, AttemptRecord(entry, payload: [UInt8](payload))))
                case .attempt:
                    events.append(.retried(entry.task, AttemptRecord(entry, payload: [UInt8](payload))))
                case .sealed:
                    cursor.taskCount = Int(entry.count)
                    events.append(.sealed(taskCount: Int(entry.count)))
                }
            }
            cursor.position = Swift.max(cursor.position, chunk.firstCursor + UInt64(chunk.count))
            self.cursor = cursor
        }

        private func outcome(
            _ entry: OutcomeEntry, _ payload: UnsafeRawBufferPointer, _ chunk: CompletionChunk
        ) -> TaskOutcome {
            TaskOutcome(
                entry, payload: [UInt8](payload)[...], submittedAt: submittedAt, receivedAt: chunk.receivedAt)
        }
    }
}
