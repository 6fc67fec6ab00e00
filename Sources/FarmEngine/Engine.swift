public import FarmFunctions
import FarmProcess
import FarmTransport
import Glibc
import Logging

/// The entry points of an engine's executable.
///
/// ```swift
/// @main struct MyEngine {
///     static func main() async { await Engine.main(functions: [Simulate.self]) }
/// }
/// ```
/// The process that is started becomes the engine's nanny and runs this same executable again as its worker,
/// so nothing that must happen once should stand before the call.
public enum Engine {
    /// Runs an engine by the command line of this process (see ``EngineOptions/help``) until it has left its
    /// farm.
    ///
    /// Exits with 0 when it has left, 2 for wrong arguments or functions, 4 if the controller does not let it
    /// in, 1 if its worker dies again and again.
    public static func main(functions: [any TaskFunction.Type] = []) async -> Never {
        await main(functions: functions, world: nil)
    }

    /// As ``main(functions:)``, for an engine that shares a world with others.
    package static func main(functions: [any TaskFunction.Type], world: (any EngineWorld)?) async -> Never {
        unblockSignals()
        await runWorkerIfAsked(functions: functions, world: world)
        let arguments = Array(CommandLine.arguments.dropFirst())
        if EngineOptions.isHelp(arguments) {
            print("Usage: \(CommandLine.arguments.first ?? "engine") [options]\n\n\(EngineOptions.help)")
            exit(0)
        }
        do throws(EngineError) {
            var options = try EngineOptions(arguments: arguments)
            // With `--mpi` it is its Python that joins.
            if world != nil, options.mpi == nil {
                try LaunchedRank.joinWorld(
                    &options, "mpiexec -n 4 \(CommandLine.arguments.first ?? "engine")")
            }
            run(options, functions: functions, isInWorld: world != nil)
        } catch {
            fail(error)
        }
    }

    /// Unblocks all signals. Whoever started this process may have had some blocked, and what is blocked is
    /// inherited: an engine would not hear that it is to end. ``main(functions:)`` does it by itself; another
    /// executable does it before it starts a thread.
    public static func unblockSignals() {
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
    }

    /// Whether this process was started by an engine as a part of it: by a nanny as its worker, or over one
    /// rank of a command.
    public static var isWorker: Bool {
        CommandLine.arguments.count > 1
            && [WorkerSetup.marker, RankProcess.marker, RankHolder.marker].contains(CommandLine.arguments[1])
    }

    /// Becomes the worker, and does not return, if a nanny has started this process as one. An executable
    /// with other uses than being an engine calls this first of all.
    public static func runWorkerIfAsked(functions: [any TaskFunction.Type] = []) async {
        await runWorkerIfAsked(functions: functions, world: nil)
    }

    private static func runWorkerIfAsked(
        functions: [any TaskFunction.Type], world: (any EngineWorld)?
    ) async {
        guard isWorker else { return }
        RankProcess.runIfAsked()
        RankHolder.runIfAsked()
        do throws(EngineError) {
            guard var setup = try WorkerSetup.own() else { return }
            var rank: KernelRank?
            if let name = setup.options.mpi {
                try waitDeaf()
                let joined = try KernelRank.join(setup, name)
                setup.options.pool = .seat(joined.seat)
                rank = joined
            } else if let world {
                try join(world, &setup.options)
            }
            let signals = try SignalInbox([SIGTERM, SIGINT, SIGHUP, SIGUSR1])
            signal(SIGPIPE, SIG_IGN)
            _ = fcntl(WorkerSetup.lifeline, F_SETFD, FD_CLOEXEC)
            // The second wire beside the lifeline; it says TERM so that tasks are not orphaned by a sudden
            // death.
            guard Subreaper.setParentDeathSignal(Signals.terminate, parent: getppid()) else {
                _exit(WorkerExit.orphaned)
            }
            let worker = try Worker(
                setup, functions: functions, logger: try logger(setup.options, "worker"),
                world: rank == nil ? world : nil, rank: rank)
            EngineThread.start("lifeline") { worker.watchLifeline() }
            EngineThread.start("signals") { worker.obey(signals) }
        } catch {
            fail(error)
        }
        // The main thread stays free for functions that use the main actor.
        await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
    }

    /// While the other ranks are waited for nothing is heard but death.
    private static func waitDeaf() throws(EngineError) {
        guard Subreaper.setParentDeathSignal(Signals.terminate, parent: getppid()) else {
            _exit(WorkerExit.orphaned)
        }
    }

    private static func join(_ world: any EngineWorld, _ options: inout EngineOptions) throws(EngineError) {
        try waitDeaf()
        let seat = try world.join()
        let (high, low) = (seat.key.prefix(8), seat.key.dropFirst(8))
        let number = { (bytes: ArraySlice<UInt8>) in bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        let key = UniqueKey(high: number(high), low: number(low))
        options.pool = .seat(PoolSeat(key: key, rank: seat.rank, size: seat.size))
    }

    /// Runs an engine as its nanny, until it has left its farm. Keeps the calling thread.
    public static func run(_ options: EngineOptions, functions: [any TaskFunction.Type] = []) -> Never {
        run(options, functions: functions, isInWorld: false)
    }

    private static func run(
        _ options: EngineOptions, functions: [any TaskFunction.Type], isInWorld: Bool
    ) -> Never {
        do throws(EngineError) {
            // Wrong functions are told here, once, rather than by one worker after the other.
            _ = try FunctionRegistry(functions)
            var options = options
            var isInWorld = isInWorld
            if let name = options.mpi {
                _ = try KernelStartUp.find(name, profile: WorkerSetup.profile(options))
                try LaunchedRank.joinWorld(&options, "mpiexec -n 4 tasks engine start --mpi \(name)")
                isInWorld = true
            }
            let isRank = isInWorld ? true : try LaunchedRank.findPool(&options)
            // What the ranks share does not outlive the process that has started them.
            if isRank { _ = Subreaper.setParentDeathSignal(Signals.terminate, parent: getppid()) }
            if options.until == nil { options.until = AllocationEnd.find() }
            var nanny = try Nanny(options: options, log: try logger(options, "nanny"), isInWorld: isInWorld)
            exit(nanny.run())
        } catch {
            fail(error)
        }
    }

    private static func logger(_ options: EngineOptions, _ role: String) throws(EngineError) -> Logger {
        var file: RotatingFile?
        if let path = options.log { file = try RotatingFile(path: path) }
        let label = options.name.map { "\($0) \(role)" } ?? "engine \(role)"
        var handler = FileLog(label: label, file: file)
        handler.logLevel = options.logLevel
        return Logger(label: label) { [handler] _ in handler }
    }

    private static func fail(_ error: EngineError) -> Never {
        let text = Array("engine: \(error.message)\n".utf8)
        _ = text.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
        exit(WorkerExit.usage)
    }
}
