internal import CSystem
internal import Glibc

/// Runs child processes on one thread of its own, and tells the end of each only when nothing that it started
/// is left.
///
/// Makes this process a child subreaper. Each process leads a session; at its end its process group is
/// killed, and then whatever left the group is found among the orphans this process is given, by its session
/// or the mark in its environment. Children of other code are left alone as long as they are in this
/// process's own session.
///
/// `start` costs well under a microsecond; the spawn itself about 0.1 ms on the runner's thread.
public final class ProcessRunner: Sendable {
    /// Gets the ends of processes in batches, on the runner's thread; do not block in it.
    public typealias ExitHandler = @Sendable ([ProcessExit]) -> Void
    /// Gets output of processes that run longer than 100 ms, on the runner's thread, as far as it belongs to
    /// the first half of the capture limit. `ProcessExit` holds all output again.
    public typealias OutputHandler = @Sendable ([OutputChunk]) -> Void

    private let mailbox: ThreadMailbox<RunnerCommand>
    private let done = ThreadEnd()

    /// Starts the thread.
    /// - Parameters:
    ///   - name: of the thread, at most 15 bytes.
    ///   - mark: of the engine that the attempts belong to.
    public init(
        name: String = "processes", mark: EngineMark = .ofThisProcess(), onOutput: OutputHandler? = nil,
        onExit: @escaping ExitHandler
    ) throws(SpawnError) {
        Subreaper.adoptOrphans()
        mailbox = try ThreadMailbox()
        let loop = try RunnerLoop(mailbox: mailbox, mark: mark, onOutput: onOutput, onExit: onExit)
        let (handle, done) = (RunnerThread(loop: loop, name: name, done: done), done)
        guard handle.start() else {
            done.signal()
            throw SpawnError(.resourcesExhausted, "cannot start a thread; raise ulimit -u")
        }
    }

    deinit { mailbox.send(.stop) }

    /// Starts a process. Its end is told under `token`, also when it could not be started. A token is free
    /// again once its end was told.
    public func start(_ request: SpawnRequest, token: UInt64) {
        mailbox.send(.start(request, token: token))
    }

    /// Whether this is called on the runner's thread, from a handler.
    public var isOnThread: Bool { mailbox.isOnThread }

    /// Sends a signal to the process group. Of a token that is not running nothing comes.
    public func signal(_ signal: Int32, token: UInt64) {
        mailbox.send(.signal(signal, token: token))
    }

    /// Asks the process group to end, and kills the whole tree when `graceSeconds` are over. If the main
    /// process ends before the rest does, the rest still has the grace.
    public func terminate(token: UInt64, signal: Int32 = Signals.terminate, graceSeconds: Double = 5) {
        let grace = UInt64(min(max(graceSeconds, 0), 1e9) * 1e9)
        mailbox.send(.terminate(signal, graceNanoseconds: grace, token: token))
    }

    /// Kills the whole tree at once.
    public func kill(token: UInt64) {
        terminate(token: token, signal: SIGKILL, graceSeconds: 0)
    }

    /// Kills what runs, tells its end, ends the thread. Returns when that is done, unless called from a
    /// handler.
    public func stop() {
        mailbox.send(.stop)
        if !mailbox.isOnThread { done.wait() }
    }
}
