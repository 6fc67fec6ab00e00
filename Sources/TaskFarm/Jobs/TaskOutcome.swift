import FarmTransport

/// What became of a task: its state, why, where and when, its value or error, and what was kept of its
/// output.
///
/// A task that failed is an outcome like any other. Texts, output and value are read out of the payload when
/// asked for. Copies share their storage: about 250 bytes and the payload.
public struct TaskOutcome: Sendable, Identifiable {
    // Behind a reference, so that results that might be failures are as small as their values.
    private final class Storage: Sendable {
        let entry: OutcomeEntry
        /// Lies in what brought it, if that is little more.
        let payload: ArraySlice<UInt8>
        let submittedAt: Instant?
        let receivedAt: Instant
        let history: [AttemptRecord]
        let ranks: [AttemptRecord]
        let rootError: String

        init(
            _ entry: OutcomeEntry, _ payload: ArraySlice<UInt8>, _ submittedAt: Instant?,
            _ receivedAt: Instant,
            _ history: [AttemptRecord], _ ranks: [AttemptRecord], _ rootError: String
        ) {
            self.entry = entry
            self.payload = payload
            self.submittedAt = submittedAt
            self.receivedAt = receivedAt
            self.history = history
            self.ranks = ranks
            self.rootError = rootError
        }
    }

    private let storage: Storage

    init(
        _ entry: OutcomeEntry, payload: ArraySlice<UInt8>, submittedAt: Instant?, receivedAt: Instant,
        history: [AttemptRecord] = [], ranks: [AttemptRecord] = [], rootError: String = ""
    ) {
        let last = ranks.filter { $0.attempt == Int(entry.attempt) }.sorted { $0.rank < $1.rank }
        storage = Storage(entry, payload, submittedAt, receivedAt, history, last, rootError)
    }

    private var entry: OutcomeEntry { storage.entry }

    /// The same of another task of the job, which has ended together with this one.
    package func of(index: UInt32) -> TaskOutcome {
        var entry = entry
        entry.task = TaskID(entry.task.job, index)
        return TaskOutcome(
            entry, payload: storage.payload, submittedAt: storage.submittedAt,
            receivedAt: storage.receivedAt, history: storage.history, ranks: storage.ranks,
            rootError: storage.rootError)
    }

    /// The attempts before the last, in order; empty where results of a map are read one by one.
    public var history: [AttemptRecord] { storage.history }
    /// How each rank of a collective task ended in the last attempt, by rank; empty for other tasks, and
    /// where results of a map are read one by one.
    public var ranks: [AttemptRecord] { storage.ranks }
    /// Which task.
    public var id: TaskID { entry.task }
    /// Its index in its job, from 0.
    public var index: Int { Int(entry.task.index) }
    /// How it ended: a terminal state.
    public var state: TaskState { entry.state }
    /// Whether it has a value.
    public var isSuccess: Bool { entry.state == .succeeded }
    /// Why it ended so.
    public var cause: Cause { entry.cause }
    /// The number of the last attempt, which is the number of attempts; 0 if none was made.
    public var attempts: Int { Int(entry.attempt) }
    /// Where the last attempt ran; nil if there was none. Of a task in a lane that was lost in a restart, and
    /// may have begun, where that would have been.
    public var engine: EngineID? { entry.engine == .none ? nil : entry.engine }
    /// Exit code of a command, or minus the number of the signal that ended it; 0 for functions.
    public var exitCode: Int { Int(entry.exitCode) }
    /// For `impossible`: the first task that ended otherwise than was needed; of one that was cleared from a
    /// lane the task whose end cleared it; else nil.
    public var rootCause: TaskID? {
        entry.root != entry.task && (entry.cause == .dependency || entry.cause == .queueCleared)
            ? entry.root : nil
    }

    // MARK: Times. submitted ≤ started ≤ ended ≤ received.

    /// When the client handed it in, or, for a job of another client, when the controller took it; by the
    /// clock of whoever it was, moved where another host's clock would put it after the start.
    public var submittedAt: Instant { min(storage.submittedAt ?? .never, startedAt ?? entry.endedAt) }
    /// When the last attempt began; nil if it never did.
    public var startedAt: Instant? {
        entry.startedAt == .zero ? nil : min(entry.startedAt, entry.endedAt)
    }
    /// When it ended.
    public var endedAt: Instant { entry.endedAt }
    /// When the client heard of it.
    public var receivedAt: Instant { max(storage.receivedAt, entry.endedAt) }
    /// How long the last attempt ran; zero if it never did.
    public var duration: Duration { startedAt.map { .nanoseconds(entry.endedAt - $0) } ?? .zero }
    /// User and system CPU time of a command and all its processes; zero for functions.
    public var cpuTime: Duration { .nanoseconds(entry.cpuNanoseconds) }
    /// Peak resident memory of a command in KiB; 0 for functions.
    public var peakMemoryKiB: Int { Int(entry.peakMemoryKiB) }

