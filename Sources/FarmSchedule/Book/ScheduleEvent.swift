/// What happens to schedules.
public enum ScheduleEvent: Hashable, Sendable {
    /// A new one, or a new word of one that is there, whose history stays.
    case added(String, ScheduleSpec)
    case removed(String)
    case enabled(String)
    case disabled(String)
    /// One that the ledger knows, before `began`.
    case restored(RestoredSchedule)
    /// The controller begins.
    case began
    /// Fire now, whatever the time.
    case runNow(String)
    /// Look at the clock.
    case tick
    /// The process of a run tells something of it.
    case reported(String, at: Int64, RunReport)
    /// The process of a run tells how it has ended.
    case ended(String, at: Int64, ScheduledRun.State, cause: String, RunReport)
    /// The process of a run has ended without a word of that.
    case died(String, at: Int64, why: String)
}

/// A schedule as the ledger has it.
public struct RestoredSchedule: Hashable, Sendable {
    /// What it is called.
    public var name: String
    /// Nil if it cannot be read here, as when its zone is gone: it does not fire.
    public var spec: ScheduleSpec?
    /// Whether it fires by itself.
    public var isEnabled: Bool
    /// Firings before this moment are none of its business.
    public var since: Int64
    /// In any order.
    public var runs: [ScheduledRun]

    /// As it was kept.
    public init(name: String, spec: ScheduleSpec?, isEnabled: Bool, since: Int64, runs: [ScheduledRun]) {
        self.name = name
        self.spec = spec
        self.isEnabled = isEnabled
        self.since = since
        self.runs = runs
    }
}

/// What is to be done about schedules.
public enum ScheduleAction: Hashable, Sendable {
    /// Start the process of a run. It may have run before: it goes on with its job then.
    case start(String, at: Int64)
    /// Cancel the job of a run.
    case cancel(String, job: UInt32)
    /// The schedule itself has changed: keep it.
    case keep(String)
    /// A row of its history is new or has changed: keep it.
    case keepRun(String, at: Int64)
    /// A row is too old: drop it. Its job, too, if there is one here.
    case dropRun(String, at: Int64, job: UInt32?)
    /// The schedule is gone with all its rows.
    case drop(String)
}
