import Foundation
import Testing

/// Farm-wide limits and engines on which everything fails, through the real binary.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct QuarantineTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private func stop() { _ = try? yard.tasks("cluster", "stop", "--now") }

    private func state(of engine: String) throws -> String {
        let engines = try yard.tasks("engine", "list", "-o", "json").objects()
        return engines.first { $0["name"] as? String == engine }?["state"] as? String ?? ""
    }

    @Test func `C28 an engine where everything fails at once is quarantined, tried, and returned`() throws {
        try yard.ok("cluster", "start", "-n", "1", "--slots", "1", "--hwm", "1", "--quarantine-after", "3")
        defer { stop() }
        // What is wrong with its host: here, a limit that stands for whatever is missing there.
        let binary = URL(fileURLWithPath: Farmyard.binary).path
        let hole = try yard.program(
            "sh", ["-c", "ulimit -t 77777; exec \(binary) engine start --name hole --slots 1"])
        try yard.eventually("the second engine is there") { try state(of: "hole") == "attached" }
        try yard.write(
            "picky.yaml",
            """
            tasks:
              picky:
                sweep: {range: {n: {from: 1, to: 300}}}
                run: 'test "$(ulimit -t)" = unlimited || test -e mended'
                retry: 8
            """)
        try yard.ok("submit", "picky.yaml")
        try yard.eventually("it is quarantined") { try state(of: "hole").contains("quarantined until") }
        #expect(try yard.ok("status").output.contains("1 engine quarantined"))
        let doctor = try yard.tasks("doctor")
        #expect(doctor.code == 1 && doctor.output.contains("hole") && doctor.output.contains("quarantined"))
        try yard.ok("wait", "1")
        #expect(try yard.results("1").values.allSatisfy { $0["state"] as? String == "succeeded" })
        try yard.write("mended", "")
        try yard.eventually("it has done a task well, and is back", seconds: 60) {
            try yard.ok("submit", "--wait", "--", "true")
            return try state(of: "hole") == "attached"
        }
        let log = try yard.ok("logs", "--controller").output
        #expect(log.contains("(hole) is quarantined for") && log.contains("(hole) is out of quarantine"))
        #expect(!hole.hasEnded)
    }

    @Test func `C28 a mistake in a job quarantines nobody`() throws {
        try yard.ok("cluster", "start", "-n", "2", "--slots", "1", "--quarantine-after", "3")
        defer { stop() }
        try yard.write(
            "typo.yaml", "tasks: {typo: {sweep: {range: {n: {from: 1, to: 50}}}, run: no-such-program}}")
        #expect(try yard.tasks("submit", "--wait", "typo.yaml").code == 1)
        #expect(try yard.ok("status").output.contains("busy\n"))
        #expect(try state(of: "engine-0") == "attached" && state(of: "engine-1") == "attached")
    }

    @Test func `limits are shown, and kept when the controller is started again`() throws {
        try yard.ok(
            "cluster", "start", "--limit", "license=4", "--limit", "tape=1", "--quarantine-after", "0")
        defer { stop() }
        for _ in 0..<2 {
            #expect(try yard.ok("status").output.contains("limits:  0 of 4 license, 0 of 1 tape in use"))
            let row = try yard.tasks("status", "-o", "json").objects().first
            let limits = row?["limits"] as? [String: [String: Int]]
            #expect(limits == ["license": ["used": 0, "of": 4], "tape": ["used": 0, "of": 1]])
            try yard.killController()
            try yard.awaitController()
        }
        #expect(try yard.ok("cluster", "status").output.contains("0 of 4 license"))
        #expect(try yard.tasks("doctor").output.contains("0 of 4 license"))
    }

    @Test func `limits that cannot be are refused`() throws {
        for (limit, word) in [
            ("license", "expected a name and a number"), ("license=", "expected"), ("=4", "expected"),
            ("license=0", "from 1 to 10^12"), ("license=many", "expected"), ("a b=1", "expected"),
            ("cpus=4", "'cpus' is what each engine has"),
        ] {
            for command in [["cluster", "start"], ["run"], ["controller"]] {
                let refused = try yard.start(
                    command + ["--limit", limit] + (command == ["run"] ? ["--", "true"] : [])
                )
                .wait()
                #expect(refused.code == 2 && refused.errors.contains(word), "\(limit): \(refused.errors)")
            }
        }
        let twice = try yard.tasks("cluster", "start", "--limit", "a=1", "--limit", "a=2")
        #expect(twice.code == 2 && twice.errors.contains("limited twice"))
        #expect(
            try yard.tasks("run", "--limit", "license=2", "--quarantine-after", "0", "--", "true").code == 0)
    }
}
