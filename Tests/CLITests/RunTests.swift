import Foundation
import Testing

@Suite(.serialized, .timeLimit(.minutes(5)))
struct RunTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    /// Nothing of the farm is left: no process, no directory.
    private func expectNothingLeft() throws {
        #expect(yard.processes() == [])
        let left = (FileManager.default.subpaths(atPath: yard.home + "/run") ?? []).filter { $0 != "tasks" }
        #expect(left == [])
    }

    @Test func `a command runs, its output comes out, and nothing is left`() throws {
        let ended = try yard.tasks("run", "--", "echo", "hello there")
        #expect(ended.code == 0)
        #expect(ended.output == "hello there\n")
        #expect(ended.errors == "")
        try expectNothingLeft()
    }

    @Test func `a batch file runs in its order and shows its values`() throws {
        try yard.write(
            "batch.yaml",
            """
            name: heat
            tasks:
              mesh: {run: "echo made > mesh.txt"}
              solve:
                after: mesh
                sweep: {grid: {n: [1, 2, 3]}}
                run: |
                  cat mesh.txt
                  echo "{\\"square\\": $((${{ n }} * ${{ n }}))}" > $TASKS_RESULT_FILE
            """)
        let ended = try yard.tasks("run", "batch.yaml", "-n", "2", "--slots", "1", "-o", "json")
        #expect(ended.code == 0, "\(ended.errors)")
        let rows = try ended.objects()
        #expect(rows.map { $0["name"] as? String } == ["mesh", "solve/n=1", "solve/n=2", "solve/n=3"])
        #expect(rows.allSatisfy { $0["state"] as? String == "succeeded" })
        let squares = rows.compactMap { ($0["value"] as? [String: Any])?["square"] as? Int }
        #expect(squares == [1, 4, 9])
        #expect(ended.errors.contains("4 tasks: 4 succeeded"))
    }

    @Test func `a task that fails makes the exit code 1 and is explained`() throws {
        try yard.write(
            "batch.yaml",
            """
            tasks:
              good: {run: "true"}
              bad: {run: "echo the disk is full >&2; exit 3"}
              behind: {after: bad, run: "true"}
            """)
        let ended = try yard.tasks("run", "batch.yaml", "-o", "csv")
        #expect(ended.code == 1)
        #expect(ended.errors.contains("failed: 1.1 bad: exit code 3"))
        #expect(ended.errors.contains("    | the disk is full"))
        #expect(ended.errors.contains("impossible: 1.2 behind: because of task 1.1: exit code 3"))
        let lines = ended.output.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines.first?.hasPrefix("id,name,state,attempt,engine,seconds,exit") == true)
    }

    @Test func `each line of a file or of standard input is a task`() throws {
        try yard.write("names", "a b\n\nc\n")
        let file = try yard.tasks(
            "run", "--show-output", "--each-line", "names", "--", "printf", "[%s]", "{}")
        #expect(file.code == 0, "\(file.errors)")
        #expect(file.output.contains("[a b]") && file.output.contains("[c]"))
        let piped = try yard.tasks(
            "run", "--each-line", "-o", "jsonl", "--", "echo", "{}", input: "x\ny\nz\n")
        #expect(piped.code == 0, "\(piped.errors)")
        #expect(piped.output.split(separator: "\n").count == 3)
    }

    @Test func `JSON Lines make tasks`() throws {
        try yard.write(
            "work.jsonl",
            """
            {"name": "solve", "run": ["sh", "-c", "echo $TASKS_PARAM_n > $TASKS_RESULT_FILE"], "params": {"n": 64}}
            {"name": "report", "run": "true", "after": "solve"}
            """)
        let ended = try yard.tasks("run", "work.jsonl", "-o", "json")
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(try ended.objects().first?["value"] as? Int == 64)
    }

    @Test func `a retried task succeeds at its second attempt`() throws {
        let script = "test -e once || { touch once; exit 1; }"
        let ended = try yard.tasks("run", "--retry", "2", "-o", "json", "--", "sh", "-c", script)
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(try ended.objects().first?["attempt"] as? Int == 2)
    }

    @Test func `a timeout ends a task`() throws {
        let ended = try yard.tasks("run", "--timeout", "200ms", "-o", "json", "--", "sleep", "300")
        #expect(ended.code == 1)
        #expect(try ended.objects().first?["cause"] as? String == "timeout")
        try expectNothingLeft()
    }

    @Test func `Ctrl-C cancels, ends with 130, and leaves nothing`() throws {
        let run = try yard.start(
            ["run", "--", "sh", "-c", "trap '' HUP; touch begun; MARK=\(yard.mark) sleep 300 & wait"])
        try yard.eventually("the task has begun") { yard.read("begun") != nil }
        run.signal(SIGINT)
        let ended = try run.wait(seconds: 30)
        #expect(ended.code == 130)
        #expect(ended.errors.contains("interrupted: cancelling"))
        #expect(ended.errors.contains("cancelled"))
        try expectNothingLeft()
    }

    @Test func `engines end with their tasks when the run is killed`() throws {
        let run = try yard.start(["run", "--", "sh", "-c", "touch begun; MARK=\(yard.mark) sleep 300"])
        try yard.eventually("the task has begun") { yard.read("begun") != nil }
        #expect(yard.processes().count >= 4)
        run.signal(SIGKILL)
        #expect(try run.wait().code == -SIGKILL)
        try yard.eventually("all processes are gone") { yard.processes() == [] }
        // The next run takes away what the dead one has left.
        try yard.ok("run", "--", "true")
        try expectNothingLeft()
    }

    @Test func `help is for standard output and wrong usage is 2`() throws {
        let help = try yard.tasks("--help")
        #expect(help.code == 0)
        #expect(help.output.contains("submit") && help.output.contains("cluster"))
        #expect(try yard.tasks("run", "--help").output.contains("--each-line"))
        #expect(try yard.tasks("--version").output == "0.1.0\n")
        for shell in ["bash", "zsh", "fish"] {
            #expect(try yard.tasks("--generate-completion-script", shell).output.contains("cluster"))
        }
        for wrong in [
            ["frobnicate"], ["run"], ["run", "--slots", "0", "--", "true"], ["cluster", "start", "-n", "x"],
        ] {
            let ended = try yard.start(wrong).wait()
            #expect(ended.code == 2, "\(wrong): \(ended.errors)")
            #expect(ended.output == "" && ended.errors != "")
        }
    }
}
