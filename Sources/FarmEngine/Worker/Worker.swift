import Dispatch
import FarmFunctions
import FarmProcess
import FarmTransport
import Glibc
import Logging
import Synchronization

/// The process that runs attempts. Started by a nanny only.
///
/// It ends when it has left the farm, when the controller will not have it, or when its nanny is gone;
/// whichever it is, nothing of its attempts is left.
final class Worker: Sendable {
    private let core: EngineCore
    private let commands: CommandExecutor
    private let kernel: PythonKernel
    private let loop: PeerLoop<EngineCore>
    private let logger: Logger
    private let ending: Ending

    /// The first reason to end is the one that counts.
    private final class Ending: Sendable {
        private let hasBegun = Atomic<Bool>(false)
        func begin() -> Bool { !hasBegun.exchange(true, ordering: .acquiringAndReleasing) }
    }

    /// Starts all threads of the worker.
    ///
    /// - Throws: ``EngineError`` with code `duplicateFunction` or `cannotStart`.
    init(
        _ setup: WorkerSetup, functions: [any TaskFunction.Type], logger: Logger,
        world: (any EngineWorld)? = nil, rank: KernelRank? = nil
    ) throws(EngineError) {
        let options = setup.options
        let nanny = getppid()
        guard let program = setup.kernelProgram() else { throw WorkerSetup.orphaned }
        let host = HostInfo.hostname
        var generator = SystemRandomNumberGenerator()
        let clock = FarmClock()
        let info = EngineInfo(
            key: UniqueKey(using: &generator), name: options.name ?? "\(host)-\(nanny)", host: host,
            pid: nanny,
            slots: UInt32(options.slots), cpus: UInt32(options.cpus ?? options.slots), tags: options.tags,
            memoryBytes: options.memoryBytes ?? 0, gpus: UInt32(setup.identities.gpus.count),
            named: options.resources.map { NamedAmount($0.key, $0.value) }, pool: options.pool.seat,
            until: options.until?.leaving(from: clock.now) ?? .never)
        if info.until < .never {
            logger.info("leaves by itself in \(max(0, info.until - clock.now).durationWords)")
        }
        let ending = Ending()
        let joined = DispatchSemaphore(value: 0)
        let core = EngineCore(
            info: info, identities: setup.identities, registry: try FunctionRegistry(functions),
            logger: logger, clock: clock, world: world)
        do {
            commands = try CommandExecutor(
                host: core, slots: options.slots, mark: program.mark, scratchDirectory: setup.scratch,
                clock: clock)
            kernel = try PythonKernel(program, rank: rank, host: core, clock: clock, logger: logger)
            let commands = commands
            var peer = PeerOptions()
            // An engine that is there first waits for the capability file and for the controller.
            peer.patienceNanoseconds = .max
            loop = try PeerLoop(
                name: "io", source: .file(path: WorkerSetup.capability(options)), options: peer, clock: clock,
                makeNode: { connection in
                    // Nothing happens on the loop's thread before this returns.
                    joined.wait()
                    core.connect(to: connection)
                    return core
                },
                onEvent: { Worker.heard($0, logger, ending, core, commands) })
        } catch {
            throw EngineError(.cannotStart, "\(error)")
        }
        self.core = core
        self.logger = logger
        self.ending = ending
        let loop = loop
        let kernel = rank == nil ? nil : kernel
        core.join(
            commands: commands, kernel: self.kernel, wake: { loop.perform { _, _ in } },
            onExit: { code in Worker.left(code, loop, logger, ending, world, kernel) })
        if let rank {
            logger.info(
                "the Python kernel is rank \(rank.seat.rank) of \(rank.seat.size) under MPI: \(rank.words)")
            kernel?.begin()
        }
        joined.signal()
    }

    /// Waits for signals and obeys them; does not return.
    func obey(_ signals: SignalInbox) {
        while case .signal(let number) = signals.next() {
            let now = number != SIGUSR1
            logger.info("told to leave\(now ? "" : " when all is done")")
            loop.perform { core, moment in core.leave(now: now, at: moment) }
        }
    }

    /// Waits until the nanny is gone, then kills all that runs and ends.
    func watchLifeline() {
        var byte: UInt8 = 0
        while true {
            let count = read(WorkerSetup.lifeline, &byte, 1)
            if count == 0 || (count < 0 && errno != EINTR) { break }
        }
        guard ending.begin() else { return }
        logger.error("the nanny is gone: killing what runs, and ending")
        Self.end(WorkerExit.orphaned, core, commands)
    }

    private static func heard(
        _ event: PeerEvent, _ logger: Logger, _ ending: Ending, _ core: EngineCore,
        _ commands: CommandExecutor
    ) {
        switch event {
        case .waiting(let error): logger.notice("waiting: \(error.message)")
        case .connected(let endpoint): logger.info("connected to \(endpoint)")
        case .disconnected(let reason): logger.warning("disconnected: \(reason); trying again")
        case .failed(let error):
            guard ending.begin() else { return }
            logger.critical("\(error.message)")
            end(exitCode(of: error), core, commands)
        }
    }

    private static func exitCode(of error: TransportError) -> Int32 {
        switch error.code {
        case .keyRefused, .wrongController, .helloRefused, .expired, .badCapability: WorkerExit.notPermitted
        case .noCapability, .incompatible: WorkerExit.usage
        default: WorkerExit.failed
        }
    }

    /// The node has said goodbye: what it sent last is flushed first.
    private static func left(
        _ code: Int32, _ loop: PeerLoop<EngineCore>, _ logger: Logger, _ ending: Ending,
        _ world: (any EngineWorld)?, _ rank: PythonKernel?
    ) {
        guard ending.begin() else { return }
        loop.stop()
        // The loop cannot be joined from its own thread, where this is called.
        EngineThread.start("end") {
            loop.join()
            logger.info("left")
            if code == WorkerExit.left { rank?.leave() }
            Subreaper.killDescendants()
            // Ranks that still run something are waited for here; else `mpiexec` would end them.
            if code == WorkerExit.left { world?.leave() }
            fflush(nil)
            _exit(code)
        }
    }

    /// Ends at once; `exit` would run destructors under threads that still work.
    private static func end(_ code: Int32, _ core: EngineCore, _ commands: CommandExecutor) {
        core.mute()
        commands.killAll()
        Subreaper.killDescendants()
        fflush(nil)
        _exit(code)
    }
}
