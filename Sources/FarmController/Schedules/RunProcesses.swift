import FarmProcess
import FarmTransport
import Foundation
import Glibc
import Synchronization

/// The processes of scheduled runs. Each has a thread here that starts it and waits for its end.
final class RunProcesses: Sendable {
    private let options: ScheduleOptions
    private let mailbox: Mailbox<ControllerCommand>
    /// Those that may be signalled: started, and not yet waited for.
    private let pids = Mutex<Set<Int32>>([])

    init(_ options: ScheduleOptions, _ mailbox: Mailbox<ControllerCommand>) {
        self.options = options
        self.mailbox = mailbox
    }

    /// Starts one; its end comes by the mailbox. It leads a session of its own, and goes on when this process
    /// dies.
    func start(_ name: String, at: Int64) {
        let thread = Thread { [self] in
            mailbox.push(.runEnded(name, at: at, why: runOnce(name, at)))
        }
        thread.name = "run"
        thread.stackSize = 256 << 10
        thread.start()
    }

    /// How it ended, in words.
    private func runOnce(_ name: String, _ at: Int64) -> String {
        mkdir(options.logDirectory, 0o700)
        var request = SpawnRequest(
            options.arguments + [name, String(at)], environment: .ofThisProcess(), input: .null,
            output: .file("\(options.logDirectory)/schedule-\(name).log", append: true),
            errors: .sameAsOutput)
        request.program = options.program
        let child: ChildProcess
        do throws(SpawnError) { child = try ChildProcess.start(request) } catch { return error.message }
        let pid = child.pid
        pids.withLock { _ = $0.insert(pid) }
        var event = pollfd(fd: child.pidDescriptor, events: Int16(POLLIN), revents: 0)
        while poll(&event, 1, -1) < 0 && errno == EINTR {}
        // Until it is waited for, its number cannot be another's.
        pids.withLock { _ = $0.remove(pid) }
        switch child.wait().ending {
        case .exited(let code): return "exit code \(code)"
        case .signalled(let signal, _): return "killed by signal \(signal)"
        case .notStarted(let error): return error.message
        case .lost: return "it is not known how it ended"
        }
    }

    /// Tells all of them to end: the runs go on when a controller is there again.
    func stop() { pids.withLock { for pid in $0 { kill(pid, SIGTERM) } } }
}
