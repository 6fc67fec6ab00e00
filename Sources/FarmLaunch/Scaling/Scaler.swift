import TaskFarm

/// Decides how many engines there are to be: a pure machine, to which the time comes as an argument.
///
/// More are started when the work that waits is more than so many seconds for each slot, or has waited for
/// that long itself, whatever was thought of it; as many as bring it below that, and never more than could
/// have something to do at once. Where nobody knows how long tasks take, one unit is started, and what the
/// first tasks take says more.
///
/// A unit leaves when all its engines have been idle for long enough. They are drained, so that a task which
/// they are given at the last moment is run to its end. One that is asked for and wanted no more is given
/// back.
struct Scaler {
    enum Step: Equatable {
        /// So many units.
        case start(Int)
        /// The engines of a unit take nothing new, and leave.
        case drain(String, [EngineID])
        /// A unit that does not run yet is given back.
        case cancel(String)
    }

    let limits: ScalingLimits
    /// Engines of one unit.
    let unitSize: Int
    /// Since when each unit has had nothing to do, by name.
    private var idleSince: [String: Instant] = [:]
    /// Since when something has waited while no engine was idle and none was to come.
    private var waitingSince: Instant?
    /// Since when nothing has waited.
    private var quietSince: Instant?
    /// Units of which some engine has come.
    private var served: Set<String> = []
    private(set) var backoff = ScalingBackoff()

    init(_ limits: ScalingLimits, unitSize: Int) {
        self.limits = limits
        self.unitSize = max(1, unitSize)
    }

    /// Looks at the farm; to be called every second or so.
    mutating func decide(_ view: ScalingView, _ offering: EngineOffering, at now: Instant) -> [Step] {
        for why in view.failures { backoff.failed(why, at: now) }
        served.formIntersection(view.units.map(\.name))
        for unit in view.units where !unit.engines.isEmpty && served.insert(unit.name).inserted {
            backoff.succeeded()
        }
        let wanted = wanted(view, offering, at: now)
        let there = Self.engines(of: view)
        var steps: [Step] = []
        let missing = min(wanted, limits.most) - there
        // Whole units, and never more engines than are allowed.
        let units = min((missing + unitSize - 1) / unitSize, (limits.most - there) / unitSize)
        if missing > 0, units > 0, backoff.allows(at: now) {
            waitingSince = nil
            steps.append(.start(units))
        }
        return steps + leaving(view, at: now)
    }

    /// Engines that are there or to come, those that leave apart.
    static func engines(of view: ScalingView) -> Int {
        view.units.reduce(0) { sum, unit in
            sum + (unit.engines.isEmpty ? unit.engineCount : unit.engines.count { !$0.isDraining })
        }
    }

    // MARK: More

    /// How many engines of its own the farm should have.
    private mutating func wanted(
        _ view: ScalingView, _ offering: EngineOffering, at now: Instant
    ) -> Int {
        // Seconds of work for one engine, and engines that could have something to do at once.
        var seconds = 0.0
        var atOnce = 0
        for work in view.work where work.tasks > 0 {
            let places = offering.places(for: work)
            guard places > 0 else { continue }
            seconds += Double(work.nanoseconds) / 1e9 / Double(places)
            let most = Int(clamping: min(work.tasks, work.atOnce))
            atOnce += most / places + (most % places == 0 ? 0 : 1)
        }
        guard atOnce > 0 else {
            waitingSince = nil
            quietSince = quietSince ?? now
            return limits.least
        }
        quietSince = nil
        let own = Self.engines(of: view)
        let others = view.otherSlots / max(1, offering.slots)
        let busy = view.units.reduce(0) { $0 + $1.engines.count { !$0.isIdle && !$0.isDraining } }
        let free = own - busy
        // Somebody who could take it, or is to come, is given the time.
        if free > 0 { waitingSince = nil } else { waitingSince = waitingSince ?? now }
        var wanted = own
        if own + others == 0 { wanted = 1 }
        let each = limits.backlogSeconds
        if seconds > Double(own + others) * each {
            wanted = max(wanted, Int(min(1e9, (seconds / max(each, 0.001)).rounded(.up))) - others)
        }
        if let since = waitingSince, Double(now - since) / 1e9 >= each { wanted = max(wanted, own + 1) }
        return max(limits.least, min(wanted, busy + atOnce))
    }

    // MARK: Fewer

    private mutating func leaving(_ view: ScalingView, at now: Instant) -> [Step] {
        var steps: [Step] = []
        var left = Self.engines(of: view)
        var idle: [String: Instant] = [:]
        for unit in view.units {
            let size = unit.engines.isEmpty ? unit.engineCount : unit.engines.count
            guard let since = idleSince(of: unit, at: now) else { continue }
            idle[unit.name] = since
            guard Double(now - since) / 1e9 >= limits.idleSeconds, left - size >= limits.least else {
                continue
            }
            left -= size
            steps.append(unit.isPending ? .cancel(unit.name) : .drain(unit.name, unit.engines.map(\.id)))
        }
        idleSince = idle
        return steps
    }

    /// Since when nothing is to be done by it; nil if there is.
    private func idleSince(of unit: ScalingView.Unit, at now: Instant) -> Instant? {
        // One to come is of no use once there is nothing that waits.
        if unit.isPending { return quietSince }
        guard !unit.engines.isEmpty, unit.engines.allSatisfy({ $0.isIdle && !$0.isDraining }) else {
            return nil
        }
        return idleSince[unit.name] ?? now
    }
}

/// When units that fail are tried again: after 5 s, then twice as long each time, up to ten minutes.
struct ScalingBackoff: Equatable {
    static let shortestSeconds = 5.0
    static let longestSeconds = 600.0

    private(set) var inARow = 0
    /// Why the last one failed.
    private(set) var why = ""
    private(set) var until = Instant.zero

    mutating func failed(_ words: String, at now: Instant) {
        // Several that were started together are one failure.
        if inARow == 0 || now >= until { inARow += 1 }
        why = words
        let seconds = min(Self.longestSeconds, Self.shortestSeconds * Double(1 << min(inARow - 1, 10)))
        until = now + Int64(seconds * 1e9)
    }

    /// A unit has come to something.
    mutating func succeeded() { self = ScalingBackoff() }

    func allows(at now: Instant) -> Bool { now >= until }
}
