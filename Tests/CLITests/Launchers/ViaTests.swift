import Foundation
import Glibc
import Testing

/// Commands about a farm on another host, through ssh: here the same machine, with another profile's home.
@Suite(
    .serialized, .timeLimit(.minutes(5)),
    .enabled(if: SSHServer.isInstalled, Comment(rawValue: SSHServer.missing)))
struct ViaTests {
    let yard: Farmyard
    let server: SSHServer
    /// Where the farm is: `tasks` there has a home of its own.
    let there: String

    init() throws {
        yard = try Farmyard()
        server = try SSHServer(yard)
        there = yard.home + "/there"
        try FileManager.default.createDirectory(
            atPath: there, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try yard.write(
            "tasks-there",
            """
            #!/bin/sh
            export FARM_MARK=\(yard.mark) XDG_RUNTIME_DIR=\(server.directory)/run TASKS_HOME=\(there)
            exec '\(URL(fileURLWithPath: Farmyard.binary).path)' "$@"

            """, mode: 0o755)
    }

    private var environment: [String: String] {
        [
            "TASKS_SSH": (["ssh"] + server.options()).joined(separator: " "),
            "TASKS_VIA_PROGRAM": "\(yard.directory)/tasks-there",
        ]
    }

    private func via(_ arguments: String..., more: [String: String] = [:]) throws -> Ended {
        try yard.start(
            arguments, environment: environment.merging(more) { $1 }
        ).wait(seconds: 90)
    }

    @discardableResult
    private func here(_ arguments: String...) throws -> Ended {
        try Running(
            "\(yard.directory)/tasks-there", arguments, input: "", directory: yard.directory,
            environment: yard.environment([:]), scratch: yard.home
        ).wait(seconds: 90)
    }

    @Test
    func `a farm that serves its own machine only takes work by ssh, and secrets are on no command line`()
        throws
    {
        #expect(try here("cluster", "start", "-n", "2", "--slots", "1").code == 0)
        defer { _ = try? here("cluster", "stop", "--now") }
        let run = try via("submit", "--via", "127.0.0.1", "--wait", "--", "sh", "-c", "echo from there")
        #expect(run.code == 0, "\(run.errors)")
        let job = try yard.start(
            ["submit", "--via", "127.0.0.1", "--wait", "--", "sh", "-c", yard.hold("held")],
            environment: environment)
        try yard.awaitStart("held")
        let file = try String(contentsOfFile: "\(there)/default/security/task-client.json", encoding: .utf8)
        let secret = try #require(file.split(separator: "\"").first { $0.utf8.count == 40 })
        for pid in yard.processes() {
            for name in ["cmdline", "environ"] {
                let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/\(name)") ?? Data()
                #expect(!String(decoding: bytes, as: UTF8.self).contains(secret))
            }
        }
        #expect(try via("status", "--via", "127.0.0.1").output.contains("engines: 2 with 2 slots"))
        #expect(try via("logs", "--via", "127.0.0.1", "1.0").output == "from there\n")
        #expect(try via("why", "--via", "127.0.0.1", "2.0").output.contains("attempt 1 is at engine"))
        try yard.write("go", "")
        #expect(try job.wait().code == 0)
        // Lanes and the like need another role of that profile.
        let multi = try via("multi", "exec", "--via", "127.0.0.1", "print(6 * 7)")
        #expect(multi.code == 0 && multi.output.contains("42"), "\(multi.errors)")
        let admin = try via("engine", "stop", "--via", "127.0.0.1", "0")
        #expect(admin.code == 0, "\(admin.errors)")
        try yard.eventually("nothing of ssh is left") { yard.processes("far-end").isEmpty }
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(yard.home)/run/tasks")
        #expect(!left.contains { $0.hasPrefix("via-") }, "\(left)")
    }

    @Test func `a controller that is started again, and an ssh that is cut, are got over`() throws {
        #expect(try here("cluster", "start", "--slots", "1").code == 0)
        defer { _ = try? here("cluster", "stop", "--now") }
        let job = try yard.start(
            ["submit", "--via", "127.0.0.1", "--wait", "--", "sh", "-c", yard.hold("held")],
            environment: environment)
        try yard.awaitStart("held")
        try yard.killController()
        try yard.eventually("the controller is back") { try here("status").code == 0 }
        for pid in yard.processes("ssh", "far-end") where yard.isSSH(pid) { kill(pid, SIGKILL) }
        try yard.write("go", "")
        #expect(try job.wait().code == 0)
        #expect(yard.lines("held.starts") == 1)
    }

    @Test func `large results come through in both directions`() throws {
        #expect(try here("cluster", "start", "--slots", "2").code == 0)
        defer { _ = try? here("cluster", "stop", "--now") }
        let lines = (0..<1_000).map { "\($0) \(String(repeating: "x", count: 8_000))" }.joined(
            separator: "\n")
        let job = try yard.start(
            ["submit", "--via", "127.0.0.1", "--wait", "--each-line", "--", "echo", "{}"],
            input: lines + "\n",
            environment: environment)
        #expect(try job.wait(seconds: 120).code == 0)
        // What each has written comes back with its outcome.
        let results = try via("results", "--via", "127.0.0.1", "last", "-o", "jsonl")
        #expect(results.output.split(separator: "\n").count == 1_000)
    }

    @Test func `a farm there that listens by tcp alone is reached through its encryption`() throws {
        #expect(try here("cluster", "start", "--slots", "1", "--listen", "127.0.0.1").code == 0)
        defer { _ = try? here("cluster", "stop", "--now") }
        // As from a login node, where the controller's own socket is not.
        let file = try String(contentsOfFile: "\(there)/default/security/task-client.json", encoding: .utf8)
            .replacingOccurrences(of: "\\/", with: "/")
        let socket = try #require(
            file.components(separatedBy: "\"ipc://").dropFirst().first?.prefix { $0 != "\"" })
        unlink(String(socket))
        let run = try via("submit", "--via", "127.0.0.1", "--wait", "--", "true")
        #expect(run.code == 0, "\(run.errors)")
    }