    // MARK: What it left. Each costs a walk over the payload.

    /// What went wrong, for a person; empty if it succeeded or nothing is known. Of an `impossible` task:
    /// what went wrong with `rootCause`, where that is known.
    public var error: String {
        let words = AttemptText.error(entry, storage.payload)
        return words.isEmpty ? storage.rootError : words
    }
    /// The error's type or name, which retry rules can pick; empty if it has none.
    public var errorName: String { sections.errorName ?? "" }
    /// Where an error of Python's came from, as Python prints it; empty for anything else. A Python task's
    /// is at the end of its standard error, too.
    public var traceback: String { sections.traceback ?? "" }
    /// What was kept of standard output; empty if it went to a file.
    public var standardOutput: [UInt8] { sections.output ?? [] }
    /// What was kept of standard error, and what a function logged.
    public var standardError: [UInt8] { sections.errorOutput ?? [] }
    /// Bytes that were written to standard output; more than were kept if it was cut.
    public var standardOutputBytes: Int {
        Int(clamping: sections.outputTotal ?? UInt64(standardOutput.count))
    }
    /// Bytes that were written to standard error.
    public var standardErrorBytes: Int {
        Int(clamping: sections.errorOutputTotal ?? UInt64(standardError.count))
    }
    /// The task that has done what is told here, where this one was skipped because nothing that it depends
    /// on had changed since; nil if it ran itself.
    public var source: TaskID? { entry.cause == .unchanged ? sections.source : nil }
    /// How each rank of a command ended that was started as several (`mpi`), by rank; empty for others.
    public var commandRanks: [RankEnd] {
        let own = RankEnd.list(sections.ranks ?? [])
        guard storage.ranks.count > 1 else { return own }
        // Each of its hosts has told of its own.
        return storage.ranks.flatMap(\.commandRanks).sorted { $0.rank < $1.rank }
    }
    /// The JSON object that its parameters came in, if that was not its sweep; empty if it has none.
    package var givenParameters: [UInt8] { sections.parameters ?? [] }
    /// Whether a later task that depends on the same may be skipped, and take this one's value.
    public var isReusable: Bool { sections.content != nil }
    /// Whether the task left a value: what a function returned, or a command's result.
    public var hasValue: Bool { sections.value != nil }

    /// The task's value.
    /// - Throws: ``PayloadError`` if it is none of this type. No value reads as ``Nothing`` and as `nil`.
    public func value<Value: Decodable>(as type: Value.Type = Value.self) throws(PayloadError) -> Value {
        try storage.payload.withUnsafeBytes { bytes -> Result<Value, PayloadError> in
            do throws(PayloadError) {
                return .success(try TaskValue.decode(type, from: bytes))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    /// Calls `body` with the task's value as a payload, codec byte and value, where it lies; with no bytes if
    /// there is none. Copies nothing.
    public func withValue<Value>(
        _ body: (UnsafeRawBufferPointer) throws(PayloadError) -> Value
    ) throws(PayloadError) -> Value {
        let result = storage.payload.withUnsafeBytes { bytes -> Result<Value, PayloadError> in
            do throws(PayloadError) {
                return .success(try body(TaskValue.payload(in: bytes)))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// The task's value as JSON text, `null` if there is none.
    /// - Throws: ``PayloadError`` if it is damaged.
    public func valueJSON() throws(PayloadError) -> String {
        guard let value = sections.value else { return "null" }
        return try PayloadCodec.json([value.codec] + value.bytes)
    }

    /// Codec byte and value; no bytes for none.
    var valuePayload: [UInt8] { sections.value.map { [$0.codec] + $0.bytes } ?? [] }

    private var sections: AttemptPayload { AttemptText(storage.payload).sections }
}

/// The value in an attempt's payload.
enum TaskValue {
    /// Reads it in place. 20 to 40 ns for the kinds with a codec of their own.
    static func decode<Value: Decodable>(
        _ type: Value.Type, from payload: UnsafeRawBufferPointer
    ) throws(PayloadError) -> Value {
        try PayloadCodec.decode(type, from: self.payload(in: payload))
    }

    /// Codec byte and value; no bytes for none.
    static func payload(in payload: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var offset = 0
        // Our engines put the value first; a payload that cannot be read holds none.
        while let section = try? AttemptPayload.nextSection(in: payload, at: &offset) {
            if section.tag == .value { return section.bytes }
        }
        return UnsafeRawBufferPointer(start: nil, count: 0)
    }
}
