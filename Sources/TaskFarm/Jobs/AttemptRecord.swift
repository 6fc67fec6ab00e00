import FarmTransport

/// An attempt at a task that was not its last – the task was tried again –, or one rank's part in an attempt
/// at a collective task.
public struct AttemptRecord: Sendable {
    let entry: OutcomeEntry
    private let payload: ArraySlice<UInt8>

    init(_ entry: OutcomeEntry, payload: [UInt8]) {
        self.entry = entry
        self.payload = payload[...]
    }

    /// Its number, from 1.
    public var attempt: Int { Int(entry.attempt) }
    /// The rank of a collective task, from 0; 0 for others.
    public var rank: Int { Int(entry.rank) }
    /// How it ended.
    public var state: TaskState { entry.state }
    /// Why it ended so.
    public var cause: Cause { entry.cause }
    /// Which of the task's recoveries the attempt after it belongs to, from 1; 0: the task itself.
    public var nextRecovery: Int { Int(entry.stage) }
    /// Where it ran; nil if it came to no engine.
    public var engine: EngineID? { entry.engine == .none ? nil : entry.engine }
    /// Exit code, or minus the signal's number; 0 for functions.
    public var exitCode: Int { Int(entry.exitCode) }
    /// When it began; nil if it never did.
    public var startedAt: Instant? { entry.startedAt == .zero ? nil : entry.startedAt }
    /// When it ended.
    public var endedAt: Instant { entry.endedAt }
    /// What went wrong, for a person; empty if nothing is known.
    public var error: String { AttemptText.error(entry, payload) }
    /// What was kept of standard output; empty if it went to a file.
    public var standardOutput: [UInt8] { AttemptText(payload).sections.output ?? [] }
    /// How each rank of a command ended that was started as several (`mpi`), by rank; of one that ran on
    /// several hosts, those of its place.
    public var commandRanks: [RankEnd] { RankEnd.list(AttemptText(payload).sections.ranks ?? []) }
    /// What was kept of standard error.
    public var standardError: [UInt8] { AttemptText(payload).sections.errorOutput ?? [] }
}

/// The texts in an attempt's payload, read when asked for.
struct AttemptText {
    let sections: AttemptPayload

    /// A payload that cannot be read has no sections.
    init(_ payload: ArraySlice<UInt8>) {
        sections = payload.withUnsafeBytes { (try? AttemptPayload(decoding: $0)) ?? AttemptPayload() }
    }

    /// What went wrong with an attempt: the engine's words, but where the controller alone knows. Empty if
    /// nothing is known.
    static func error(_ entry: OutcomeEntry, _ payload: ArraySlice<UInt8>) -> String {
        switch entry.cause {
        case .deadline: return "it had not ended by its deadline"
        case .startWithin: return "it had not begun in the time of its start-within"
        case .brake:
            return
                "not sent: too many tasks had failed, and the job's brake stopped it; `tasks show \(entry.task.job)` says which"
        default: break
        }
        if let words = AttemptText(payload).sections.error { return words }
        switch entry.cause {
        case .noEngine: return "no engine that could run it is left, and none is expected back"
        case .notHere: return "its check said no on every engine that it may run on"
        case .dependency where entry.root == entry.task:
            return "what it waits for cannot come any more: too few of those that it names ended as it asks"
        case .queueCleared where entry.root == entry.task: return "its lane was cleared"
        case .walltime:
            return "the time of engine \(entry.engine) was over while it ran; that costs it nothing"
        case .queueCleared: return "its lane was cleared behind one that did not succeed"
        default: break
        }
        guard entry.cause == .engineLost else { return "" }
        guard entry.engine != .none else { return "the engine in whose lane it waited is gone for good" }
        // The first in a lane, which is all that is not tried again where nobody knows.
        return entry.attempt == 0
            ? "engine \(entry.engine) did not come back after the controller's restart, and it may have begun there:"
                + " nothing in a lane is run twice"
            : "engine \(entry.engine) was lost while it ran"
    }
}
