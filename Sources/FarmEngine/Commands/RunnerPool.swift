import FarmProcess
import FarmTransport
import Synchronization

/// The process runners of a worker, a thread each: starting a program keeps one busy for a quarter of a
/// millisecond, so a single one would leave processors idle under small commands.
///
/// What follows an attempt on the runner's own thread is started there, without a change of threads, unless
/// another runner has less to do.
final class RunnerPool: Sendable {
    /// More would wait for each other in the kernel.
    private static let most = 4

    private let runners = Mutex<[ProcessRunner]>([])
    /// Attempts of each runner.
    private let loads = Mutex<[Int]>([])

    /// Starts the threads; the executor is held weakly.
    /// - Throws: `SpawnError` when there is no thread or descriptor left.
    func start(slots: Int, mark: EngineMark, for executor: CommandExecutor) throws(SpawnError) {
        let count = max(1, min(slots, HostInfo.cpus.count, Self.most))
        for number in 0..<count {
            let made = try ProcessRunner(
                name: "processes \(number)", mark: mark, onOutput: { [weak executor] in executor?.wrote($0) },
                onExit: { [weak self, weak executor] exits in
                    self?.loads.withLock { $0[number] -= exits.count }
                    executor?.ended(exits)
                })
            loads.withLock { $0.append(0) }
            runners.withLock { $0.append(made) }
        }
    }

    /// Starts a process on the runner that suits best.
    /// - Returns: its number, for `terminate`.
    func start(_ request: SpawnRequest, _ token: AttemptToken) -> Int {
        let runners = runners.withLock { $0 }
        let here = runners.firstIndex { $0.isOnThread }
        let number = loads.withLock { loads in
            var best = here ?? 0
            for index in loads.indices where loads[index] < loads[best] { best = index }
            loads[best] += 1
            return best
        }
        runners[number].start(request, token: token.raw)
        return number
    }

    /// Asks an attempt's processes to end, and kills them after the grace.
    func terminate(_ token: AttemptToken, _ graceNanoseconds: Int64, on number: Int) {
        runners.withLock { $0[number] }.terminate(
            token: token.raw, graceSeconds: Double(graceNanoseconds) / 1e9)
    }

    /// Interrupts an attempt's processes.
    func interrupt(_ token: AttemptToken, on number: Int) {
        runners.withLock { $0[number] }.signal(Signals.interrupt, token: token.raw)
    }

    /// Kills all that runs; the ends are told before this returns.
    func stop() { for runner in runners.withLock({ $0 }) { runner.stop() } }
}
