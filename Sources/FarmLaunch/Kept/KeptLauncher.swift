import Synchronization

/// The launcher over keepers: what differs from one kind of launcher to the next is which keepers stand for
/// a plan.
final class KeptLauncher: Launcher {
    /// Makes the keepers of a plan, which `first` others have come before.
    typealias Making = @Sendable (_ plan: EnginePlan, _ first: Int) throws(LaunchError) -> [any UnitKeeper]

    private let keepers = Mutex<[any UnitKeeper]>([])
    private let make: Making
    /// One unit that cannot be started is enough to give all up: they are all alike.
    private let needsAll: Bool

    init(needsAll: Bool, make: @escaping Making) {
        self.needsAll = needsAll
        self.make = make
    }

    func start(_ plan: EnginePlan) throws(LaunchError) {
        let new = try make(plan, keepers.withLock { $0.count })
        keepers.withLock { $0 += new }
        for keeper in new { keeper.begin() }
        let errors = new.compactMap { $0.waitUntilStarted() }
        guard let first = errors.first, needsAll || errors.count == new.count else { return }
        guard errors.count > 1, !needsAll else { throw first }
        throw LaunchError(first.code, errors.map(\.message).joined(separator: "\n"))
    }

    var units: [LaunchedUnit] { keepers.withLock { $0 }.map(\.unit) }

    func stop(now: Bool) {
        for keeper in keepers.withLock({ $0 }) { keeper.stop(now ? .now : .whenIdle) }
    }

    func waitUntilEnded(seconds: Double?) -> Bool {
        let end = seconds.map { Deadline(seconds: $0) }
        return keepers.withLock { $0 }.allSatisfy { $0.waitUntilEnded(end) }
    }

    /// SIGKILL to nannies, whose workers then end their tasks by themselves.
    func kill() {
        for keeper in keepers.withLock({ $0 }) { keeper.stop(.byForce) }
        _ = waitUntilEnded(seconds: 5)
    }
}