    @Test(arguments: [
        ("no farm", "127.0.0.1: no farm here: there is no capability file at ", 3),
        ("no controller", "127.0.0.1: no controller at ipc://", 3),
        ("wrong key", "127.0.0.1: it lets nobody in", 2),
        ("no program", "127.0.0.1: there is no program /nowhere/tasks there that can be run", 2),
        (
            "other program",
            "127.0.0.1: its program /bin/echo does not answer as `tasks` of this version does", 2
        ),
        ("no host", "no-such-host.invalid: there is no host of that name", 2),
        ("no ssh", "cannot start /nowhere/ssh", 2),
    ])
    func `what keeps a command from getting there is said`(_ what: String, _ words: String, _ code: Int32)
        throws
    {
        var more: [String: String] = [:]
        var host = "127.0.0.1"
        switch what {
        case "no controller":
            #expect(try here("cluster", "start", "--slots", "1").code == 0)
            #expect(try here("cluster", "stop", "--now").code == 0)
        case "wrong key":
            more["TASKS_SSH"] = (["ssh"] + server.options(key: "stranger")).joined(separator: " ")
        case "no program": more["TASKS_VIA_PROGRAM"] = "/nowhere/tasks"
        case "other program": more["TASKS_VIA_PROGRAM"] = "/bin/echo"
        case "no host": host = "no-such-host.invalid"
        case "no ssh": more["TASKS_SSH"] = "/nowhere/ssh"
        default: break
        }
        let ended = try via("status", "--via", host, more: more)
        #expect(ended.code == code && ended.errors.contains(words), "\(ended.code): \(ended.errors)")
    }

    @Test func `what only the host itself can tell is refused, with what to do`() throws {
        for command in [["cluster", "status"], ["cluster", "stop"], ["logs", "--controller"], ["doctor"]] {
            let ended = try yard.start(command + ["--via", "ada@lab"], environment: environment).wait()
            #expect(ended.code == 2 && ended.errors.contains("ssh ada@lab tasks"), "\(ended.errors)")
        }
        let both = try via("status", "--via", "lab", "--capability", "x.json")
        #expect(both.code == 2 && both.errors.contains("leave one of them out"), "\(both.errors)")
    }

    @Test func `doctor looks from another host`() throws {
        // The farm is here, this time.
        try yard.ok("cluster", "start", "--slots", "1", "--listen", "127.0.0.1")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        let good = try via("doctor", "--from", "127.0.0.1", "-o", "json")
        #expect(good.code == 0, "\(good.errors)\(good.output)")
        let rows = try good.objects()
        let found = { (check: String) in
            rows.filter { $0["check"] as? String == check }.compactMap { $0["found"] as? String }
        }
        #expect(found("tasks there").first?.hasPrefix("tasks ") == true, "\(rows)")
        #expect(found("clock").first?.contains(" ours, give or take ") == true, "\(rows)")
        #expect(found("for engines").first?.contains("tcp://127.0.0.1:") == true, "\(rows)")
        #expect(found("for clients").count == 1)
        try yard.ok("cluster", "stop", "--now")
        let down = try via("doctor", "--from", "127.0.0.1")
        #expect(down.code == 1 && down.output.contains("Connection refused"), "\(down.output)")
        let lost = try via("doctor", "--from", "127.0.0.1", more: ["TASKS_VIA_PROGRAM": "/nowhere/tasks"])
        #expect(lost.code == 1 && lost.output.contains("/nowhere/tasks"), "\(lost.output)")
    }
}
