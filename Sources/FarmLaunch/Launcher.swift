/// A way of starting engines and of ending them: on this machine, over ssh, by mpiexec, by a batch system.
///
/// A launcher starts *units* and looks after them: a process, a host, an allocation, each of which stands for
/// one engine or more. Whether an engine serves is the controller's to say: see `Registration`.
public protocol Launcher: Sendable {
    /// Starts the engines of a plan, beside those that it has started before. When this returns it is known
    /// of each unit whether it could be started, or, of an allocation, asked for; not yet whether its engines
    /// have registered.
    /// - Throws: ``LaunchError`` if a local engine, or any other unit of all, cannot be started; those that
    ///   could are left for `kill`.
    func start(_ plan: EnginePlan) throws(LaunchError)

    /// What it has started, in that order.
    var units: [LaunchedUnit] { get }

    /// Tells all engines to leave: when what they run has ended, or with `now` at once. They are not started
    /// again. Returns at once; may be called again. An allocation is given back with `now` alone; without it
    /// the engines in it leave when the controller tells them.
    func stop(now: Bool)

    /// The same for the unit of this name alone.
    func stop(_ unit: String, now: Bool)

    /// Forgets the unit of this name, which has ended.
    func forget(_ unit: String)

    /// Waits until all units have ended.
    /// - Parameter seconds: how long to wait at most; nil for ever.
    /// - Returns: whether they have.
    func waitUntilEnded(seconds: Double?) -> Bool

    /// Ends what is still there by force. Returns when it is gone, as far as it can be ended at all.
    func kill()
}
