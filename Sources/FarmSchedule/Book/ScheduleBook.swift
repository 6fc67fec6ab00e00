/// All schedules of a controller: which firings are due, which of them run, and what became of each. Pure:
/// events in, actions out, and the time with each event, in seconds since 1970.
public struct ScheduleBook: Sendable {
    /// By name.
    public internal(set) var entries: [String: ScheduleEntry] = [:]
    /// Firings before it were nobody's.
    var beganAt: Int64 = .min

    /// So late a firing is still on time.
    static let punctualSeconds: Int64 = 60
    /// Rows that are made for one stretch of missed firings; earlier ones leave none.
    static let mostMissed = 1_000
    /// Firings that may wait for those before them.
    static let mostQueued = 100
    /// A clock that is put back further than this was wrong before, as in Vixie's cron: it counts anew.
    static let putBackSeconds: Int64 = 3 * 3_600
    /// Rows of runs that are kept unless the schedule says otherwise, and rows of what has not run.
    static let usualRuns = 100
    static let mostRows = 1_000
    /// A process that has died so often is not started again.
    static let mostDeaths = 5

    /// An empty book.
    public init() {}

    /// When `tick` is wanted at the latest; nil if nothing is to come.
    public var nextTimer: Int64? {
        entries.values.lazy.compactMap { entry in
            [entry.nextStart, entry.restartAt].compactMap { $0 }.min()
        }.min()
    }

    /// Takes an event and says what is to be done.
    public mutating func handle(
        _ event: ScheduleEvent, at now: Int64, into actions: inout [ScheduleAction]
    ) {
        switch event {
        case .added(let name, let spec): add(name, spec, now, &actions)
        case .removed(let name):
            if entries.removeValue(forKey: name) != nil { actions.append(.drop(name)) }
        case .enabled(let name): enable(name, now, &actions)
        case .disabled(let name): disable(name, now, &actions)
        case .restored(let schedule): restore(schedule)
        case .began: begin(now, &actions)
        case .runNow(let name): runNow(name, now, &actions)
        case .tick: tick(now, &actions)
        case .reported(let name, let at, let report):
            change(name, at, &actions) { $0.report = report }
        case .ended(let name, let at, let state, let cause, let report):
            end(name, at, now, &actions) { run in
                run.report = report
                run.cause = cause
                // What was cancelled for the sake of another has its cause already.
                run.state = run.isUnwanted && state != .succeeded ? .cancelled : state
                if run.isUnwanted, run.state == .cancelled { run.cause = Self.replaced }
            }
        case .died(let name, let at, let why): died(name, at, why, now, &actions)
        }
    }

    static let replaced = "a later firing took its place"

    // MARK: Schedules

    private mutating func add(
        _ name: String, _ spec: ScheduleSpec, _ now: Int64, _ actions: inout [ScheduleAction]
    ) {
        let known = entries[name]
        var entry = ScheduleEntry(name, spec, isEnabled: known?.isEnabled ?? true, since: now)
        entry.runs = known?.runs ?? []
        entry.deaths = known?.deaths ?? 0
        entry.restartAt = known?.restartAt
        if let known, known.spec?.times == spec.times {
            // What is put off by jitter at this moment still comes.
            entry.since = known.since
            entry.decided = known.decided
            entry.look()
        }
        entries[name] = entry
        actions.append(.keep(name))
        prune(name, &actions)
    }

    private mutating func enable(_ name: String, _ now: Int64, _ actions: inout [ScheduleAction]) {
        guard entries[name]?.isEnabled == false else { return }
        entries[name]!.isEnabled = true
        // What would have fired meanwhile was not to.
        entries[name]!.since = now
        entries[name]!.decided = max(entries[name]!.decided, now)
        entries[name]!.look()
        actions.append(.keep(name))
    }

    private mutating func disable(_ name: String, _ now: Int64, _ actions: inout [ScheduleAction]) {
        guard let entry = entries[name], entry.isEnabled else { return }
        entries[name]!.isEnabled = false
        actions.append(.keep(name))
        for run in entry.runs where run.state == .queued {
            settle(name, run.at, .skipped, "the schedule was disabled", now, &actions)
        }
    }

