import Foundation
import Testing

@Suite(.serialized, .timeLimit(.minutes(5)))
struct BadInputTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    @Test func `C63 a file with errors names line, column and nearest key, and nothing is queued`() throws {
        try yard.write(
            "batch.yaml",
            """
            tasks:
              mesh: {run: touch ran, tiemout: 10m}
              solve:
                after: mehs
                run: ./solve ${{ n }}
            """)
        try yard.ok("cluster", "start")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        for command in ["run", "submit"] {
            let ended = try yard.tasks(command, "batch.yaml")
            #expect(ended.code == 2)
            #expect(ended.output == "")
            #expect(
                ended.errors.contains(
                    "batch.yaml:2:26: `tiemout` is not a key of a task; did you mean “timeout”?"))
            #expect(ended.errors.contains("batch.yaml:4:12:") && ended.errors.contains("mesh"))
            #expect(ended.errors.contains("batch.yaml:5:18:"))
            #expect(ended.errors.contains("nothing was submitted"))
        }
        // An error in the last line of a file that is read line by line.
        try yard.write("work.jsonl", "{\"run\": \"touch ran\"}\n{\"run\": \"touch ran\"}\n{\"rum\": 1}\n")
        for command in ["run", "submit"] {
            let ended = try yard.tasks(command, "work.jsonl")
            #expect(ended.code == 2)
            #expect(ended.errors.contains("work.jsonl:3:"), "\(ended.errors)")
        }
        #expect(yard.read("ran") == nil)
        #expect(try yard.tasks("list", "-o", "json").objects().isEmpty)
    }

    @Test func `an unreadable file says so`() throws {
        #expect(try yard.tasks("run", "nowhere.yaml").errors.contains("nowhere.yaml: there is no such file"))
        #expect(try yard.tasks("run", yard.home + "/work").errors.contains("this is a directory"))
        try yard.write("empty.yaml", "")
        let empty = try yard.tasks("run", "empty.yaml")
        #expect(empty.code == 2 && empty.errors.contains("empty"))
        let lines = try yard.tasks("run", "--each-line", "--", "echo", input: "\n\n")
        #expect(lines.code == 2 && lines.errors.contains("no lines"))
    }

    @Test func `a program that cannot be run fails its task and says why`() throws {
        try yard.write("plain", "no program", mode: 0o644)
        let table: [(command: [String], words: String)] = [
            (["no-such-program-here"], "no-such-program-here"), (["./plain"], "plain"),
            (["./missing"], "missing"),
        ]
        for (command, words) in table {
            let ended = try yard.start(["run", "-o", "json", "--"] + command).wait()
            #expect(ended.code == 1)
            let row = try #require(try ended.objects().first)
            #expect(row["cause"] as? String == "not-started")
            #expect((row["error"] as? String)?.contains(words) == true)
        }
        try yard.write("batch.yaml", "tasks: {a: {run: [true], dir: /proc/nowhere}}")
        let noDirectory = try yard.tasks("run", "batch.yaml")
        #expect(noDirectory.code == 1)
        #expect(noDirectory.errors.contains("/proc/nowhere"))
    }

    @Test func `a function that no engine has and a result that is none fail their tasks`() throws {
        try yard.write(
            "batch.yaml",
            """
            tasks:
              unknown: {call: simulate, with: {n: 1}}
              garbled: {run: "echo nonsense > $TASKS_RESULT_FILE"}
            """)
        let ended = try yard.tasks("run", "batch.yaml", "-o", "json")
        #expect(ended.code == 1)
        let rows = try ended.objects()
        #expect((rows.first?["error"] as? String)?.contains("simulate") == true)
        #expect(rows.last?["cause"] as? String == "bad-result")
    }

    @Test func `output over its bound is cut with a note`() throws {
        try yard.write(
            "batch.yaml",
            "tasks: {loud: {run: \"head -c 100000 /dev/zero | tr '\\\\0' x\", output-limit: 1KiB}}")
        let ended = try yard.tasks("run", "batch.yaml")
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(ended.output.contains("not kept") && ended.output.utf8.count < 4096)
    }

    @Test func `an engine of one's own that cannot be run is refused`() throws {
        try yard.write("engine", "no program", mode: 0o644)
        try yard.write("quits", "#!/bin/sh\necho 'no functions here' >&2\nexit 2\n", mode: 0o755)
        for (path, words) in [("missing", "no such file"), ("engine", "not an executable")] {
            let ended = try yard.tasks("run", "--engine", path, "--", "true")
            #expect(ended.code == 2 && ended.errors.contains(words), "\(ended.errors)")
        }
        for command in [
            ["run", "--engine", "./quits", "--", "true"], ["cluster", "start", "--engine", "./quits"],
        ] {
            let ended = try yard.start(command).wait()
            #expect(ended.code == 2)
            #expect(ended.errors.contains("no functions here"), "\(ended.errors)")
        }
        #expect(yard.processes() == [])
    }

    @Test func `a farm whose engines have all left says so instead of waiting`() throws {
        let quit = try yard.tasks("run", "--engine", "/bin/true", "--", "true", seconds: 30)
        #expect(quit.code == 2)
        #expect(quit.errors.contains("it has left, and no other engine is here"), "\(quit.errors)")
        let told = try yard.tasks(
            "run", "--slots", "1", "--", "sh", "-c", "kill -TERM $PPID; sleep 100", seconds: 30)
        #expect(told.code == 2)
        #expect(told.errors.contains("it has left, and no other engine is here"), "\(told.errors)")
        #expect(yard.processes() == [])
    }

    @Test func `output that cannot be written makes the exit code 2`() throws {
        for line in ["run -- echo hi", "doctor", "--help"] {
            let ended = try yard.shell("$TASKS \(line) > /dev/full")
            #expect(ended.code == 2, "\(line)")
            #expect(
                ended.errors.contains("the output cannot be written: No space left on device"),
                "\(ended.errors)")
        }
        // Whoever has read enough is no error.
        #expect(try yard.shell("{ $TASKS list --help; echo $? >&2; } | true").errors == "0\n")
    }

    @Test func `a single command's output comes out whole`() throws {
        let ended = try yard.shell("$TASKS run -- seq 1 1000000 | md5sum; seq 1 1000000 | md5sum")
        let sums = ended.output.split(separator: "\n")
        #expect(sums.count == 2 && sums.first == sums.last)
    }

    @Test func `a task that never began has no exit code`() throws {
        let ended = try yard.tasks("run", "-o", "json", "--", "./nope")
        let row = try #require(try ended.objects().first)
        #expect(row["cause"] as? String == "not-started")
        #expect(row["exit"] is NSNull && row["seconds"] is NSNull)
    }

    @Test func `a directory that is gone is said before anything is queued`() throws {
        let ended = try yard.shell("mkdir gone && cd gone && rmdir ../gone && $TASKS run -- true")
        #expect(ended.code == 2)
        #expect(ended.errors.contains("the current directory is gone"), "\(ended.errors)")
    }

    @Test func `without a controller every command ends with 3`() throws {
        for command in [
            ["status"], ["list"], ["submit", "--", "true"], ["wait", "last"], ["results"], ["cancel", "1"],
            ["engine", "list"], ["cluster", "stop"], ["cluster", "status"],
        ] {
            let ended = try yard.start(command).wait()
            #expect(ended.code == 3, "\(command): \(ended.errors)")
            #expect(ended.errors.contains("tasks: "))
        }
    }
}
