/// A process that a runner has started and has not told the end of.
struct RunningAttempt {
    enum Phase {
        /// The main process runs. Next: `lingering` or `clearing`.
        case running
        /// The main process has ended; the rest of the tree has until `killAt`. Next: `clearing`.
        case lingering
        /// What is left is being killed. Next: told and gone.
        case clearing
    }

    let token: UInt64
    let serial: UInt64
    let pid: Int32
    let pidDescriptor: Int32
    let startedAt: UInt64
    /// Bytes that its tree may use; 0: any number.
    let memoryLimitBytes: UInt64
    /// The kernel's count of those it has killed for want of memory, at the start.
    let killsBefore: UInt64
    var output: CapturePipe
    var errors: CapturePipe

    var phase = Phase.running
    /// Whether the pipes are watched: only those of processes that live longer than a moment are.
    var watchesPipes = false
    /// When a termination's grace ends; `.max`: no termination.
    var killAt = UInt64.max
    /// When news of the output is due; `.max`: none is.
    var newsDueAt = UInt64.max
    var lastNewsAt: UInt64
    /// When clearing is given up.
    var clearUntil = UInt64.max

    /// Whether SIGKILL was asked for by hand.
    var wasSentKill = false
    var memoryEnd = MemoryEnd.none
    var endedAt: UInt64 = 0
    var ending = ProcessEnding.exited(0)
    var usage = ResourceUsage()
    var leftoversKilled = 0
}
