import Synchronization

/// The launcher over keepers: what differs from one kind of launcher to the next is which keepers stand for
/// a plan.
final class KeptLauncher: Launcher {
    /// Makes the keepers of a plan, which `first` others have come before.
    typealias Making = @Sendable (_ plan: EnginePlan, _ first: Int) throws(LaunchError) -> [any UnitKeeper]

    private struct State {
        var keepers: [any UnitKeeper] = []
        /// So many were made, those that are forgotten included.
        var made = 0
    }

    private let state = Mutex(State())
    private let make: Making
    /// One unit that cannot be started is enough to give all up: they are all alike.
    private let needsAll: Bool

    init(needsAll: Bool, make: @escaping Making) {
        self.needsAll = needsAll
        self.make = make
    }

    private var keepers: [any UnitKeeper] { state.withLock { $0.keepers } }

    func start(_ plan: EnginePlan) throws(LaunchError) {
        let new = try make(plan, plan.first ?? state.withLock { $0.made })
        state.withLock {
            $0.keepers += new
            $0.made += new.count
        }
        for keeper in new { keeper.begin() }
        let errors = new.compactMap { $0.waitUntilStarted() }
        guard let first = errors.first, needsAll || errors.count == new.count else { return }
        guard errors.count > 1, !needsAll else { throw first }
        throw LaunchError(first.code, errors.map(\.message).joined(separator: "\n"))
    }

    var units: [LaunchedUnit] { keepers.map(\.unit) }

    func stop(now: Bool) {
        for keeper in keepers { keeper.stop(now ? .now : .whenIdle) }
    }

    func stop(_ unit: String, now: Bool) {
        for keeper in keepers where keeper.unit.name == unit { keeper.stop(now ? .now : .whenIdle) }
    }

    func forget(_ unit: String) {
        state.withLock { state in
            state.keepers.removeAll { $0.unit.name == unit && $0.unit.state.isFinal }
        }
    }

    func waitUntilEnded(seconds: Double?) -> Bool {
        let end = seconds.map { Deadline(seconds: $0) }
        return keepers.allSatisfy { $0.waitUntilEnded(end) }
    }

    /// SIGKILL to nannies, whose workers then end their tasks by themselves.
    func kill() {
        for keeper in keepers { keeper.stop(.byForce) }
        _ = waitUntilEnded(seconds: 5)
    }
}
