/// What an engine's last attempts say of it.
struct Quarantine {
    /// When the first of the failures ended.
    var since = Instant.zero
    /// Nanoseconds of the one that took longest.
    var longest: Int64 = 0
    /// The groups and jobs that they are of; no more than so many are looked at.
    var groups: Set<Int32> = []
    var jobs: Set<UInt32> = []
    /// Tasks of them, to be tried again free of charge.
    var victims: [TaskID] = []
    /// The next quarantine lasts so long.
    var nanoseconds: Int64 = 0
    /// It gets nothing before this; `zero`: it is not quarantined.
    var until = Instant.zero
    /// Failures in a row, each soon after its beginning.
    var failures: UInt32 = 0
    /// It may take one task, to see how that goes.
    var isProbing = false

    var isClosed: Bool { until != .zero && !isProbing }
    var isOn: Bool { until != .zero }

    mutating func forgetFailures() {
        failures = 0
        since = .zero
        longest = 0
        groups.removeAll(keepingCapacity: true)
        jobs.removeAll(keepingCapacity: true)
        victims.removeAll(keepingCapacity: true)
    }
}
