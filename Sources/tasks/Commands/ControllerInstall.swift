import ArgumentParser
import FarmCredentials
import FarmTransport
import Foundation
import Glibc

/// `tasks controller install`.
struct ControllerInstall: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Have the controller started with the machine, and again should it die.",
        discussion: """
            Writes a unit for your own systemd and says how to start it. Where there is no systemd, prints \
            the line for your crontab.
            """)

    /// What starts it.
    enum Way: String, ExpressibleByArgument, CaseIterable { case systemd, cron }

    @Option(name: .customLong("as"), help: "systemd or cron. Default: what this machine has.")
    var way: Way?
    @OptionGroup var options: ControllerFlags

    func run() throws {
        let directory = options.directory
        try directory.make()
        let hasSystemd = access("/run/systemd/system", F_OK) == 0
        let log = ["--log", directory.controllerLog]
        let command = [OwnProgram.file, "controller", "run"] + options.arguments
        switch way ?? (hasSystemd ? .systemd : .cron) {
        case .systemd: try writeUnit(command, directory)
        case .cron:
            // A percent sign ends the command in a crontab.
            let words = (command + log).map { $0.shellWord.replacingOccurrences(of: "%", with: "\\%") }
            Terminal.write("@reboot \(words.joined(separator: " "))\n")
            Terminal.say("put this line into your crontab: `crontab -e`")
        }
    }

    private func writeUnit(_ command: [String], _ directory: ProfileDirectory) throws {
        let name = Self.unitName(directory)
        let home = ProcessInfo.processInfo.environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
        let folder = "\(home ?? NSHomeDirectory() + "/.config")/systemd/user"
        let path = "\(folder)/\(name)"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(Self.unit(command, directory).utf8).write(to: URL(fileURLWithPath: path))
        } catch {
            throw CommandFailure(.refused, "cannot write \(path): \(error.localizedDescription)")
        }
        Terminal.write(
            """
            wrote:  \(path)
            next:   systemctl --user daemon-reload
                    systemctl --user enable --now \(name)
                    loginctl enable-linger              so that it runs while you are not logged in
                    systemctl --user reload \(name)    after an upgrade: engines keep running

            """)
    }

    private static func unitName(_ directory: ProfileDirectory) -> String {
        let last = directory.path.split(separator: "/").last.map(String.init) ?? "default"
        let plain = last.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" }
        return "tasks-controller-\(String(plain)).service"
    }

    private static func unit(_ command: [String], _ directory: ProfileDirectory) -> String {
        """
        [Unit]
        Description=Task farm controller of \(escaped(directory.path))
        StartLimitIntervalSec=0

        [Service]
        ExecStart=\(command.map { quoted($0) }.joined(separator: " "))
        ExecReload=/bin/kill -HUP $MAINPID
        Restart=on-failure
        RestartSec=2
        # Engines finish what they run; what they have not finished goes on after the next start.
        TimeoutStopSec=60

        [Install]
        WantedBy=default.target

        """
    }

    private static func escaped(_ text: String) -> String { text.replacingOccurrences(of: "%", with: "%%") }

    private static func quoted(_ word: String) -> String {
        var text = escaped(word).replacingOccurrences(of: "$", with: "$$")
        for mark in ["\\", "\""] { text = text.replacingOccurrences(of: mark, with: "\\\(mark)") }
        return "\"\(text)\""
    }
}
