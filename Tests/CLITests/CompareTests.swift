import Foundation
import Testing

/// `tasks compare` on runs of one file, through the real binary.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct CompareTests {
    let yard: Farmyard

    init() throws {
        yard = try Farmyard()
        let start = try yard.tasks("cluster", "start", "-n", "1", "--slots", "2")
        guard start.code == 0 else { throw Farmyard.Trouble(start.errors) }
    }

    private func stop() { _ = try? yard.tasks("cluster", "stop", "--now") }

    /// Runs a sweep whose error is `factor` / n, of which the points with these n fail.
    private func run(_ sizes: String, factor: Double = 1, failing: String = "none") throws {
        try yard.write(
            "heat.yaml",
            """
            name: heat
            tasks:
              solve:
                sweep: {grid: {n: [\(sizes)]}}
                run: |
                  case ${{ n }} in \(failing)) echo "no convergence at step ${{ n }}" >&2; exit 3;; esac
                  awk -v n=${{ n }} 'BEGIN { printf "{\\"error\\": %.6g, \\"scheme\\": \\"a\\"}", \(factor) / n }' > $TASKS_RESULT_FILE
            """)
        let submit = try yard.tasks("submit", "heat.yaml")
        guard submit.code == 0 else { throw Farmyard.Trouble(submit.errors) }
        _ = try yard.tasks("wait", "heat")
    }

    private func changes(_ arguments: String...) throws -> (code: Int32, rows: [String], said: String) {
        let ended = try yard.start(["compare"] + arguments + ["-o", "json"]).wait()
        let rows = try ended.objects().map { row in
            let isWorse = row["worse"] as? Bool == true
            return "\(isWorse ? "!" : "")\(row["name"] as? String ?? "?") \(row["what"] as? String ?? "?")"
        }
        return (ended.code, rows, ended.errors)
    }

    @Test func `what changed between two runs is told, and worse by a rule is exit code 1`() throws {
        defer { stop() }
        try run("8, 16, 32")
        try run("16, 32, 64", factor: 1.25)
        let plain = try changes("heat~1", "heat")
        #expect(plain.code == 0, "\(plain.said)")
        #expect(
            plain.rows == [
                "solve/n=16 result.error", "solve/n=32 result.error", "solve/n=64 new", "solve/n=8 gone",
            ])
        #expect(
            plain.said == "job 1 → job 2: 2 points in both: 0 the same, 2 changed; 1 new, 1 gone\n")
        let worse = try changes("heat", "--worse", "error")
        #expect(worse.code == 1)
        #expect(worse.rows.prefix(2) == ["!solve/n=16 result.error", "!solve/n=32 result.error"])
        #expect(try changes("--worse", "-error").code == 0)
        // Within the tolerance there is no change at all, nor the other way round.
        #expect(try changes("--worse", "error", "--tolerance", "error=0.2").rows.count == 2)
        #expect(try changes("--worse", "error", "--tolerance", "0.2").code == 0)
        #expect(try changes("2", "1", "--worse", "error").code == 0)
        let one = try changes("heat~1.1-2", "heat.0-1", "--tolerance", "1e-6")
        #expect(one.rows == ["solve/n=16 result.error", "solve/n=32 result.error"])
        let table = try yard.tasks("compare", "--worse", "error")
        #expect(table.code == 1)
        let lines = table.output.split(separator: "\n")
        #expect(lines.first?.split(separator: " ") == ["name", "what", "old", "new", "change", "worse"])
        #expect(
            lines.dropFirst().first?.split(separator: " ")
                == ["solve/n=16", "result.error", "0.0625", "0.078125", "+25.0", "%", "worse"])
        let csv = try yard.tasks("compare", "-o", "csv").output.split(separator: "\n")
        #expect(csv.first == "name,what,old,new,change,worse")
        #expect(csv[1] == "solve/n=16,result.error,0.0625,0.078125,0.25,false")
        #expect(try yard.tasks("compare", "-o", "jsonl").output.split(separator: "\n").count == 4)
        // The same of a job with itself, and without a controller.
        #expect(try changes("heat", "heat").rows == [])
        #expect(try yard.tasks("compare", "heat", "heat").output == "")
        stop()
        #expect(try changes("heat~1", "heat", "--worse", "error").code == 1)
    }

    @Test func `what had succeeded and fails is worse, until it is done again`() throws {
        defer { stop() }
        try run("8, 16")
        try run("8, 16", failing: "16")
        let failed = try changes()
        #expect(failed.code == 1)
        #expect(failed.rows == ["!solve/n=16 state"])
        #expect(try changes("heat", "heat~1").code == 0)
        // By its newest end: the same command, in a place where it succeeds.
        try yard.write(
            "fixed.yaml",
            "name: fixed\ntasks: {a: {run: \"test -e go && echo 1 > $TASKS_RESULT_FILE\"}}\n")
        try yard.write("go", "")
        try yard.ok("submit", "fixed.yaml")
        #expect(try yard.tasks("wait", "fixed").code == 0)
        try FileManager.default.removeItem(atPath: "\(yard.directory)/go")
        try yard.ok("submit", "fixed.yaml")
        #expect(try yard.tasks("wait", "fixed").code == 1)
        #expect(try changes("fixed").code == 1)
        try yard.write("go", "")
        #expect(try yard.tasks("retry", "fixed", "--failed", "--wait").code == 0)
        let mended = try changes("fixed")
        #expect(mended.code == 0 && mended.rows == [], "\(mended.said)")
        // A job that does tasks again is no run of its own: the latest run is meant.
        #expect(try changes("last").said.hasPrefix("job 3 → job 4:"))
    }

    @Test func `what cannot be compared is refused with what to write`() throws {
        defer { stop() }
        try yard.ok("submit", "--wait", "--name", "alone", "--", "true")
        for (arguments, words) in [
            (["alone"], "job 1 is the first run of alone"), (["alone", "nobody"], "nobody"),
            (["1", "1", "1"], "two jobs are compared, not 3"),
            (["1", "1", "--tolerance", "error="], "--tolerance 'error='"),
            (["1", "1", "--tolerance", "-1"], "--tolerance"), (["1", "1", "--worse", ""], "--worse ''"),
            (["1", "1", "--slower", "0.5"], "--slower '0.5'"),
        ] {
            let refused = try yard.start(["compare"] + arguments).wait()
            #expect(refused.code == 2 && refused.errors.contains(words), "\(arguments): \(refused.errors)")
        }
        try run("8")
        let slip = try yard.tasks("compare", "heat", "heat", "--worse", "eror")
        #expect(slip.code == 2)
        #expect(slip.errors.contains("no result has a field “eror”; did you mean “error”?"), "\(slip.errors)")
        // Tasks that run yet are told, and are no change for the worse.
        try yard.ok("submit", "--name", "alone", "--", "sh", "-c", "while ! test -e go; do sleep 0.02; done")
        let running = try yard.tasks("compare", "alone")
        #expect(running.code == 0 && running.errors.contains("not ended yet: 1 task of job 3"))
        try yard.write("go", "")
        #expect(try yard.tasks("wait", "alone").code == 0)
    }
}