    private mutating func restore(_ schedule: RestoredSchedule) {
        var entry = ScheduleEntry(
            schedule.name, schedule.spec, isEnabled: schedule.isEnabled, since: schedule.since)
        entry.runs = schedule.runs.sorted { $0.at < $1.at }
        if let newest = entry.runs.last(where: { !$0.isManual }) {
            entry.decided = max(entry.decided, newest.at)
        }
        entry.look()
        entries[schedule.name] = entry
    }

    private mutating func begin(_ now: Int64, _ actions: inout [ScheduleAction]) {
        beganAt = now
        // Whatever ran when the last controller ended goes on: its process takes up the same job.
        for name in entries.keys.sorted() {
            noticeClock(name, now, &actions)
            if let run = entries[name]!.running {
                actions.append(.start(name, at: run.at))
            } else {
                startNext(name, now, &actions)
            }
        }
    }

    // MARK: Rows

    mutating func change(
        _ name: String, _ at: Int64, _ actions: inout [ScheduleAction],
        _ body: (inout ScheduledRun) -> Void
    ) {
        guard let index = entries[name]?.index(of: at), entries[name]!.runs[index].state == .running else {
            return
        }
        body(&entries[name]!.runs[index])
        actions.append(.keepRun(name, at: at))
    }

    mutating func insert(_ name: String, _ run: ScheduledRun, _ actions: inout [ScheduleAction]) {
        entries[name]!.insert(run)
        actions.append(.keepRun(name, at: run.at))
    }

    /// A row that does not run any more.
    mutating func settle(
        _ name: String, _ at: Int64, _ state: ScheduledRun.State, _ cause: String, _ now: Int64,
        _ actions: inout [ScheduleAction]
    ) {
        guard let index = entries[name]?.index(of: at) else { return }
        entries[name]!.runs[index].state = state
        entries[name]!.runs[index].cause = cause
        entries[name]!.runs[index].endedAt = now
        actions.append(.keepRun(name, at: at))
    }

    mutating func end(
        _ name: String, _ at: Int64, _ now: Int64, _ actions: inout [ScheduleAction],
        _ body: (inout ScheduledRun) -> Void
    ) {
        guard let index = entries[name]?.index(of: at), entries[name]!.runs[index].state == .running else {
            return
        }
        body(&entries[name]!.runs[index])
        entries[name]!.runs[index].endedAt = now
        entries[name]!.deaths = 0
        entries[name]!.restartAt = nil
        actions.append(.keepRun(name, at: at))
        startNext(name, now, &actions)
        prune(name, &actions)
    }

    /// The oldest that waits runs, if nothing does.
    mutating func startNext(_ name: String, _ now: Int64, _ actions: inout [ScheduleAction]) {
        guard let entry = entries[name], entry.running == nil,
            let index = entry.runs.firstIndex(where: { $0.state == .queued })
        else { return }
        entries[name]!.runs[index].state = .running
        entries[name]!.runs[index].startedAt = now
        entries[name]!.deaths = 0
        actions.append(.keepRun(name, at: entry.runs[index].at))
        actions.append(.start(name, at: entry.runs[index].at))
    }

    private mutating func died(
        _ name: String, _ at: Int64, _ why: String, _ now: Int64, _ actions: inout [ScheduleAction]
    ) {
        guard let entry = entries[name], entry.running?.at == at else { return }
        entries[name]!.deaths += 1
        if entry.deaths + 1 < Self.mostDeaths {
            // What is short for a moment, as memory, is there again ten minutes later.
            entries[name]!.restartAt = now + 1 << Int64(3 * entry.deaths)
            return
        }
        // Nobody looks after it any more, and the next run is not to run beside it.
        if let job = entry.running?.report.job { actions.append(.cancel(name, job: job)) }
        end(name, at, now, &actions) { run in
            run.state = .failed
            run.cause = "its process ended again and again: \(why)"
        }
    }
}
