/// The thread over one unit: starts it, waits for its end, starts it again if that is its launcher's way.
protocol UnitKeeper: AnyObject, Sendable {
    var unit: LaunchedUnit { get }

    /// Starts the thread; returns at once.
    func begin()

    /// Waits until it is known whether the unit could be started.
    /// - Returns: why it could not; nil if it could.
    func waitUntilStarted() -> LaunchError?

    /// - Returns: whether it has ended, for good, before the deadline; nil for none.
    func waitUntilEnded(_ deadline: Deadline?) -> Bool

    /// Tells the unit to end; a milder word than the last is not repeated.
    func stop(_ stop: UnitStop)
}

/// How a unit is told to end, mildest first.
enum UnitStop: Int, Sendable {
    case not, whenIdle, now, byForce
}
