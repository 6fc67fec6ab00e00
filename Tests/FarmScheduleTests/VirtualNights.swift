import FarmSchedule

/// A controller's way with the book under virtual time: what is started, cancelled and kept. Runs end when
/// the test says so.
struct VirtualNights {
    var book = ScheduleBook()
    var now: Int64
    /// `start 2026-01-01T02:00` and the like, in order.
    var deeds: [String] = []
    /// What a ledger would hold.
    private var kept: [String: RestoredSchedule] = [:]

    init(_ start: String) {
        now = Moment.of(start)
        send(.began)
        deeds = []
    }

    mutating func send(_ event: ScheduleEvent) {
        var actions: [ScheduleAction] = []
        book.handle(event, at: now, into: &actions)
        for action in actions {
            switch action {
            case .start(_, let at): deeds.append("start \(short(at))")
            case .cancel(_, let job): deeds.append("cancel \(job)")
            case .dropRun(let name, let at, let job):
                deeds.append("drop \(short(at))" + (job.map { " job \($0)" } ?? ""))
                kept[name]?.runs.removeAll { $0.at == at }
            case .drop(let name): kept[name] = nil
            case .keep(let name):
                let entry = book.entries[name]!
                kept[name] = RestoredSchedule(
                    name: name, spec: entry.spec, isEnabled: entry.isEnabled, since: entry.since,
                    runs: kept[name]?.runs ?? [])
            case .keepRun(let name, let at):
                kept[name]?.runs.removeAll { $0.at == at }
                kept[name]?.runs += book.entries[name]!.runs.filter { $0.at == at }
            }
        }
    }

    /// Time goes on, and the book is asked whenever it wants to be.
    mutating func run(until end: String) {
        let end = Moment.of(end)
        while let timer = book.nextTimer, timer <= end {
            now = max(now, timer)
            send(.tick)
        }
        now = end
    }

    /// Time goes on with nobody there, and the ledger is read again.
    mutating func restart(at moment: String) {
        now = Moment.of(moment)
        book = ScheduleBook()
        for schedule in kept.values { send(.restored(schedule)) }
        send(.began)
        send(.tick)
    }

    /// The run that goes on ends.
    mutating func end(_ state: ScheduledRun.State = .succeeded, job: UInt32? = nil) {
        guard let run = book.entries["night"]?.running else { return }
        var report = run.report
        report.job = job ?? report.job
        send(.ended("night", at: run.at, state, cause: state == .succeeded ? "" : "it went wrong", report))
    }

    /// `2026-01-01T02:00 succeeded`, the oldest first.
    var rows: [String] {
        (book.entries["night"]?.runs ?? []).map { "\(short($0.at)) \($0.state.rawValue)" }
    }

    func row(_ at: String) -> ScheduledRun? {
        book.entries["night"]?.runs.first { $0.at == Moment.of(at) }
    }

    func short(_ at: Int64) -> String { String(ZoneRules.utc.text(at).dropFirst(5).prefix(11)) }
}
