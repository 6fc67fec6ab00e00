import FarmProcess
import FarmTemplate
import FarmTransport
import Glibc

/// Runs a command of `notify:`.
enum NotifyRun {
    /// So long it may take; then it is ended.
    static let limitSeconds = 60
    private static let graceMilliseconds: Int64 = 5_000
    /// Of what it writes so much stands in the log.
    private static let keptBytes = 64 << 10

    /// Runs the line in `sh`, with the summary as JSON on standard input; the beginning of its output becomes
    /// this process's.
    /// - Returns: what went wrong, in words; nil if nothing did.
    static func run(_ line: String, _ summary: JSONValue, _ surroundings: Surroundings) -> String? {
        let environment = surroundings.environment.map { "\($0.name)=\($0.value)" }
        var request = SpawnRequest(
            ["sh", "-c", line], environment: PreparedEnvironment(environment),
            directory: surroundings.directory, input: .bytes(summary.encoded() + [0x0A]), output: .capture,
            errors: .sameAsOutput)
        request.program = "/bin/sh"
        let child: ChildProcess
        do throws(SpawnError) { child = try ChildProcess.start(request) } catch { return error.message }
        var output = Output(descriptor: child.outputDescriptor, room: keptBytes)
        let isLate = !output.follow(child.pidDescriptor, milliseconds: Int64(limitSeconds) * 1_000)
        if isLate {
            child.signalGroup(SIGTERM)
            if !output.follow(child.pidDescriptor, milliseconds: graceMilliseconds) {
                child.signalGroup(SIGKILL)
            }
        }
        let ending = child.wait().ending
        if isLate { return "it took longer than \(limitSeconds) s and was ended" }
        switch ending {
        case .exited(0): return nil
        case .exited(let code): return "exit code \(code)"
        case .signalled(let signal, _): return "killed by signal \(signal)"
        case .notStarted(let error): return error.message
        case .lost: return "it is not known how it ended"
        }
    }

    /// What it writes is read to the end, so that it never waits, and kept as far as there is room.
    private struct Output {
        let descriptor: Int32
        var room: Int
        private var isOpen = true

        init(descriptor: Int32, room: Int) {
            self.descriptor = descriptor
            self.room = room
        }

        /// Until the process has ended.
        /// - Returns: false if it has not within this time.
        mutating func follow(_ process: Int32, milliseconds: Int64) -> Bool {
            let end = ContinuousClock.now + .milliseconds(milliseconds)
            while true {
                var events = [pollfd(fd: process, events: Int16(POLLIN), revents: 0)]
                if isOpen { events.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)) }
                let left = end - .now
                guard left > .zero else { return false }
                let found = poll(
                    &events, nfds_t(events.count), Int32(left / .milliseconds(1)) + 1)
                if found < 0, errno != EINTR { return true }
                guard found > 0 else { continue }
                take()
                if events[0].revents != 0 { return true }
            }
        }

        /// What is there now, a pipe's worth at most: what it has left behind may write for ever.
        private mutating func take() {
            guard isOpen else { return }
            var bytes = [UInt8](repeating: 0, count: 64 << 10)
            let count = read(descriptor, &bytes, bytes.count)
            guard count > 0 else {
                if count == 0 || errno != EAGAIN && errno != EINTR { isOpen = false }
                return
            }
            guard room > 0 else { return }
            let kept = min(room, count)
            room -= kept
            _ = write(STDOUT_FILENO, bytes, kept)
            guard room == 0 else { return }
            let end = Array("\n… the rest of it is left out\n".utf8)
            _ = write(STDOUT_FILENO, end, end.count)
        }
    }
}
