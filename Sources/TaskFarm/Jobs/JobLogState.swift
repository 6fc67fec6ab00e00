import FarmTransport

/// What a client knows of a job that it follows: all entries of its outcome log as they came, and where each
/// task's is. 8 bytes a task beside the entries.
struct JobLogState: Sendable {
    /// Tasks that ended together, by one entry.
    struct Range: Sendable {
        var first: UInt32
        var count: UInt32
        var place: UInt64
    }

    /// When the client handed in the tasks from `first` on, by its own clock.
    struct HandIn: Sendable {
        var first: UInt32
        var at: Instant
    }

    /// What is longer than a message of several entries.
    private static let sharedBytes = 256 << 10

    var job: JobID?
    var name = ""
    /// Why nothing more will come.
    var failure: TaskClientError?
    /// All parts of the submission are safe.
    var isWhole = false
    /// Parts that wait to be sent.
    var parts: [SubmissionPart] = []
    var nextPart = 0

    var chunks: [CompletionChunk] = []
    /// The entry that is wanted next.
    var cursor: UInt64 = 0
    /// By task index: chunk (upper half) and offset of its terminal entry, plus one; 0 while it has not
    /// ended.
    var places: [UInt64] = []
    var ranges: [Range] = []
    /// Places of attempts that were not the last, in order, by task index.
    var attempts: [UInt32: [UInt64]] = [:]
    /// Places of the entries of ranks, by task.
    var ranks: [UInt32: [UInt64]] = [:]
    /// Number of tasks, once the job is sealed.
    var sealedCount: UInt32?
    /// Tasks that the controller has accepted.
    var acceptedCount: UInt32 = 0
    var ended = StateCounts()
    /// Of those that have succeeded: tasks that were skipped.
    var unchangedCount = 0
    /// The first that ended otherwise than well, in the order of the log.
    var firstFailure: UInt32?

    var handIns: [HandIn] = []
    /// By the controller, for jobs that are not this client's own.
    var submittedAt: Instant?
    var firstStartedAt = Instant.never
    var lastEndedAt = Instant.zero
    var lastReceivedAt = Instant.zero
    var serialNanoseconds: Int64 = 0
    var computedCount = 0

    /// All tasks are in and have ended.
    var isEnded: Bool { sealedCount.map { ended.total >= Int($0) } ?? false }

    /// Whether the task has ended. O(1), and the number of ranges.
    func hasEnded(_ index: UInt32) -> Bool { place(of: index) != nil }

    func place(of index: UInt32) -> UInt64? {
        if Int(index) < places.count, places[Int(index)] != 0 { return places[Int(index)] - 1 }
        return ranges.first { index >= $0.first && index - $0.first < $0.count }?.place
    }

    /// Takes entries in. About 30 ns each.
    mutating func take(_ chunk: CompletionChunk) {
        guard chunk.firstCursor <= cursor, chunk.firstCursor + UInt64(chunk.count) > cursor else { return }
        let number = UInt64(chunks.count) << 32
        chunk.walk(from: cursor) { entry, _, offset in
            take(entry, place: number | UInt64(offset), receivedAt: chunk.receivedAt)
        }
        cursor = chunk.firstCursor + UInt64(chunk.count)
        chunks.append(chunk)
    }

    private mutating func take(_ entry: OutcomeEntry, place: UInt64, receivedAt: Instant) {
        let index = entry.task.index
        switch entry.kind {
        case .terminal:
            setPlace(place + 1, of: index)
            count(entry, 1, receivedAt)
        case .range:
            ranges.append(Range(first: index, count: entry.count, place: place))
            count(entry, Int(entry.count), receivedAt)
        case .attempt:
            attempts[index, default: []].append(place)
        case .rank:
            ranks[index, default: []].append(place)
        case .sealed:
            sealedCount = entry.count
        case .forgiven: break
        }
    }

