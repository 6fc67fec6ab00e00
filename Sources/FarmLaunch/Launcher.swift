/// A way of starting engines and of ending them: on this machine; ssh, mpiexec and batch systems come behind
/// the same protocol.
///
/// A launcher starts processes and looks after them. Whether an engine serves is the controller's to say: see
/// `Registration`.
public protocol Launcher: Sendable {
    /// Starts the engines of a plan, beside those that it has started before. They are started when this
    /// returns, not yet registered.
    /// - Throws: ``LaunchError`` if one of them cannot be started; those before it run.
    func start(_ plan: EnginePlan) throws(LaunchError)

    /// The engines that it has started, in that order.
    var engines: [LaunchedEngine] { get }

    /// Tells all engines to leave: when what they run has ended, or with `now` at once. They are not started
    /// again. Returns at once; may be called again.
    func stop(now: Bool)

    /// Waits until all engines have ended.
    /// - Parameter seconds: how long to wait at most; nil for ever.
    /// - Returns: whether they have.
    func waitUntilEnded(seconds: Double?) -> Bool

    /// Ends what is still there by force. Returns when it is gone, as far as it can be ended at all.
    func kill()
}

/// An engine as its launcher sees it.
public struct LaunchedEngine: Sendable, Hashable {
    /// How it is doing.
    public enum State: Sendable, Hashable {
        /// Its process runs, or is about to be started again.
        case running
        /// It has left.
        case left
        /// It has ended otherwise, and is not started again; the words say how.
        case failed(String)
    }

    /// What it is called.
    public var name: String
    /// Its newest process: the nanny's.
    public var pid: Int32
    /// Times that it was started again.
    public var restarts: Int
    /// How it is doing.
    public var state: State
    /// Its exit code if it ended by itself; nil while it runs, and after a signal.
    public var exitCode: Int32?
}

/// What a launcher tells while engines run, on a thread of its own.
public enum LaunchEvent: Sendable {
    /// The process of an engine runs.
    case started(name: String, pid: Int32)
    /// An engine ended unasked and is started again after a pause.
    case restarting(name: String, why: String, pauseSeconds: Double)
    /// An engine has ended for good.
    case ended(LaunchedEngine)
}
