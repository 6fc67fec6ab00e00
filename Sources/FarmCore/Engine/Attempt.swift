/// One dispatch that the engine holds, from its coming until its result is recorded.
struct Attempt {
    /// Where it is. What each may turn into:
    /// - `pending` (waits for a slot, CPUs, GPUs and memory) → `running`; `finished` (cancelled, or it needs more
    ///   than this engine has); gone (recalled, or given back because the engine leaves)
    /// - `running` (the worker has it) → `stopping`, `finished`
    /// - `stopping` (the worker was told to end it) → `finished`; gone (given back because the engine leaves)
    /// - `finished` (its result is kept until it is recorded) → gone
    enum Phase: UInt8 {
        case pending
        case running
        case stopping
        case finished
    }

    /// No slot.
    static let none: Int32 = -1

    var name: DispatchName
    var hint: UInt64
    /// The node's reference to what the attempt has to do.
    var work: UInt64
    /// Rises with each dispatch: the order in which those that fit are started.
    var order: UInt64
    var timeoutNanoseconds: Int64
    var graceNanoseconds: Int64
    /// What it is said to take; 0 if nothing is said. It begins only if the engine has as much time left.
    var lastingNanoseconds: Int64 = 0
    var cpus: Int32
    var gpus: Int32 = 0
    /// 0 where the engine does not say how much it has.
    var memoryBytes: UInt64 = 0
    /// The number of its lane; `none` if it is in none. One in a lane takes none of these.
    var lane = Attempt.none
    /// Heads of its sets of cores and GPUs while it runs.
    var cores = IdentityPool.none
    var gpuPlaces = IdentityPool.none
    var phase = Phase.pending
    var stopReason = StopReason.cancelled
    /// `never` until it begins.
    var startedAt = Instant.never
    /// When the worker was told to end it.
    var stoppedAt = Instant.never
    /// What its result takes of the window.
    var resultBytes = 0
    /// Neighbours in the list of its phase.
    var previous = Attempt.none
    var next = Attempt.none
    /// The next older attempt of the same task that is held here.
    var sameTask = Attempt.none

    /// When its time is up; `never` without a timeout.
    var deadline: Instant { timeoutNanoseconds > 0 ? startedAt + timeoutNanoseconds : .never }
}

/// Why a worker is told to end an attempt.
public enum StopReason: UInt8, Sendable, CaseIterable {
    /// Its timeout has passed.
    case timeout
    /// Somebody asked for it.
    case cancelled
    /// The engine leaves at once; the attempt is given back.
    case leaving
}
