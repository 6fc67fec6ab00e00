import FarmProcess
import FarmTemplate
import FarmTransport
import Glibc

/// Runs a command of `notify:`.
enum NotifyRun {
    /// So long it may take; then it is ended.
    static let limitSeconds = 60
    private static let graceMilliseconds: Int32 = 5_000

    /// Runs the line in `sh`, with the summary as JSON on standard input; its output is this process's.
    /// - Returns: what went wrong, in words; nil if nothing did.
    static func run(_ line: String, _ summary: JSONValue, _ surroundings: Surroundings) -> String? {
        let environment = surroundings.environment.map { "\($0.name)=\($0.value)" }
        var request = SpawnRequest(
            ["sh", "-c", line], environment: PreparedEnvironment(environment),
            directory: surroundings.directory, input: .bytes(summary.encoded() + [0x0A]), output: .inherit,
            errors: .inherit)
        request.program = "/bin/sh"
        let child: ChildProcess
        do throws(SpawnError) { child = try ChildProcess.start(request) } catch { return error.message }
        let isLate = !hasEnded(child.pidDescriptor, within: Int32(limitSeconds * 1_000))
        if isLate {
            child.signalGroup(SIGTERM)
            if !hasEnded(child.pidDescriptor, within: graceMilliseconds) { child.signalGroup(SIGKILL) }
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

    private static func hasEnded(_ descriptor: Int32, within milliseconds: Int32) -> Bool {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while true {
            let found = poll(&event, 1, milliseconds)
            if found >= 0 { return found > 0 }
            if errno != EINTR { return true }
        }
    }
}
