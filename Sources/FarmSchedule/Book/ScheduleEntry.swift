/// One schedule in the book.
public struct ScheduleEntry: Sendable {
    /// What it is called.
    public let name: String
    /// Nil if it cannot be read here.
    public internal(set) var spec: ScheduleSpec?
    /// Whether it fires by itself.
    public internal(set) var isEnabled: Bool
    /// Firings before this moment are none of its business.
    public internal(set) var since: Int64
    /// Its history by the moment of the firing, the oldest first.
    public internal(set) var runs: [ScheduledRun] = []
    /// The newest firing that was decided.
    var decided: Int64
    /// The one that comes next; nil if none does.
    var next: Int64?
    /// Deaths of the running one's process, and when it is to be started again.
    var deaths = 0
    var restartAt: Int64?

    init(_ name: String, _ spec: ScheduleSpec?, isEnabled: Bool, since: Int64) {
        self.name = name
        self.spec = spec
        self.isEnabled = isEnabled
        self.since = since
        decided = since
        look()
    }

    /// The moment of the next firing, jitter not counted; nil if there is none.
    public var nextFiring: Int64? { isEnabled ? next : nil }
    /// When that runs.
    public var nextStart: Int64? { nextFiring.map { $0 + (spec?.delay(of: name, at: $0) ?? 0) } }
    /// The run whose process is there.
    public var running: ScheduledRun? { runs.last { $0.state == .running } }
    /// The newest that has succeeded.
    public var lastSuccess: ScheduledRun? { runs.last { $0.state == .succeeded } }
    /// The newest of those that have run and ended.
    public var lastEnded: ScheduledRun? { runs.last { $0.state.hasRun } }

    var isBusy: Bool { runs.contains { !$0.state.isFinal } }

    /// Where in `runs` a firing stands.
    func index(of at: Int64) -> Int? { runs.firstIndex { $0.at == at } }

    mutating func look() { next = spec?.times.next(after: decided) }

    mutating func insert(_ run: ScheduledRun) {
        let place = runs.lastIndex { $0.at < run.at }.map { $0 + 1 } ?? 0
        runs.insert(run, at: place)
    }
}
