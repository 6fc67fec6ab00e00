import Foundation
import Glibc
import Testing

/// Engines that come as there is work, and leave when there is none.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct AutoscaleTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    @Test func `engines of this machine come for work and leave when there is none`() throws {
        let start = try yard.ok(
            "cluster", "autoscale", "--max", "3", "--slots", "1", "--idle", "1s", "--backlog", "1s")
        #expect(start.output.contains("0 to 3 engines by need"), "\(start.output)")
        try yard.eventually("it is told") {
            try yard.tasks("cluster", "status").output.contains("by need: local may start 3 engines more")
        }
        let job = try yard.start(
            ["submit", "--wait", "--each-line", "--", "sleep", "2"], input: "1\n2\n3\n4\n5\n6\n")
        try yard.eventually("all three come") { try yard.attachedEngines().count == 3 }
        #expect(try yard.attachedEngines() == ["engine-0", "engine-1", "engine-2"])
        #expect(try job.wait(seconds: 120).code == 0)
        try yard.eventually("all leave") { try yard.attachedEngines().isEmpty && yard.nannies.isEmpty }
        try yard.eventually("and may come again") {
            try yard.tasks("cluster", "status").output.contains("by need: local may start 3 engines more")
        }
        // And come again, under the same names.
        try yard.ok("submit", "--wait", "--", "true")
        #expect(
            try yard.tasks("engine", "list", "-o", "json").objects().first?["name"] as? String ?? "engine-0"
                == "engine-0")
        try yard.ok("cluster", "stop")
        #expect(yard.processes("tasks").isEmpty)
    }

    @Test func `what an idle engine is given while it is told to leave is run to its end`() throws {
        try yard.ok("cluster", "autoscale", "--max", "1", "--slots", "1", "--idle", "300ms")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        // Tasks come at about the pace at which idle engines leave.
        for _ in 0..<6 {
            try yard.ok("submit", "--wait", "--", "sleep", "0.3")
        }
        let rows = try yard.tasks("list", "-o", "json").objects()
        #expect(rows.count == 6)
        for row in rows {
            let attempts = try yard.tasks("results", "-o", "json", "\(row["job"] ?? row["id"] ?? 0)")
                .objects()
            #expect(attempts.first?["attempts"] as? Int ?? 1 == 1, "none was stopped and given back")
        }
    }

    @Test func `the least are kept, also when the controller is started again`() throws {
        try yard.ok("cluster", "autoscale", "--min", "1", "--max", "2", "--slots", "1", "--idle", "1s")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        try yard.eventually("it is there") { try yard.attachedEngines() == ["engine-0"] }
        try yard.killController()
        try yard.awaitController()
        try yard.ok("submit", "--wait", "--", "true")
        #expect(try yard.attachedEngines() == ["engine-0"])
    }

    @Test func `nobody is started while the cluster stops, though work waits`() throws {
        try yard.ok("cluster", "autoscale", "--max", "3", "--slots", "1", "--backlog", "1h")
        // The first takes so long that the launcher looks several times while the others wait.
        try yard.write("work.sh", "echo x >> begun; sleep 4")
        let job = try yard.start(["submit", "--each-line", "--", "sh", "work.sh", "{}"], input: "a\nb\nc\n")
        #expect(try job.wait().code == 0)
        try yard.eventually("the first runs") { yard.lines("begun") == 1 }
        try yard.ok("cluster", "stop")
        #expect(yard.lines("begun") == 1)
        let log = try String(contentsOfFile: "\(yard.home)/farm/default/log/launcher.log", encoding: .utf8)
        #expect(log.components(separatedBy: " started with pid ").count == 2, "\(log)")
    }

    @Test func `what cannot be started is said by status and why, and is tried again`() throws {
        try FileManager.default.createDirectory(
            atPath: "\(yard.home)/farm/default", withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try #"bad: {kind: command, run: "test -e \#(yard.directory)/mended || exit 7; {engine}"}"#.write(
            toFile: "\(yard.home)/farm/default/launchers.yaml", atomically: true, encoding: .utf8)
        try yard.ok("cluster", "autoscale", "--launcher", "bad", "--max", "2", "--slots", "1")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        let job = try yard.start(["submit", "--wait", "--", "true"])
        try yard.eventually("it is said") {
            let status = try yard.tasks("cluster", "status").output
            return status.contains("trouble: bad: bad-0: exit code 7; see ")
        }
        #expect(
            try yard.tasks("why", "1.0").output.contains(
                "no engine is here; the launcher bad: bad-0: exit code 7; see "))
        try yard.write("mended", "")
        #expect(try job.wait(seconds: 120).code == 0)
        try yard.eventually("the trouble is over") {
            try !yard.tasks("cluster", "status").output.contains("trouble:")
        }
    }

    @Test(arguments: [
        (["--max", "0"], "--max 0: expected a number"), (["--max", "4", "--min", "5"], "--min 5"),
        (["--max", "4", "--idle", "soon"], "--idle soon: expected a time"),
        (["--max", "4", "-n", "2"], "engines of this machine come one by one"),
        (["--max", "4", "--launcher", "slurm", "--nodes", "8"], "8 engines are started at a time"),
        (["--max", "4", "--host", "node1"], "are all started at once"),
        (["--min", "1"], "--max"),
    ])
    func `limits that cannot be are refused`(_ arguments: [String], _ words: String) throws {
        let ended = try yard.start(["cluster", "autoscale"] + arguments).wait()
        #expect(ended.code == 2 && ended.errors.contains(words), "\(ended.errors)")
        #expect(yard.processes("tasks").isEmpty)
    }
}
