import FarmProcess
import TaskFarm

/// The `tasks` program of another host, called over ssh: the command line, and what its end means.
public enum FarCommand {
    /// Begins the lines that answer questions.
    public static let checkMark = "tasks-check"

    /// - Parameters: as those of ``FarTunnel``.
    /// - Returns: the command line, and what the program there is called in messages.
    static func arguments(
        to host: String, ssh: [String], program: String, here: String, farEnd: [String]
    ) -> (arguments: [String], program: String) {
        let words = farEnd.map(\.shellQuoted).joined(separator: " ")
        let line =
            program.isEmpty
            ? "if command -v tasks >/dev/null 2>&1; then exec tasks \(words); else exec \(here.shellQuoted) \(words); fi"
            : "exec \(program.shellQuoted) \(words)"
        return (
            ssh + LauncherSettings.sshOptions + ["--", host, line],
            program.isEmpty ? "tasks in its PATH, or \(here)" : program
        )
    }

    static func trouble(
        _ ending: ProcessEnding, _ lines: [String], _ host: String, _ program: String
    ) -> LaunchError {
        // The far side has words of its own for what is wrong with the farm there.
        let own = lines.last { $0.hasPrefix("tasks: ") }
        if case .exited(let code) = ending, (1...4).contains(code), let own {
            return LaunchError(
                code == 3 ? .notRegistered : .refused, "\(host): \(own.dropFirst("tasks: ".count))")
        }
        if case .exited(255) = ending {
            let trouble = HostTrouble(ending, lines: lines, host: host, program: program, wasReady: false)
            return LaunchError(.unreachable, "\(host): \(trouble.words)")
        }
        if case .exited(let code) = ending, code == 126 || code == 127 {
            return LaunchError(
                .unreachable,
                "\(host): there is no program \(program) there that can be run; install the same version of `tasks`, or say"
                    + " where it is with $TASKS_VIA_PROGRAM")
        }
        let said = lines.last.map { ": \($0)" } ?? ""
        return LaunchError(
            .unreachable,
            "\(host): its program \(program) does not answer as `tasks` of this version does\(said)")
    }
}
