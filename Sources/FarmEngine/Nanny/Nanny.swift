import FarmProcess
import Glibc
import Logging

/// The small process over an engine's worker: it starts the worker, starts it again when it dies, and sees to
/// it that nothing the worker's tasks had started stays behind.
///
/// It holds no socket and no task, runs no code of the user's, and waits in one system call, so there is next
/// to nothing in it that can fail. Being a child subreaper it gets every orphan of its worker's death. If it
/// dies itself, the worker sees its end of the lifeline pipe close, kills its tasks and ends; if both die
/// together, the next engine that starts on the host finds what is left by the mark in its environment.
struct Nanny {
    private let options: EngineOptions
    private let log: Logger
    private let scratch: String
    private let share: HostShare
    private let signals: SignalInbox
    /// Its worker shares a world with others, which is gone with any of them: it is not started again.
    private let isInWorld: Bool
    private var policy = RestartPolicy()
    private var isLeaving = false

    init(options: EngineOptions, log: Logger, isInWorld: Bool = false) throws(EngineError) {
        self.isInWorld = isInWorld
        signals = try SignalInbox([SIGTERM, SIGINT, SIGHUP, SIGUSR1])
        signal(SIGPIPE, SIG_IGN)
        self.options = options
        self.log = log
        Subreaper.adoptOrphans()
        let swept = Subreaper.sweepDeadEngines()
        if swept > 0 { log.warning("killed \(swept) processes that a dead engine had left on this host") }
        ScratchDirectory.sweep()
        share = HostShare(options, log: log)
        scratch = try ScratchDirectory.make(for: .ofThisProcess())
    }

    /// Runs workers until one ends for good.
    /// - Returns: the exit code of the engine.
    mutating func run() -> Int32 {
        defer {
            ScratchDirectory.remove(scratch)
            share.leave()
        }
        while true {
            let startedAt = MonotonicClock.nanoseconds()
            let ending: ProcessEnding
            do throws(SpawnError) { ending = try runWorker() } catch {
                log.error("cannot start the worker: \(error.message)")
                return WorkerExit.usage
            }
            let left = Subreaper.killDescendants()
            if left > 0 { log.error("\(left) processes of the dead worker cannot be killed") }
            ScratchDirectory.empty(scratch)
            if let code = code(after: ending) { return code }
            let lived = Double(MonotonicClock.nanoseconds() - startedAt) / 1e9
            guard let pause = pause(after: ending, lived: lived) else {
                log.error("the worker died \(RestartPolicy.mostInARow) times in a row: giving up")
                return 1
            }
            if sleep(pause) { return 0 }
        }
    }

    private func code(after ending: ProcessEnding) -> Int32? {
        if isInWorld { return finalCode(after: ending) }
        switch ending {
        case .exited(let code) where WorkerExit.isFinal(code): return code
        case .exited(let code): return isLeaving ? code : nil
        // Killed because it did not leave in time, or by somebody while it left: it has left.
        case .signalled, .notStarted, .lost: return isLeaving ? 0 : nil
        }
    }

    /// Of one that shared a world. Whatever is not 0 makes `mpiexec` end the others.
    private func finalCode(after ending: ProcessEnding) -> Int32 {
        switch ending {
        case .exited(WorkerExit.left): return WorkerExit.left
        case .exited(WorkerExit.restart):
            log.notice("the pool is to be started anew: ending with code \(WorkerExit.restart)")
            return WorkerExit.restart
        case .exited(let code):
            log.error("the worker ended: \(Self.words(ending)); so the pool is lost")
            return code
        case .signalled, .notStarted, .lost:
            guard !isLeaving else { return WorkerExit.left }
            log.error("the worker ended: \(Self.words(ending)); so the pool is lost")
            return WorkerExit.failed
        }
    }

    private mutating func pause(after ending: ProcessEnding, lived: Double) -> Double? {
        if case .exited(WorkerExit.restart) = ending {
            log.info("the worker asked to be started again")
            return 0
        }
        let pause = policy.pause(afterSeconds: lived)
        log.error("the worker ended: \(Self.words(ending)); its tasks go back to the queue")
        return pause
    }

    /// Whether a signal came, all of which say to leave.
    private func sleep(_ seconds: Double) -> Bool {
        signals.next(withinSeconds: seconds) != .timeout
    }

    private mutating func runWorker() throws(SpawnError) -> ProcessEnding {
        var lifeline: [Int32] = [-1, -1]
        // Nobody else starts children here, so the flag is not set too late.
        guard pipe(&lifeline) == 0, fcntl(lifeline[0], F_SETFD, FD_CLOEXEC) == 0,
            fcntl(lifeline[1], F_SETFD, FD_CLOEXEC) == 0
        else {
            log.error("no descriptor left for the worker's lifeline; raise `ulimit -n`")
            return .exited(WorkerExit.usage)
        }
        defer { close(lifeline[1]) }
        let worker = try start(passing: lifeline[0])
        log.info("worker \(worker.pid) started")
        watch(worker)
        return worker.wait().ending
    }

    private func start(passing lifeline: Int32) throws(SpawnError) -> ChildProcess {
        defer { close(lifeline) }
        return try ChildProcess.start(request(passing: lifeline))
    }

    private func request(passing lifeline: Int32) -> SpawnRequest {
        var request = SpawnRequest(
            [CommandLine.arguments.first ?? "engine", WorkerSetup.marker]
                + WorkerSetup.arguments(options, scratch, share),
            environment: .ofThisProcess(), input: .null, output: .inherit,
            errors: .inherit)
        request.program = "/proc/self/exe"
        request.passedDescriptors = [lifeline]
        return request
    }

    /// Passes on what the nanny is told until the worker has ended.
    private mutating func watch(_ worker: borrowing ChildProcess) {
        var killAt: UInt64?
        while !worker.hasEnded {
            let left = killAt.map { Double($0) / 1e9 - Double(MonotonicClock.nanoseconds()) / 1e9 }
            switch signals.next(withinSeconds: left, orReadable: worker.pidDescriptor) {
            case .ready: return
            case .timeout:
                log.warning("the worker has not left in \(options.leaveSeconds) s: it is killed")
                kill(worker)
                killAt = nil
            case .signal(SIGUSR1):
                isLeaving = true
                worker.signal(SIGUSR1)
            case .signal where killAt != nil:
                log.warning("told to leave a second time: the worker is killed")
                kill(worker)
                killAt = nil
            case .signal:
                isLeaving = true
                killAt = MonotonicClock.nanoseconds() + UInt64(options.leaveSeconds) * 1_000_000_000
                worker.signal(SIGTERM)
                // One that is stopped could not hear it.
                worker.signal(SIGCONT)
            }
        }
    }

    private func kill(_ worker: borrowing ChildProcess) { worker.signal(SIGKILL) }

    private static func words(_ ending: ProcessEnding) -> String {
        switch ending {
        case .exited(let code): "exit code \(code)"
        case .signalled(let number, _): "killed by signal \(SignalName.of(number))"
        case .notStarted(let error): error.message
        case .lost: "nobody knows how"
        }
    }
}
