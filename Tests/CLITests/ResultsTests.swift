import Foundation
import Testing

/// `tasks results` as a table that can be asked.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ResultsTests {
    let yard: Farmyard

    init() throws {
        yard = try Farmyard()
        let start = try yard.tasks("cluster", "start", "-n", "1", "--slots", "2")
        guard start.code == 0 else { throw Farmyard.Trouble(start.errors) }
    }

    private func stop() { _ = try? yard.tasks("cluster", "stop", "--now") }

    private func heat() throws {
        try yard.write(
            "heat.yaml",
            #"""
            name: heat
            tasks:
              mesh: {run: 'echo "{\"cells\": 100}" > $TASKS_RESULT_FILE'}
              solve:
                after: mesh
                sweep: {grid: {n: [64, 128, 0x20], alpha: [0.10, 0.20]}}
                run: |
                  test ${{ n }} != 128 || test ${{ alpha }} != 0.20 || exit 3
                  printf '{"error": 0.%d, "state": "warm"}' ${{ n }} > $TASKS_RESULT_FILE
              report: {after: solve, run: 'true'}
            """#)
        #expect(try yard.tasks("submit", "--wait", "heat.yaml").code == 1)
    }

    private func lines(_ arguments: String...) throws -> [String] {
        let ended = try yard.start(["results"] + arguments).wait()
        #expect(ended.code == 0, "\(ended.errors)")
        return ended.output.split(separator: "\n").map(String.init)
    }

    @Test func `results are filtered, sorted and cut to columns by parameters, values and states`() throws {
        defer { stop() }
        try heat()
        #expect(
            try lines("-o", "csv").first
                == "id,name,n,alpha,state,attempt,engine,seconds,exit,cells,error,value.state,task_error")
        #expect(
            try lines("--filter", "n >= 64 and error < 0.2", "--columns", "n,alpha,error", "-o", "csv")
                == ["n,alpha,error", "128,0.10,0.128"])
        #expect(
            try lines("--sort", "-n,alpha", "--columns", "n,alpha,state", "-o", "csv") == [
                "n,alpha,state", "128,0.10,succeeded", "128,0.20,failed", "64,0.10,succeeded",
                "64,0.20,succeeded", "0x20,0.10,succeeded", "0x20,0.20,succeeded", ",,succeeded",
                ",,impossible",
            ])
        #expect(
            try lines("--sort", "error", "--columns", "id,error", "-o", "csv").suffix(3)
                == ["1.0,", "1.4,", "1.7,"])
        #expect(
            try lines("--state", "failed,impossible", "--columns", "id,task_error,cause", "-o", "csv") == [
                "id,task_error,cause", "1.4,exit code 3,failure",
                "1.7,because of task 1.4: exit code 3,dependency",
            ])
        #expect(try lines("--failed", "--columns", "id", "-o", "csv") == ["id", "1.4", "1.7"])
        #expect(try lines("--columns", "value.state,state", "1.1", "-o", "csv").last == "warm,succeeded")
        #expect(
            try lines("1.5-6", "--columns", "n,alpha,value", "-o", "jsonl") == [
                #"{"n":32,"alpha":0.10,"value":{"error":0.32,"state":"warm"}}"#,
                #"{"n":32,"alpha":0.20,"value":{"error":0.32,"state":"warm"}}"#,
            ])
        let table = try lines("--filter", "exit == 3 or engine == 7", "--columns", "name,exit,seconds")
        #expect(table.count == 2)
        #expect(table.first?.split(separator: " ") == ["name", "exit", "seconds"])
        #expect(table.last?.hasPrefix("solve/n=128,alpha=0.20     3") == true)
        #expect(try lines("--filter", "n > 1000", "-o", "json") == ["[]"])
    }

    @Test func `what lies within a field can be asked for, and names as headings have them`() throws {
        defer { stop() }
        try yard.write(
            "deep.yaml",
            #"""
            tasks:
              a:
                sweep: {grid: {error: [1, 2, 3]}}
                run: |
                  printf '{"error": %d.5, "norms": {"l2": [%d, 7]}, "a.b": 4}' ${{ error }} ${{ error }} \
                    > $TASKS_RESULT_FILE
            """#)
        #expect(try yard.tasks("submit", "--wait", "deep.yaml").code == 0)
        #expect(
            try lines(
                "--filter", "value.error > 2 and error < 3", "--columns", "error,value.error,norms.l2[0]",
                "-o", "csv") == ["error,value.error,norms.l2[0]", "2,2.5,2"])
        #expect(
            try lines("--sort", "-norms.l2[0]", "--columns", "error", "-o", "csv") == [
                "error", "3", "2", "1",
            ])
        #expect(try lines("--filter", "a.b == 4", "--columns", "norms.l3,a.b", "-o", "csv").last == ",4")
        let slip = try yard.tasks("results", "--filter", "nroms.l2 == 1")
        #expect(slip.code == 2 && slip.errors.contains("there is no column 'nroms.l2'"), "\(slip.errors)")
    }

    @Test func `tasks of JSON Lines with parameters of their own have names of their own`() throws {
        defer { stop() }
        try yard.write(
            "lines.jsonl",
            #"""
            {"name": "p", "params": {"n": 1}, "run": "echo ${{ n }} > $TASKS_RESULT_FILE"}
            {"name": "p", "params": {"n": 2}, "run": "echo ${{ n }} > $TASKS_RESULT_FILE"}
            {"name": "q-${{ n }}", "params": {"n": 3}, "run": "true"}
            {"name": "r-${{ index }}", "params": {"n": 3}, "run": "true"}
            """#)
        #expect(try yard.tasks("submit", "--wait", "lines.jsonl").code == 0)
        #expect(
            try lines("--columns", "name,value", "-o", "csv") == [
                "name,value", "p/0,1", "p/1,2", "0,", "r-0,",
            ])
    }

    @Test func `C63 what cannot be asked is refused with what was probably meant`() throws {
        defer { stop() }
        try heat()
        for (arguments, words) in [
            (["--filter", "alhpa > 1"], "--filter: there is no column 'alhpa'; did you mean “alpha”?"),
            (["--filter", "n = 3"], "--filter, at character 3: “=” means nothing here: write `==`"),
            (["--filter", "state == failed"], "put it in quotes, as in state == \"failed\""),
            (["--sort", "-eror"], "--sort: there is no column 'eror'; did you mean “error”?"),
            (["--sort", "n,,alpha"], "--sort 'n,,alpha': expected names of columns, with commas between"),
            (["--columns", "secnds"], "--columns: there is no column 'secnds'; did you mean “seconds”?"),
            (["--columns", "qqqqqq"], "there are n, alpha, cells, error"),
            (["--state", "faild"], "--state 'faild': there is no such state; did you mean “failed”?"),
            (["--state", "failed", "--failed"], "--failed and --state exclude each other"),
        ] {
            let ended = try yard.start(["results"] + arguments).wait()
            #expect(ended.code == 2 && ended.output == "")
            #expect(ended.errors.contains(words), "\(arguments): \(ended.errors)")
        }
    }

    @Test func `values from a JSON file, from a regex and from the result file are columns alike`() throws {
        defer { stop() }
        try yard.write(
            "ways.yaml",
            #"""
            tasks:
              file:
                sweep: {grid: {n: [1, 2]}}
                dir: runs/${{ name }}
                run: 'echo "{\"err\": ${{ n }}.5}" > out.json'
                result: {file: out.json}
              regex:
                sweep: {grid: {n: [1, 2]}}
                run: 'echo "step 1 err = 9"; echo "step 2 err = ${{ n }}e-3"'
                result: {regex: 'err = (?<err>\S+)'}
              variable:
                sweep: {grid: {n: [1, 2]}}
                run: 'echo "{\"err\": ${{ n }}}" > $TASKS_RESULT_FILE'
            """#)
        #expect(try yard.tasks("submit", "--wait", "ways.yaml").code == 0)
        #expect(
            try lines("--columns", "name,n,err", "-o", "csv") == [
                "name,n,err", "file/n=1,1,1.5", "file/n=2,2,2.5", "regex/n=1,1,1e-3", "regex/n=2,2,2e-3",
                "variable/n=1,1,1", "variable/n=2,2,2",
            ])
        #expect(
            try lines("--filter", "err < 0.0015 or err == 2", "--columns", "name", "-o", "csv")
                == ["name", "regex/n=1", "variable/n=2"])
    }

    @Test func `a table ends after a thousand rows and says how many more there are`() throws {
        defer { stop() }
        try yard.ok("pause", "--all")
        try yard.ok("sweep", "true", "n=range:1:12345", "--submit")
        try yard.ok("cancel", "last")
        let table = try yard.tasks("results")
        #expect(table.output.split(separator: "\n").count == 1_001)
        #expect(table.errors.contains("… and 11345 more rows: -o csv writes all"))
        let odd = try yard.tasks("results", "--filter", "n > 11000", "--sort", "-n")
        #expect(odd.errors.contains("… and 345 more rows"))
        #expect(odd.output.split(separator: "\n").dropFirst().first?.contains("n=12345") == true)
        for format in ["csv", "jsonl"] {
            let all = try yard.tasks("results", "-o", format).output.split(separator: "\n")
            #expect(all.count == (format == "csv" ? 12_346 : 12_345))
            #expect(all.last?.contains("n=12345") == true)
        }
        let rows = try yard.tasks("results", "1.9998-10001", "-o", "json").objects()
        #expect(rows.map { $0["name"] as? String } == (9_999...10_002).map { "true/n=\($0)" })
        #expect(rows.allSatisfy { $0["state"] as? String == "cancelled" })
    }

    @Test func `values of any length come back whole, in any order`() throws {
        defer { stop() }
        let line = #"printf '{"n": %d, "long": "%0500000d"}' {n} {n} > $TASKS_RESULT_FILE"#
        try yard.ok("sweep", line, "n=range:1:9", "--submit", "--wait", "-o", "json")
        for order in [["--sort", "-n"], ["--sort", "n"], []] {
            let rows = try yard.start(["results", "-o", "json", "--columns", "n,long"] + order).wait()
                .objects()
            let numbers = rows.compactMap { $0["n"] as? Int }
            #expect(numbers == (order == ["--sort", "-n"] ? (1...9).reversed() : Array(1...9)))
            #expect(
                rows.allSatisfy { row in
                    let long = row["long"] as? String
                    return long?.utf8.count == 500_000 && long.flatMap { Int($0) } == row["n"] as? Int
                })
        }
    }

    @Test func `tasks that have not ended stand where they are, beside those that have`() throws {
        defer { stop() }
        try yard.write(
            "mixed.yaml",
            """
            tasks:
              a: {sweep: {grid: {n: [1, 2]}}, run: "echo ${{ n }} > $TASKS_RESULT_FILE"}
              b: {after: a, run: "while ! test -e go; do sleep 0.02; done"}
              c: {after: b, sweep: {grid: {m: [x, y]}}, run: "true"}
            """)
        try yard.ok("submit", "mixed.yaml")
        // A task is said to run a moment after it has begun.
        try yard.eventually("b runs") {
            try yard.tasks("results", "1.2", "--columns", "state", "-o", "csv").output == "state\nrunning\n"
        }
        #expect(
            try lines("--columns", "name,n,m,state,value", "-o", "csv") == [
                "name,n,m,state,value", "a/n=1,1,,succeeded,1", "a/n=2,2,,succeeded,2", "b,,,running,",
                "c/m=x,,x,waiting,", "c/m=y,,y,waiting,",
            ])
        #expect(try lines("--state", "waiting", "--columns", "id", "-o", "csv") == ["id", "1.3", "1.4"])
        try yard.write("go", "")
        try yard.ok("wait", "last")
        // The ledger alone, too.
        try yard.ok("cluster", "stop")
        #expect(
            try lines("--filter", "value >= 1", "--columns", "name,value", "-o", "csv")
                == ["name,value", "a/n=1,1", "a/n=2,2"])
    }

    @Test func `parameters that came with each task are columns, also of those that failed`() throws {
        defer { stop() }
        try yard.write(
            "night.jsonl",
            #"""
            {"name": "solve", "run": "exit ${{ n }}", "params": {"n": 0, "file": "a b"}}
            {"name": "solve", "run": "exit ${{ n }}", "params": {"n": 3, "file": "c"}}
            {"name": "touch", "run": ["true"], "params": {"n": 1.50, "mode": {"a": [1]}}}
            {"name": "late", "run": "exit ${{ n }}", "params": {"n": 7}, "after": "solve"}
            """#)
        #expect(try yard.tasks("submit", "--wait", "night.jsonl").code == 1)
        #expect(
            try lines("--columns", "name,n,file,mode,state", "-o", "csv") == [
                "name,n,file,mode,state", "solve/0,0,a b,,succeeded", "solve/1,3,c,,failed",
                #"touch/0,1.50,,"{""a"":[1]}",succeeded"#, "late/0,,,,impossible",
            ])
        #expect(try lines("--filter", "n > 1", "--columns", "id", "-o", "csv") == ["id", "1.1", "1.2"])
        #expect(try yard.tasks("show", "1.1").output.contains("n=3"))
        let words = try yard.tasks("submit", "--wait", "--each-line", "-", "--", "test", input: "x y\nz\n")
        #expect(words.code == 0, "\(words.errors)")
        #expect(
            try lines("--columns", "line,state", "-o", "csv") == [
                "line,state", "x y,succeeded", "z,succeeded",
            ])
    }
}
