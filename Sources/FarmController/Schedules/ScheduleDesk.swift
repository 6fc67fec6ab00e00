import FarmSchedule
import FarmTemplate
import FarmTransport
import Glibc
import Logging

/// Keeps the book of schedules: tells it the time, has its rows recorded, and has runs started and cancelled.
/// On the controller's thread.
final class ScheduleDesk {
    private(set) var book = ScheduleBook()
    private(set) var registered: [String: RegisteredSchedule] = [:]
    /// Whose controller this is: runs have his rights, so only he has schedules.
    let subject: String
    private unowned let node: ControllerNode
    private let logger: Logger
    private let start: (String, Int64) -> Void
    private let clock: () -> Int64
    private var hasBegun = false
    /// The book's next timer; it is asked for in every turn of the loop.
    private var timer: Int64?
    /// When the clock was looked at last.
    private var seen = Int64.min

    /// The wall clock may be set at any time, and a machine sleep: it is looked at so often at least.
    private static let longestWait = Int64.seconds(10)
    private static let second = Int64.seconds(1)

    /// - Parameters:
    ///   - start: has a run's process started.
    ///   - clock: nanoseconds since 1970, by the wall clock.
    init(
        node: ControllerNode, subject: String, logger: Logger,
        clock: @escaping () -> Int64 = ScheduleDesk.wallClock, start: @escaping (String, Int64) -> Void
    ) {
        self.node = node
        self.subject = subject
        self.logger = logger
        self.clock = clock
        self.start = start
        restore(node.takeSchedules())
    }

    static func wallClock() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * .seconds(1) + Int64(time.tv_nsec)
    }

    /// Seconds since 1970.
    var now: Int64 { clock() / Self.second }

    /// How long until `turn` is wanted; nil while there are no schedules.
    var waitNanoseconds: Int64? {
        guard hasBegun else { return 0 }
        guard !registered.isEmpty else { return nil }
        let due = timer.map { $0 * Self.second - clock() } ?? Self.longestWait
        return max(0, min(due, Self.longestWait))
    }

    /// Looks at the clock.
    func turn() {
        if !hasBegun {
            hasBegun = true
            send(.began)
        }
        let now = now
        // A clock that was put back may have timers wait for years.
        if now < seen || timer.map({ $0 <= now }) == true { send(.tick) }
        seen = now
    }

    /// Keeps it, under its name; a schedule that is called so is replaced, and its history stays.
    func add(_ schedule: RegisteredSchedule, _ spec: ScheduleSpec) {
        var schedule = schedule
        schedule.isEnabled = registered[schedule.name]?.isEnabled ?? true
        schedule.added = registered[schedule.name]?.added ?? clock()
        registered[schedule.name] = schedule
        send(.added(schedule.name, spec))
    }

    /// Tells the book, and does what it says.
    func send(_ event: ScheduleEvent) {
        var actions: [ScheduleAction] = []
        book.handle(event, at: now, into: &actions)
        timer = book.nextTimer
        for action in actions { carryOut(action) }
    }

    private func carryOut(_ action: ScheduleAction) {
        switch action {
        case .start(let name, let at):
            logger.info("schedule \(name): the run of \(words(name, at)) starts")
            start(name, at)
        case .cancel(_, let job): node.cancel(JobID(job))
        case .keep(let name):
            guard let entry = book.entries[name] else { return }
            registered[name]?.isEnabled = entry.isEnabled
            registered[name]?.since = entry.since
            guard let schedule = registered[name], schedule.isReadable else { return }
            let body = schedule.json.encoded()
            node.keep(.schedule(name, body))
        case .keepRun(let name, let at):
            guard let run = book.entries[name]?.runs.first(where: { $0.at == at }) else { return }
            node.keep(.scheduledRun(name, at: at, run.json.encoded()))
            log(name, run)
        case .dropRun(let name, let at, let job):
            node.keep(.scheduledRun(name, at: at, nil))
            // One that others wait for stays as long as any job does.
            if let job { _ = node.purge(JobID(job)) }
        case .drop(let name):
            registered[name] = nil
            node.keep(.schedule(name, nil))
        }
    }

    private func log(_ name: String, _ run: ScheduledRun) {
        guard run.state.isFinal else { return }
        let cause = run.cause.isEmpty ? "" : ": \(run.cause)"
        logger.log(
            level: run.state == .succeeded ? .info : .warning,
            "schedule \(name): the run of \(words(name, run.at)): \(run.state.rawValue)\(cause)")
    }

    /// The moment by the schedule's own clock.
    private func words(_ name: String, _ at: Int64) -> String {
        (book.entries[name]?.spec?.times.zone ?? .utc).text(at)
    }

    private func restore(_ facts: [LedgerFact]) {
        var bodies: [String: [UInt8]] = [:]
        var runs: [String: [Int64: ScheduledRun]] = [:]
        // The newest word counts.
        for fact in facts {
            switch fact {
            case .schedule(let name, let body):
                bodies[name] = body
                if body == nil { runs[name] = nil }
            case .scheduledRun(let name, let at, let body):
                let run = body.flatMap { try? JSONValue(parsing: $0) }.flatMap(ScheduledRun.init)
                runs[name, default: [:]][at] = run
            default: break
            }
        }
        for (name, body) in bodies {
            var schedule = RegisteredSchedule(unreadable: name)
            var spec: ScheduleSpec?
            do throws(QueryError) {
                if let json = try? JSONValue(parsing: body) {
                    schedule = try RegisteredSchedule(json)
                    spec = try schedule.spec()
                }
                if !schedule.isReadable { throw QueryError(.malformed, "its row is no JSON") }
            } catch {
                logger.error("schedule \(name) does not fire: \(error.message)")
            }
            registered[name] = schedule
            send(
                .restored(
                    RestoredSchedule(
                        name: name, spec: spec, isEnabled: schedule.isEnabled, since: schedule.since,
                        runs: Array((runs[name] ?? [:]).values))))
        }
    }
}
