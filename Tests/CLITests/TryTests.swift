import Foundation
import Testing

/// How often, when and until when tasks are tried, through the real binary.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct TryTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private func lines(_ file: String) -> [String] {
        (yard.read(file) ?? "").split(separator: "\n").map(String.init)
    }

    @Test func `C25 C27 C39 recoveries, selected exit codes, deadlines and start-within`() throws {
        try yard.write(
            "tries.yaml",
            """
            name: tries
            tasks:
              saved:
                run: "echo try >> saved; exit 3"
                retry: 1
                recovery:
                  - {run: "echo first >> saved; exit 4"}
                  - {run: "echo second ${{ name }} >> saved"}
              picky: {run: "echo x >> picky; exit 8", retry: {failure: 3, exit-codes: [7]}}
              again: {run: "echo x >> again; exit 7", retry: {failure: 3, exit-codes: [7]}}
              late: {run: "MARK=\(yard.mark) sleep 300", deadline: 2s}
              never: {run: "echo no >> never", start-within: 500ms, after: late}
              heir: {run: "echo heir >> heir", after: saved}
            engines: {slots: 8}
            """)
        let run = try yard.tasks("run", "-o", "json", "tries.yaml")
        #expect(run.code == 1, "\(run.errors)")
        let states = try Dictionary(
            run.objects().map { ($0["name"] as? String ?? "", $0["state"] as? String ?? "") }
        ) { first, _ in first }
        #expect(
            states == [
                "saved": "succeeded", "picky": "failed", "again": "failed", "late": "expired",
                "never": "expired", "heir": "succeeded",
            ])
        #expect(lines("saved") == ["try", "try", "first", "second saved"])
        #expect(lines("picky").count == 1 && lines("again").count == 4)
        #expect(yard.read("never") == nil && lines("heir") == ["heir"])
        #expect(run.errors.contains("it had not ended by its deadline"), "\(run.errors)")
        #expect(run.errors.contains("start-within"), "\(run.errors)")
        #expect(yard.processes() == [])
    }

    @Test func `C24 a delay holds over a restart of the controller, and why tells of it`() throws {
        try yard.ok("cluster", "start")
        try yard.ok(
            "submit", "--retry", "1", "--retry-delay", "4s", "--", "sh", "-c", "date +%s%N >> tries; exit 1")
        try yard.eventually("the first try is over") {
            try yard.tasks("why", "1.0").output.contains("waits for its next try")
        }
        try yard.killController()
        try yard.awaitController()
        #expect(try yard.tasks("wait", "1").code == 1)
        let times = lines("tries").compactMap { Int64($0) }
        #expect(times.count == 2)
        // The end of the first is behind its own line.
        #expect((times.last ?? 0) - (times.first ?? 0) >= 4_000_000_000, "\(times)")
        try yard.ok("cluster", "stop", "--now")
    }

    @Test func `options that cannot be are refused`() throws {
        for (options, word) in [
            (["--retry-delay", "5"], "needs --retry"), (["--deadline", "soon"], "--deadline 'soon'"),
            (["--start-within", "0"], "--start-within '0'"),
        ] {
            let refused = try yard.start(["submit"] + options + ["--", "true"]).wait()
            #expect(refused.code == 2 && refused.errors.contains(word), "\(refused.errors)")
        }
    }
}
