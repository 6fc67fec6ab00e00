import FarmFunctions
import FarmTemplate
import FarmTransport
import Logging
import Synchronization

/// Joins the engine's node, its executors and its I/O thread.
///
/// The node is a machine without lock, made to be driven from one thread. Here it has a lock, so that the
/// thread on which an attempt has ended can tell the node and take the next attempt in the same breath: a
/// task that does nothing costs no change of threads. Only the I/O thread sends; see `TurnSink` and
/// `WakePolicy`.
///
/// Threads: the I/O thread (all of `PeerNode`), the slots' threads (`functionEnded`, `log`), the process
/// runners', the file queue's and the kernel's (`commandsEnded`, `outputArrived`). Order of locks: this
/// one, then a slot's or the executors'. Users' code and executors' starts run outside of it.
final class EngineCore: @unchecked Sendable {
    /// What has to be done when the lock is free again.
    struct Errands {
        var launches: [FunctionSlot] = []
        var commands: [AttemptWork] = []
        /// Whose files are to be looked at first.
        var declared: [DeclaredWork] = []
        var exitCode: Int32?
        var wakes = false

        var isEmpty: Bool {
            launches.isEmpty && commands.isEmpty && declared.isEmpty && exitCode == nil && !wakes
        }
    }

    let info: EngineInfo
    let identities: EngineIdentities
    let clock: FarmClock
    let registry: FunctionRegistry
    let logger: Logger
    let contents = ContentDesk()
    /// What it shares with the other ranks of its pool; nil if that is nothing.
    let world: (any EngineWorld)?

    // All of what follows is guarded by `lock`.
    private let lock = Mutex(())
    private(set) var node: EngineNode!
    var sink: TurnSink!
    var commands: CommandExecutor!
    var kernel: PythonKernel!
    var slots: [FunctionSlot]
    var idle: [Int]
    /// Of those behind the engine's own: attempts in lanes take none of these.
    var idleInLanes: [Int] = []
    var logs: [FunctionLog]
    var policy = WakePolicy()
    var errands = Errands()
    /// Attempts of which something is declared, by token.
    var declaredWorks: [UInt64: DeclaredWork] = [:]
    /// Attempts whose parameters came in their payloads, by token.
    var givenWorks: [UInt64: AttemptWork] = [:]
    var newest: (template: EngineTemplate, group: LoadedGroup)?
    /// The last template that was read, with its bytes.
    var lastTemplate: (bytes: [UInt8], template: TaskTemplate)?
    /// The slot whose thread is telling of an end, while it may be given another attempt without a new Swift
    /// task.
    var inlineSlot: FunctionSlot?
    /// Functions that were told to stop and have not ended.
    var stoppingCount = 0
    var logsDueAt = Instant.never
    /// What the worker ends with when the node has left.
    var exitCode = WorkerExit.left
    /// Whatever ends from now on ends because this process does: nothing of it is told.
    private var isMuted = false
    private var wakeLoop: @Sendable () -> Void = {}
    private var onExit: @Sendable (Int32) -> Void = { _ in }

    static let logNanoseconds: Int64 = .milliseconds(100)

    init(
        info: EngineInfo, identities: EngineIdentities = EngineIdentities(), registry: FunctionRegistry,
        logger: Logger, clock: FarmClock = FarmClock(), world: (any EngineWorld)? = nil
    ) {
        self.world = world
        self.info = info
        self.identities = identities
        self.registry = registry
        self.logger = logger
        self.clock = clock
        let count = Int(info.slots)
        slots = (0..<count).map { FunctionSlot(index: $0, clock: clock) }
        idle = Array((0..<count).reversed())
        logs = Array(repeating: FunctionLog(), count: count)
    }

    /// Makes the node, on the I/O thread, before anything else happens there.
    func connect(to connection: any FrameSink) {
        lock.withLock { _ in
            let sink = TurnSink(connection)
            self.sink = sink
            let limits = EngineAgent.Limits(
                slots: Int(info.slots), hasCores: identities.cores.count == Int(info.cpus))
            node = EngineNode(info: info, sink: sink, delegate: self, limits: limits)
        }
    }

    /// What the core needs of those that need the core. Called once, before `connect`.
    func join(
        commands: CommandExecutor, kernel: PythonKernel, wake: @escaping @Sendable () -> Void,
        onExit: @escaping @Sendable (Int32) -> Void
    ) {
        lock.withLock { _ in
            self.commands = commands
            self.kernel = kernel
            wakeLoop = wake
            self.onExit = onExit
        }
    }

    /// Runs `body` under the lock, then what it left to be done.
    func locked<Result>(_ body: () -> Result) -> Result {
        let (result, errands) = lock.withLock { _ in
            let result = body()
            guard !self.errands.isEmpty else { return (result, Errands?.none) }
            let errands = self.errands
            self.errands = Errands()
            return (result, errands)
        }
        if let errands { run(errands) }
        return result
    }

    private func run(_ errands: Errands) {
        for slot in errands.launches { slot.launch(self) }
        for work in errands.commands { commands.start(work) }
        for entry in errands.declared { prepare(entry) }
        if errands.wakes { wakeLoop() }
        if let code = errands.exitCode { onExit(code) }
    }

    /// As `locked`, on the I/O thread, where the node may send.
    func turn<Result>(_ body: () -> Result) -> Result {
        locked {
            sink.beginTurn()
            defer { sink.endTurn() }
            return body()
        }
    }

    /// Tells nothing more of any attempt: the engine is lost, and what it ran is queued elsewhere. What is
    /// killed on the way out must not pass for failed.
    func mute() { lock.withLock { _ in isMuted = true } }

    /// As `locked`, for ends of attempts; nil when they are not told any more.
    func ending<Result>(_ body: () -> Result) -> Result? { locked { isMuted ? nil : body() } }

    /// Leaves the farm: finishing what runs, or stopping it. On the I/O thread.
    func leave(now: Bool, at moment: Instant) {
        turn {
            if now { node.leaveNow(at: moment) } else { node.drain(at: moment) }
        }
    }
}