    private mutating func setPlace(_ place: UInt64, of index: UInt32) {
        let index = Int(index)
        if index >= places.count {
            let room = max(index + 1, min(Int(acceptedCount), index + 1 << 20))
            places.append(contentsOf: repeatElement(0, count: room - places.count))
        }
        places[index] = place
    }

    private mutating func count(_ entry: OutcomeEntry, _ tasks: Int, _ receivedAt: Instant) {
        ended[entry.state] += tasks
        if entry.cause == .unchanged { unchangedCount += tasks }
        if entry.state != .succeeded, firstFailure == nil { firstFailure = entry.task.index }
        lastEndedAt = max(lastEndedAt, entry.endedAt)
        lastReceivedAt = max(lastReceivedAt, receivedAt)
        guard entry.startedAt != .zero else { return }
        computedCount += 1
        firstStartedAt = min(firstStartedAt, entry.startedAt)
        serialNanoseconds += entry.endedAt - entry.startedAt
    }

    // MARK: Outcomes

    /// Calls `body` with the entry at a place and its payload.
    func withEntry<Result>(
        at place: UInt64, _ body: (OutcomeEntry, UnsafeRawBufferPointer, _ receivedAt: Instant) -> Result
    ) -> Result? {
        let chunk = chunks[Int(place >> 32)]
        return chunk.bytes.withUnsafeBytes { bytes in
            var offset = Int(place & 0xFFFF_FFFF)
            // It was read once already, when it came.
            guard let (entry, payload) = try? CompletionEntry.next(in: bytes, at: &offset) else { return nil }
            return body(entry, payload, chunk.receivedAt)
        }
    }

    /// What became of a task; nil while it has not ended.
    func outcome(of index: UInt32) -> TaskOutcome? {
        guard let place = place(of: index) else { return nil }
        let history = history(of: index)
        let ranks = ranks(of: index)
        return withEntry(at: place) { entry, payload, receivedAt in
            var entry = entry
            if entry.kind == .range, let job {
                let isOwnRoot = entry.root == entry.task
                entry.task = TaskID(job, index)
                if isOwnRoot { entry.root = entry.task }
            }
            return TaskOutcome(
                entry, payload: kept(payload, at: place), submittedAt: handedIn(index),
                receivedAt: receivedAt,
                history: history, ranks: ranks,
                rootError: entry.state == .impossible ? error(of: entry.root) : "")
        }
    }

    /// A large payload stays where it is: it came in a message of its own.
    private func kept(_ payload: UnsafeRawBufferPointer, at place: UInt64) -> ArraySlice<UInt8> {
        guard payload.count > Self.sharedBytes else { return [UInt8](payload)[...] }
        let start = Int(place & 0xFFFF_FFFF) + CompletionEntry.size
        return chunks[Int(place >> 32)].bytes[start..<start + payload.count]
    }

    /// The attempts at a task that were not its last, as far as they are known.
    func history(of index: UInt32) -> [AttemptRecord] {
        (attempts[index] ?? []).compactMap { place in
            withEntry(at: place) { entry, payload, _ in AttemptRecord(entry, payload: [UInt8](payload)) }
        }
    }

    /// How the ranks of a collective task ended, in all of its attempts; empty for others.
    func ranks(of index: UInt32) -> [AttemptRecord] {
        guard !ranks.isEmpty else { return [] }
        return (ranks[index] ?? []).compactMap { place in
            withEntry(at: place) { entry, payload, _ in AttemptRecord(entry, payload: [UInt8](payload)) }
        }
    }

    /// What went wrong with a task of this job; empty if that is not known here.
    private func error(of root: TaskID) -> String {
        guard root.job == job, let place = place(of: root.index) else { return "" }
        let text = withEntry(at: place) { entry, payload, _ in
            let words = AttemptText.error(entry, [UInt8](payload)[...])
            return words.isEmpty ? "it is \(entry.state.word)" : words
        }
        return text ?? ""
    }

    /// When the task was handed in; nil if that is not known.
    func handedIn(_ index: UInt32) -> Instant? {
        handIns.last { $0.first <= index }?.at ?? submittedAt
    }
}
