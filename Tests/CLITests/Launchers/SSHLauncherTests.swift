import Foundation
import Glibc
import Testing

@Suite(
    .serialized, .timeLimit(.minutes(5)),
    .enabled(if: SSHServer.isInstalled, Comment(rawValue: SSHServer.missing)))
struct SSHLauncherTests {
    let yard: Farmyard
    let server: SSHServer

    init() throws {
        yard = try Farmyard()
        server = try SSHServer(yard)
        try server.writeLauncher()
    }

    @Test func `a run over ssh does the compression sweep to its end, and leaves nothing`() throws {
        let file = try yard.copyCompressionSweep()
        let run = try yard.tasks("run", file, "--launcher", "lab", "-n", "2", "--slots", "2", seconds: 240)
        #expect(run.code == 0, "\(run.errors)")
        #expect(run.errors.contains("66 succeeded"), "\(run.errors)")
        #expect(yard.hasCompressionTable)
        try yard.eventually("nothing is left") { yard.processes("engine").isEmpty }
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(server.directory)/run/tasks")
        #expect(!left.contains { $0.hasPrefix("host-") }, "the capability file is taken away")
    }

    @Test
    func `the engines of a cluster over ssh are the host's, and what lets them in is on no command line`()
        throws
    {
        try yard.ok(
            "cluster", "start", "--launcher", "lab", "-n", "2", "--slots", "3", "--listen", "127.0.0.1")
        #expect(try yard.attachedEngines() == ["127.0.0.1-0", "127.0.0.1-1"])
        #expect(try yard.units()["127.0.0.1"]?.state == "running")
        try yard.ok("submit", "--wait", "--", "true")
        let capability = try String(
            contentsOfFile: "\(yard.home)/farm/default/security/engine.json", encoding: .utf8)
        let secret = try #require(capability.split(separator: "\"").first { $0.utf8.count == 40 })
        for pid in yard.processes() {
            for file in ["cmdline", "environ"] {
                let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/\(file)") ?? Data()
                #expect(!String(decoding: bytes, as: UTF8.self).contains(secret))
            }
        }
        let there = "\(server.directory)/run/tasks"
        let host = try #require(
            try FileManager.default.contentsOfDirectory(atPath: there).first { $0.hasPrefix("host-") })
        var status = stat()
        #expect(stat("\(there)/\(host)/engine.json", &status) == 0 && status.st_mode & 0o777 == 0o600)
        try yard.ok("logs", "--engine", "127.0.0.1-0")
        try yard.ok("cluster", "stop")
        try yard.eventually("nothing is left") { yard.processes("engine").isEmpty }
        #expect(access("\(there)/\(host)", F_OK) != 0)
    }

    @Test func `engines whose connection was cut leave, and others come over a new one`() throws {
        try yard.ok("cluster", "start", "--launcher", "lab", "--slots", "1", "--listen", "127.0.0.1")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        let first = try #require(yard.processes("engine host").first)
        for pid in yard.processes("ssh", "engine host") { kill(pid, SIGKILL) }
        try yard.eventually("the old ones are gone, and others are there") {
            let hosts = yard.processes("engine host", "--over-ssh").filter { !yard.isSSH($0) }
            return !hosts.contains(first) && hosts.count == 1
        }
        try yard.eventually("an engine is attached") { try yard.attachedEngines() == ["127.0.0.1"] }
        try yard.ok("submit", "--wait", "--", "true")
    }

    @Test func `an engine there that is killed is started again there`() throws {
        try yard.ok("cluster", "start", "--launcher", "lab", "--slots", "1", "--listen", "127.0.0.1")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        let nanny = try #require(yard.processes("engine start", "--capability").first)
        kill(nanny, SIGKILL)
        try yard.eventually("another one is there") {
            yard.processes("engine start", "--capability").contains { $0 != nanny }
        }
        try yard.ok("submit", "--wait", "--", "true")
        #expect(try yard.units()["127.0.0.1"]?.state == "running")
    }

    @Test func `a host that cannot be reached is named and tried again, and the others go on`() throws {
        // A port at which nobody is.
        let closed = try FreePort.find()
        try server.writeLauncher(
            hosts: "[127.0.0.1, {host: gone}]",
            more: "")
        let config = "\(server.directory)/client"
        try """
        Host gone
          HostName 127.0.0.1
          Port \(closed)
        Host 127.0.0.1
          Port \(server.port)

        """.write(toFile: config, atomically: true, encoding: .utf8)
        let launchers = "\(yard.home)/farm/default/launchers.yaml"
        let text = try String(contentsOfFile: launchers, encoding: .utf8)
            .replacingOccurrences(
                of: "\"-F\", \"none\", \"-p\", \"\(server.port)\"", with: "\"-F\", \"\(config)\"")
        try text.write(toFile: launchers, atomically: true, encoding: .utf8)
        let start = try yard.tasks(
            "cluster", "start", "--launcher", "lab", "--slots", "1", "--listen", "127.0.0.1")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        #expect(start.code == 0, "\(start.errors)")
        #expect(start.errors.contains("gone: it cannot be reached: "), "\(start.errors)")
        #expect(start.errors.contains("Connection refused; it is tried again"), "\(start.errors)")
        #expect(start.output.contains("1 engine with 1 slot"))
        #expect(try yard.units()["gone"]?.state == "failing")
        #expect(try yard.tasks("cluster", "status").output.contains("failing: gone: it cannot be reached"))
        try yard.ok("submit", "--wait", "--", "true")
    }

    @Test(arguments: [
        ("wrong key", "it lets nobody in"), ("unknown host key", "its host key is not known"),
        ("no program", "there is no program /nowhere/tasks there"),
        ("bad option", "ssh takes its options for wrong"),
        ("no such host", "there is no host of that name"),
    ])
    func `what makes ssh useless is said, and nothing is left`(_ what: String, _ words: String) throws {
        var options = server.options()
        var host = "127.0.0.1"
        var program = "\(yard.directory)/tasks-there"
        switch what {
        case "wrong key": options = server.options(key: "stranger")
        case "unknown host key": options = server.options(known: "nobody")
        case "no program": program = "/nowhere/tasks"
        case "bad option": options += ["-o", "Nonsense=yes"]
        default: host = "no-such-host.invalid"
        }
        let list = options.map { "\"\($0)\"" }.joined(separator: ", ")
        try "lab: {kind: ssh, hosts: [\(host)], program: \(program), options: [\(list)]}\n".write(
            toFile: "\(yard.home)/farm/default/launchers.yaml", atomically: true, encoding: .utf8)
        let start = try yard.tasks("cluster", "start", "--launcher", "lab", "--listen", "127.0.0.1")
        #expect(start.code == 2)
        #expect(start.errors.contains("\(host): \(words)"), "\(start.errors)")
        #expect(yard.processes("tasks").isEmpty)
        let run = try yard.tasks("run", "--launcher", "lab", "--", "true")
        #expect(run.code == 2 && run.errors.contains(words), "\(run.errors)")
        #expect(yard.processes("tasks").isEmpty)
    }
}

extension Farmyard {
    func isSSH(_ pid: Int32) -> Bool { isProgram(pid, "ssh") }

    /// Whether the process runs a program whose name begins so.
    func isProgram(_ pid: Int32, _ name: String) -> Bool {
        let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/comm") ?? Data()
        return String(decoding: bytes, as: UTF8.self).hasPrefix(name)
    }
}
