import FarmTransport
import TaskFarm

/// What became of one task, or where it stands: all that its row shows beside its name and parameters, which
/// follow from its place.
struct ResultFacts {
    var id: TaskID
    var place: TaskPlace
    var state: TaskState
    var cause = Cause.none
    var attempt = 0
    var engine: EngineID?
    /// Whether it has come to run; 0 is no exit code of what never began.
    var hasRun = false
    var exitCode = 0
    var submittedAt = Instant.zero
    var startedAt = Instant.zero
    /// Zero while it has not ended.
    var endedAt = Instant.zero
    var cpuNanoseconds: Int64 = 0
    var peakMemoryKiB = 0
    /// The task whose value it has, if it was skipped.
    var source: TaskID?
    /// Why it did not succeed: in a line, or, with the rest of its story, as it was said.
    var error = ""
    /// JSON; empty for none.
    var value: [UInt8] = []
    /// The JSON object that its parameters came in; empty if they follow from its place.
    var given: [UInt8] = []
    /// The last of its standard error; empty unless the story is asked for.
    var output: [UInt8] = []
    /// Attempts before the last, and the ranks of the last; none unless the story is asked for.
    var attempts: [AttemptSpan] = []

    /// A task of which nothing more is known.
    init(id: TaskID, place: TaskPlace, state: TaskState) {
        (self.id, self.place, self.state) = (id, place, state)
    }

    /// Where a task stands that has not ended.
    init(_ task: TaskStatus) {
        (id, place, state) = (task.id, task.place, task.state)
        (attempt, engine) = (task.attempt, task.engine)
    }

    /// - Parameter rootError: what went wrong with the task because of which it could not run, where the
    ///   outcome does not know.
    init(_ outcome: TaskOutcome, at place: TaskPlace, rootError: String = "") {
        self.init(outcome, at: place)
        if state != .succeeded { error = Failures.reason(outcome, rootError: rootError) }
    }

    /// The same with what a report tells besides.
    ///
    /// - Parameter outputBytes: of standard error, if it did not succeed.
    init(
        _ outcome: TaskOutcome, at place: TaskPlace, rootError: String, attempts: [AttemptSpan],
        outputBytes: Int
    ) {
        self.init(outcome, at: place)
        self.attempts = attempts
        guard state != .succeeded else { return }
        error = outcome.error.isEmpty ? rootError : outcome.error
        output = outcome.standardError.suffix(outputBytes)
    }

    private init(_ outcome: TaskOutcome, at place: TaskPlace) {
        (id, state, cause) = (outcome.id, outcome.state, outcome.cause)
        self.place = place
        (attempt, engine) = (outcome.attempts, outcome.engine)
        hasRun = outcome.startedAt != nil && outcome.cause != .notStarted
        exitCode = outcome.exitCode
        (submittedAt, endedAt) = (outcome.submittedAt, outcome.endedAt)
        startedAt = outcome.startedAt ?? .zero
        cpuNanoseconds = Int64(outcome.cpuTime.inSeconds * 1e9)
        peakMemoryKiB = outcome.peakMemoryKiB
        source = outcome.source
        given = outcome.givenParameters
        if outcome.hasValue, let text = try? outcome.valueJSON() { value = Array(text.utf8) }
    }

    /// How long its last attempt ran.
    var seconds: Double { startedAt == .zero ? 0 : Double(max(0, endedAt - startedAt)) / 1e9 }
}
