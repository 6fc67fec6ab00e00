/// A simulation in which something went wrong; its description ends with the line that replays it.
public struct SimulationFailure: Error, CustomStringConvertible {
    public let seed: UInt64
    /// Virtual time, from the simulation's beginning.
    public let nanoseconds: Int64
    /// What was wrong, the first thing first.
    public let faults: [String]
    /// The last things that happened, if the simulation was traced.
    public let trace: [String]

    public var description: String {
        var text = "seed \(seed), after \(Double(nanoseconds / 1_000) / 1_000) ms of virtual time:\n"
        for fault in faults.prefix(5) { text += "  \(fault)\n" }
        for line in trace { text += "    \(line)\n" }
        return text + "replay it: make sim SEED=\(seed)"
    }
}

/// What a simulation did.
public struct SimulationReport: Sendable, Equatable {
    public var seed: UInt64
    /// Frames that arrived, timers, turns, and what the plan did.
    public var events = 0
    /// Tasks that reached their end.
    public var tasks = 0
    /// Dispatches that were sent.
    public var dispatches = 0
    /// Attempts that began.
    public var starts = 0
    /// What the scheduler counted, over all of its lives.
    public var statistics = SchedulerStatistics()
    public var restarts = 0
    /// Virtual time that it took.
    public var nanoseconds: Int64 = 0
    /// Depends on everything that clients were told: two runs of one seed have the same.
    public var digest: UInt64 = 0
}
