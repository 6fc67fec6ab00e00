import Foundation
import Glibc

/// Another host, as far as a network can tell: a network, a host name and a run-time directory of its own,
/// joined to this one by a cable that can be pulled, with an sshd.
final class OtherHost {
    /// Whether there can be one; else tests with it are skipped, saying so.
    static let isPossible: Bool = {
        guard getuid() == 0, SSHServer.isInstalled, access("/usr/sbin/ip", X_OK) == 0 else { return false }
        let name = "tasks-try-\(getpid())"
        guard run(["ip", "netns", "add", name]) else { return false }
        defer { _ = run(["ip", "netns", "del", name]) }
        return run(["ip", "link", "add", "tt\(getpid())", "netns", name, "type", "dummy"])
            || run([
                "ip", "link", "add", "tt\(getpid())", "netns", name, "type", "veth", "peer", "tu\(getpid())",
                "netns", name,
            ])
    }()
    static let missing =
        "needs root, network namespaces, `ip` and sshd: apt-get install iproute2 openssh-server (as root, `make test` does it)"

    let yard: Farmyard
    let server: SSHServer
    /// Its address, and ours, on the cable between.
    let address: String
    let ourAddress: String
    private let name: String
    private let cable: String
    private var sshd: Running?

    init(_ yard: Farmyard, _ server: SSHServer) throws {
        self.yard = yard
        self.server = server
        // A network of its own for each, so that two tests do not meet.
        let number = Int.random(in: 0..<16_384)
        (name, cable) = ("tasks-\(number)-\(getpid())", "tf\(number)")
        let net = "10.\(77 + number / 4_096).\(number / 16 % 256).\(number % 16 * 16)".split(separator: ".")
        let base = "\(net[0]).\(net[1]).\(net[2])."
        ourAddress = base + "\(Int(net[3])! + 1)"
        address = base + "\(Int(net[3])! + 2)"
        for line in [
            ["ip", "netns", "add", name],
            ["ip", "link", "add", cable, "type", "veth", "peer", "name", "far0", "netns", name],
            ["ip", "addr", "add", "\(ourAddress)/30", "dev", cable], ["ip", "link", "set", cable, "up"],
            ["ip", "-n", name, "addr", "add", "\(address)/30", "dev", "far0"],
            ["ip", "-n", name, "link", "set", "far0", "up"], ["ip", "-n", name, "link", "set", "lo", "up"],
        ] {
            guard Self.run(line) else { throw Farmyard.Trouble("\(line.joined(separator: " ")) failed") }
        }
        let directory = server.directory
        let config = try String(contentsOfFile: "\(directory)/config", encoding: .utf8)
            .replacingOccurrences(of: "ListenAddress 127.0.0.1", with: "ListenAddress \(address)")
        try config.write(toFile: "\(directory)/config-far", atomically: true, encoding: .utf8)
        let key = try String(contentsOfFile: "\(directory)/host.pub", encoding: .utf8)
        try "[\(address)]:\(server.port) \(key)".write(
            toFile: "\(directory)/known-far", atomically: true, encoding: .utf8)
        // Sockets of this host's directories are not to be seen there, as on another machine.
        let line =
            "hostname far && mount -t tmpfs -o mode=700 none '\(yard.home)/run' && mount -t tmpfs -o mode=700 none '\(directory)/run'"
            + " && exec /usr/sbin/sshd -D -e -f '\(directory)/config-far'"
        sshd = try yard.program(
            "ip", ["netns", "exec", name, "unshare", "--uts", "--mount", "/bin/sh", "-c", line])
        try yard.eventually("sshd answers there") {
            try yard.program("ssh", options + ["-o", "BatchMode=yes", address, "true"]).wait().code == 0
        }
    }

    deinit {
        sshd?.signal(SIGTERM)
        _ = Self.run(["ip", "link", "del", cable])
        _ = Self.run(["ip", "netns", "del", name])
    }

    /// What ssh needs to get there.
    var options: [String] { server.options(known: "known-far") }

    func pullCable() throws { try link("down") }
    func mendCable() throws { try link("up") }

    private func link(_ state: String) throws {
        guard Self.run(["ip", "link", "set", cable, state]) else {
            throw Farmyard.Trouble("the cable cannot be set \(state)")
        }
    }

    /// Writes `launchers.yaml` of the default profile with a launcher `far` that leads there.
    func writeLauncher() throws {
        let profile = "\(yard.home)/farm/default"
        try FileManager.default.createDirectory(
            atPath: profile, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let words = options.map { "\"\($0)\"" }.joined(separator: ", ")
        try """
        far:
          kind: ssh
          hosts: [\(address)]
          program: \(yard.directory)/tasks-there
          options: [\(words)]

        """.write(toFile: "\(profile)/launchers.yaml", atomically: true, encoding: .utf8)
    }

    private static func run(_ words: [String]) -> Bool {
        let running = try? Running(
            "/usr/bin/env", words, input: "", directory: "/",
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"], scratch: NSTemporaryDirectory())
        return (try? running?.wait(seconds: 20).code) == 0
    }
}
