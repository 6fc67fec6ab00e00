import Foundation

/// The thread over one unit: starts it, waits for its end, starts it again if that is its launcher's way.
protocol UnitKeeper: AnyObject, Sendable {
    /// What is known of the unit.
    var record: UnitRecord { get }
    /// What its thread is called.
    var threadName: String { get }

    /// What the thread does: until the unit has ended for good.
    func run()

    /// Tells the unit to end; a milder word than the last is not repeated.
    func stop(_ stop: UnitStop)
}

extension UnitKeeper {
    var unit: LaunchedUnit { record.unit }

    /// Starts the thread; returns at once.
    func begin() {
        let thread = Thread { [self] in run() }
        thread.name = threadName
        thread.stackSize = 256 << 10
        thread.start()
    }

    /// Waits until it is known whether the unit could be started.
    /// - Returns: why it could not; nil if it could.
    func waitUntilStarted() -> LaunchError? { record.waitUntilStarted() }

    /// - Returns: whether it has ended, for good, before the deadline; nil for none.
    func waitUntilEnded(_ deadline: Deadline?) -> Bool { record.waitUntilEnded(deadline) }
}

/// How a unit is told to end, mildest first.
enum UnitStop: Int, Sendable {
    case not, whenIdle, now, byForce
}
