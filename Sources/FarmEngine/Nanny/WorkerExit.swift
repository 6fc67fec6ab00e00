/// Exit codes by which a worker tells its nanny what to do, beside those of the `tasks` command.
enum WorkerExit {
    /// Left cleanly.
    static let left: Int32 = 0
    /// Arguments, capability file or functions are wrong: trying again would not help.
    static let usage: Int32 = 2
    /// The controller refuses this engine for good.
    static let notPermitted: Int32 = 4
    /// Something failed that another start may mend.
    static let failed: Int32 = 70
    /// Start me again at once: a function would not stop when it was told to.
    static let restart: Int32 = 75
    /// The nanny is gone.
    static let orphaned: Int32 = 71

    /// Whether the nanny ends with this code rather than starting another worker.
    static func isFinal(_ code: Int32) -> Bool {
        code == left || code == usage || code == notPermitted
    }
}
