/// The farm as a whole, at one moment.
public struct FarmStatus: Sendable, Decodable {
    /// What the farm calls itself.
    public let farm: String
    /// The controller's incarnation: rises each time it starts.
    public let epoch: Int
    /// When the controller started.
    public let since: Instant
    /// Tasks by state, over all jobs that are remembered.
    public let counts: StateCounts
    /// Jobs that are remembered.
    public let jobCount: Int
    /// Engines that are there.
    public let engineCount: Int
    /// Their slots.
    public let slotCount: Int
    /// Attempts that are sent or running.
    public let runningCount: Int
    /// Engines that are quarantined, of those that are there.
    public let quarantinedCount: Int
    /// Nothing is sent of any job.
    public let isPaused: Bool
    /// What there is of things with a name on the whole farm, as licenses, and how much of it is in use.
    public let limits: [Limit]
    /// Launchers with engines that are to come, or that may start some by need.
    public let launchers: [Launcher]
    /// Why the controller cannot record anything at the moment, and so takes nothing new; nil if all is well.
    public let ledgerTrouble: String?
    /// The controller's counters, by name; which there are may change from version to version.
    public let statistics: [String: Double]

    /// One of the farm's limits.
    public struct Limit: Sendable, Hashable, Decodable {
        /// Its name, as tasks call it in their needs.
        public let name: String
        /// What attempts that are sent take of it.
        public let used: UInt64
        /// What there is.
        public let of: UInt64
    }

    /// What a launcher has told.
    public struct Launcher: Sendable, Hashable, Decodable {
        /// What it is called.
        public let launcher: String
        /// Engines that it has asked for and that are not here yet.
        public let pending: Int
        /// Engines that it may start by itself when there is work for them.
        public let spare: Int
        /// Why it cannot at the moment; nil if it can.
        public let trouble: String?
    }

    private struct Ledger: Decodable { var trouble: String? }

    private enum CodingKeys: String, CodingKey {
        case farm, epoch, since, counts, jobs, engines, slots, running, statistics, ledger
        case quarantined, paused, limits, launchers
    }

    /// Reads the answer to `status`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        farm = try values.decode(String.self, forKey: .farm)
        epoch = try values.decode(Int.self, forKey: .epoch)
        since = try values.instant(.since)
        counts = try values.counts(.counts)
        jobCount = try values.decode(Int.self, forKey: .jobs)
        engineCount = try values.decode(Int.self, forKey: .engines)
        slotCount = try values.decode(Int.self, forKey: .slots)
        runningCount = try values.decode(Int.self, forKey: .running)
        quarantinedCount = try values.decodeIfPresent(Int.self, forKey: .quarantined) ?? 0
        isPaused = try values.decodeIfPresent(Bool.self, forKey: .paused) ?? false
        limits = try values.decodeIfPresent([Limit].self, forKey: .limits) ?? []
        launchers = try values.decodeIfPresent([Launcher].self, forKey: .launchers) ?? []
        ledgerTrouble = (try? values.decodeIfPresent(Ledger.self, forKey: .ledger))?.trouble
        statistics = (try? values.decodeIfPresent([String: Double].self, forKey: .statistics)) ?? [:]
    }
}
