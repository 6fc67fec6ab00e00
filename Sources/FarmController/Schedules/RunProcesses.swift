import FarmProcess
import FarmTransport
import Foundation
import Glibc
import Synchronization

/// The processes of scheduled runs. Each has a thread here that starts it and waits for its end.
final class RunProcesses: Sendable {
    /// Which run a process is for.
    private struct Run: Hashable {
        var name: String
        var at: Int64
    }

    private struct State {
        /// Those that may be signalled: started, and not yet waited for; 0 until it is started.
        var pids: [Run: Int32] = [:]
        var isStopping = false
    }

    private let options: ScheduleOptions
    private let mailbox: Mailbox<ControllerCommand>
    private let state = Mutex(State())

    /// Tells the program that is started anew in this process which of its children are runs.
    private static let word = "TASKS_SCHEDULED_RUNS"
    /// A log that is longer when a process starts is moved aside; one process writes some 100 KB at most.
    private static let longestLogBytes: off_t = 1 << 20

    init(_ options: ScheduleOptions, _ mailbox: Mailbox<ControllerCommand>) {
        self.options = options
        self.mailbox = mailbox
        adopt()
    }

    /// Starts one, unless it is there already; its end comes by the mailbox. It leads a session of its own,
    /// and goes on when this process dies.
    func start(_ name: String, at: Int64) {
        let run = Run(name: name, at: at)
        let isNew = state.withLock { state in
            guard state.pids[run] == nil else { return false }
            state.pids[run] = 0
            return true
        }
        if isNew { watch(run) { [self] in runOnce(run) } }
    }

    private func watch(_ run: Run, _ body: @escaping @Sendable () -> String) {
        let thread = Thread { [self] in
            let why = body()
            state.withLock { _ = $0.pids.removeValue(forKey: run) }
            mailbox.push(.runEnded(run.name, at: run.at, why: why))
        }
        thread.name = "run"
        thread.stackSize = 256 << 10
        thread.start()
    }

    /// How it ended, in words.
    private func runOnce(_ run: Run) -> String {
        mkdir(options.logDirectory, 0o700)
        var request = SpawnRequest(
            options.arguments + [run.name, String(run.at)], environment: .ofThisProcess(), input: .null,
            output: .file(logPath(run.name), append: true), errors: .sameAsOutput)
        request.program = options.program
        let child: ChildProcess
        do throws(SpawnError) { child = try ChildProcess.start(request) } catch { return error.message }
        let pid = child.pid
        state.withLock { state in
            state.pids[run] = pid
            if state.isStopping { kill(pid, SIGTERM) }
        }
        var event = pollfd(fd: child.pidDescriptor, events: Int16(POLLIN), revents: 0)
        while poll(&event, 1, -1) < 0 && errno == EINTR {}
        // Until it is waited for, its number cannot be another's.
        state.withLock { $0.pids[run] = 0 }
        return Self.words(child.wait().ending)
    }

    private static func words(_ ending: ProcessEnding) -> String {
        switch ending {
        case .exited(let code): "exit code \(code)"
        case .signalled(let signal, _): "killed by signal \(signal)"
        case .notStarted(let error): error.message
        case .lost: "it is not known how it ended"
        }
    }

    /// Nobody writes to it now: runs of a schedule follow each other.
    private func logPath(_ name: String) -> String {
        let path = "\(options.logDirectory)/schedule-\(name).log"
        var status = stat()
        if stat(path, &status) == 0, status.st_size > Self.longestLogBytes { rename(path, "\(path).1") }
        return path
    }

    /// Tells all of them to end: the runs go on when a controller is there again.
    func stop() {
        state.withLock { state in
            state.isStopping = true
            for pid in state.pids.values where pid > 0 { kill(pid, SIGTERM) }
        }
    }

    // MARK: A program that follows in the same process

    /// They stay children of this process.
    func handOver() {
        let runs = state.withLock { $0.pids.filter { $0.value > 0 } }
        setenv(Self.word, runs.map { "\($0.value) \($0.key.at) \($0.key.name)" }.joined(separator: "\n"), 1)
    }

    private func adopt() {
        guard let words = getenv(Self.word).map({ String(cString: $0) }) else { return }
        unsetenv(Self.word)
        for line in words.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 2)
            guard parts.count == 3, let pid = Int32(parts[0]), pid > 0, let at = Int64(parts[1]) else {
                continue
            }
            let run = Run(name: String(parts[2]), at: at)
            state.withLock { $0.pids[run] = pid }
            watch(run) { [self] in
                var info = siginfo_t()
                while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
                state.withLock { $0.pids[run] = 0 }
                var status: Int32 = 0
                while waitpid(pid, &status, 0) < 0, errno == EINTR {}
                return "exit status \(status)"
            }
        }
    }
}
