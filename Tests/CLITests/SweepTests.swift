import Foundation
import Testing

/// `tasks sweep`.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SweepTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private let command = #"echo "{\"sum\": $(({a} + {b}))}" > $TASKS_RESULT_FILE"#

    @Test func `a sweep runs here and now, over all combinations`() throws {
        let ended = try yard.tasks("sweep", command, "a=1,2", "b=range:10:30:10", "-o", "csv")
        #expect(ended.code == 0, "\(ended.errors)")
        let lines = ended.output.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        #expect(lines.count == 7)
        #expect(lines.first?.last(where: { $0 == "sum" }) != nil)
        #expect(ended.errors.contains("6 tasks: 6 succeeded"))
        #expect(yard.processes() == [])
        let table = try yard.tasks("sweep", command, "a=1,2", "b=10,20", "--zip").output
        #expect(table.contains("echo/a=1,b=10") && table.contains("echo/a=2,b=20"))
        #expect(table.split(separator: "\n").count == 3)
        let failed = try yard.tasks("sweep", "test {} = x", "v=x,y", "--retry", "1")
        #expect(failed.code == 1)
        #expect(failed.errors.contains("failed: 1.1 test/v=y: exit code 1 (after 2 attempts)"))
    }

    @Test func `the batch file of a sweep runs the same`() throws {
        let file = try yard.ok(
            "sweep", command, "a=1,0x2", "b=linspace:0:1:2", "--name", "sums", "--label", "project=heat",
            "--timeout", "90s", "--cpus", "1", "--max-failures", "50%", "--to-batch")
        #expect(
            file.output == #"""
                name: sums
                labels: {project: heat}
                max-failures: 50%
                tasks:
                  echo:
                    sweep:
                      grid:
                        a: [1, 0x2]
                        b: {linspace: [0, 1, 2]}
                    timeout: 90s
                    needs: {cpus: 1}
                    run: |-
                      echo "{\"sum\": $((${{ a }} + ${{ b }}))}" > $TASKS_RESULT_FILE

                """#)
        #expect(yard.processes() == [])
        let again = try yard.ok("sweep", "echo {n}", "n=1,2", "--to-batch")
        try yard.write("again.yaml", again.output)
        let ended = try yard.tasks("run", "again.yaml", "-o", "json")
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(try ended.objects().map { $0["name"] as? String } == ["echo/n=1", "echo/n=2"])
    }

    @Test func `a sweep is handed in, with what the command line says of it`() throws {
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        try yard.ok("cluster", "start", "-n", "1", "--slots", "2")
        try yard.ok("submit", "--name", "first", "--", "true")
        let submit = try yard.ok(
            "sweep", "echo {n}", "n=1,2,3", "--submit", "--name", "numbers", "--after", "first")
        #expect(submit.output == "job 2: numbers (3 tasks)\n")
        try yard.ok("wait", "numbers")
        let any = try yard.tasks(
            "sweep", "echo {n}", "n=1", "--submit", "--after", "{any: [first, numbers]}", "--follow",
            "{any: [first]}")
        #expect(any.code == 0, "\(any.errors)")
        try yard.ok("wait", "last")
        let waited = try yard.ok(
            "sweep", "echo {n} > $TASKS_RESULT_FILE", "n=7,8", "--submit", "--wait", "-o", "json")
        #expect(try waited.objects().map { $0["value"] as? Int } == [7, 8])
        #expect(waited.errors.contains("job 4: 2 tasks"))
    }

    @Test func `C63 a sweep that cannot be is refused, and nothing is queued`() throws {
        for (arguments, words) in [
            (["echo {n}", "n=linspace:0:1"], "'n=linspace:0:1': expected linspace:FROM:TO:COUNT"),
            (["echo {n}", "n"], "'n': expected NAME=VALUES"),
            (["echo ${{ m }}", "n=1"], "sweep: nothing is called “m” here"),
            (["echo {n}", "n=1,2", "m=1,2,3", "--zip"], "`n` has 2, `m` has 3"),
            (["echo {n}"], "expected parameters behind the command"),
            (["echo {n}", "n=1", "--wait"], "--wait is for --submit"),
            (["echo {n}", "n=1", "--submit", "--to-batch"], "exclude each other"),
            (["echo {n}", "n=1", "--timeout", "soon"], "--timeout 'soon'"),
            (["echo {n}", "n=1", "--after", "{match: a}"], "--after:1:9: `match` ties the sweeps of one"),
            (["echo {n}", "n=1", "--after", "{all: []}"], "--after:1:7: `after` is empty"),
        ] {
            let ended = try yard.start(["sweep"] + arguments).wait()
            #expect(ended.code == 2 && ended.output == "")
            #expect(ended.errors.contains(words), "\(arguments): \(ended.errors)")
        }
        #expect(yard.processes() == [])
    }
}
