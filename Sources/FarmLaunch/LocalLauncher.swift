import Synchronization

/// Starts engines on this machine, as children of this process, and starts one again whose process died.
///
/// Each engine has a thread here that starts it and waits for its end, so that an engine may ask the kernel
/// to be told of its parent's death: the kernel means the thread that started it, and this one lives as long
/// as the engine.
public final class LocalLauncher: Launcher {
    private let keepers = Mutex<[EngineKeeper]>([])
    private let tell: @Sendable (LaunchEvent) -> Void

    /// - Parameter onEvent: called on the engines' threads; keep it short.
    public init(onEvent: @escaping @Sendable (LaunchEvent) -> Void = { _ in }) { tell = onEvent }

    /// As the protocol says; costs a few milliseconds, however many engines there are.
    public func start(_ plan: EnginePlan) throws(LaunchError) {
        let first = keepers.withLock { $0.count }
        let new = (0..<plan.count).map { EngineKeeper(plan, plan.name(first + $0), number: $0, tell) }
        keepers.withLock { $0 += new }
        for keeper in new { keeper.begin() }
        for keeper in new { try keeper.waitUntilStarted() }
    }

    /// As the protocol says.
    public var engines: [LaunchedEngine] { keepers.withLock { $0 }.map(\.engine) }

    /// As the protocol says: SIGUSR1, or SIGTERM with `now`.
    public func stop(now: Bool) {
        for keeper in keepers.withLock({ $0 }) { keeper.stop(now ? .now : .whenIdle) }
    }

    /// As the protocol says.
    public func waitUntilEnded(seconds: Double?) -> Bool {
        let end = seconds.map { Deadline(seconds: $0) }
        return keepers.withLock { $0 }.allSatisfy { $0.waitUntilEnded(end) }
    }

    /// As the protocol says: SIGKILL to the nannies, whose workers then end their tasks by themselves.
    public func kill() {
        for keeper in keepers.withLock({ $0 }) { keeper.stop(.byForce) }
        _ = waitUntilEnded(seconds: 5)
    }
}
