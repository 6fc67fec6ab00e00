import Foundation
import Glibc

/// An sshd on this machine's loopback with a configuration, host key and user key of its own.
///
/// "There", `tasks` is a script that puts the farmyard's mark into the environment, which sshd makes anew, so
/// that what is left can be found; and a run-time directory of its own.
final class SSHServer {
    private static let program = "/usr/sbin/sshd"

    /// Whether tests with it can run; else they are skipped, saying so.
    static let isInstalled = [program, "/usr/bin/ssh", "/usr/bin/ssh-keygen"].allSatisfy { (path: String) in
        access(path, X_OK) == 0
    }
    static let missing =
        "needs sshd: apt-get install openssh-server openssh-client (as root, `make test` does it)"

    let yard: Farmyard
    let port: UInt16
    /// Where its files are.
    let directory: String
    private var server: Running

    init(_ yard: Farmyard) throws {
        self.yard = yard
        directory = yard.home + "/sshd"
        try FileManager.default.createDirectory(
            atPath: "\(directory)/run", withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        // Where a part of sshd is locked up; made by the service, which does not run here.
        if getuid() == 0 { mkdir("/run/sshd", 0o755) }
        for key in ["host", "user", "stranger"] {
            let made = try yard.program(
                "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "\(directory)/\(key)"])
            guard try made.wait().code == 0 else { throw Farmyard.Trouble("no key can be made") }
        }
        let publicKey = try String(contentsOfFile: "\(directory)/user.pub", encoding: .utf8)
        try publicKey.write(toFile: "\(directory)/authorized", atomically: true, encoding: .utf8)
        chmod("\(directory)/authorized", 0o600)
        port = try FreePort.find()
        let configuration = """
            Port \(port)
            ListenAddress 127.0.0.1
            HostKey \(directory)/host
            AuthorizedKeysFile \(directory)/authorized
            PidFile none
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            UsePAM no
            StrictModes no

            """
        try configuration.write(toFile: "\(directory)/config", atomically: true, encoding: .utf8)
        let hostKey = try String(contentsOfFile: "\(directory)/host.pub", encoding: .utf8)
        try "[127.0.0.1]:\(port) \(hostKey)".write(
            toFile: "\(directory)/known", atomically: true, encoding: .utf8)
        try "".write(toFile: "\(directory)/nobody", atomically: true, encoding: .utf8)
        try yard.write(
            "tasks-there",
            """
            #!/bin/sh
            export FARM_MARK=\(yard.mark) XDG_RUNTIME_DIR=\(directory)/run
            exec '\(URL(fileURLWithPath: Farmyard.binary).path)' "$@"

            """, mode: 0o755)
        server = try Self.start(yard, directory)
        try awaitAnswer()
    }

    deinit { server.signal(SIGTERM) }

    private static func start(_ yard: Farmyard, _ directory: String) throws -> Running {
        try yard.program(program, ["-D", "-e", "-f", "\(directory)/config"])
    }

    /// Ends it, with the connections that it has.
    func stop() throws {
        // Those that serve connections are its children, or sessions of their own.
        server.signal(SIGKILL)
        _ = try server.wait()
        for pid in yard.processes("sshd:") { kill(pid, SIGKILL) }
    }

    func startAgain() throws {
        server = try Self.start(yard, directory)
        try awaitAnswer()
    }

    private func awaitAnswer() throws {
        try yard.eventually("sshd answers") {
            try yard.program("ssh", options() + ["-o", "BatchMode=yes", "127.0.0.1", "true"]).wait().code == 0
        }
    }

    /// What ssh needs to get there.
    func options(key: String = "user", known: String = "known") -> [String] {
        [
            "-F", "none", "-p", String(port), "-i", "\(directory)/\(key)", "-o", "IdentitiesOnly=yes", "-o",
            "UserKnownHostsFile=\(directory)/\(known)", "-o", "GlobalKnownHostsFile=none",
        ]
    }

    /// Writes `launchers.yaml` of the default profile with a launcher `lab` that leads here.
    func writeLauncher(hosts: String = "[127.0.0.1]", more: String = "") throws {
        let profile = "\(yard.home)/farm/default"
        try FileManager.default.createDirectory(
            atPath: profile, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let words = options().map { "\"\($0)\"" }.joined(separator: ", ")
        try """
        lab:
          kind: ssh
          hosts: \(hosts)
          program: \(yard.directory)/tasks-there
          options: [\(words)]
        \(more)
        """.write(toFile: "\(profile)/launchers.yaml", atomically: true, encoding: .utf8)
    }
}
