import Foundation
import Testing

/// Pausing jobs and the farm, draining engines, and what `why` and `show` tell of all that.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct PauseTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private func stop() { _ = try? yard.tasks("cluster", "stop", "--now") }

    private func submitHeld() throws {
        try yard.write(
            "held.yaml",
            """
            name: held
            labels: {night: "1"}
            tasks:
              first: {run: "\(yard.hold("first"))"}
              more: {sweep: {range: {n: {from: 1, to: 5}}}, run: "echo x >> more"}
            """)
        try yard.ok("submit", "held.yaml")
        try yard.awaitStart("first")
    }

    @Test func `C28 C47 a paused job sends nothing more, also after the controller is killed, and goes on`()
        throws
    {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        try submitHeld()
        #expect(try yard.ok("pause", "held").output == "job 1: paused\n")
        let again = try yard.ok("pause", "1")
        #expect(again.output == "" && again.errors == "job 1: paused already\n")
        #expect(try yard.ok("why", "1.3").output.contains("job 1 is paused; `tasks resume 1`"))
        try yard.write("go", "")
        // What had begun runs to its end; another job passes by.
        try yard.ok("submit", "--wait", "--", "true")
        #expect(yard.lines("first.ends") == 1)
        try yard.killController()
        try yard.awaitController()
        try yard.ok("submit", "--wait", "--", "true")
        #expect(yard.read("more") == nil)
        #expect(try yard.ok("status", "held").output.hasPrefix("job 1 (held), paused: 6 tasks"))
        #expect(try yard.ok("show", "held").output.contains("paused"))
        #expect(try yard.job(1)["paused"] as? Bool == true)
        #expect(try yard.ok("list").output.split(separator: "\n").first?.contains("paused") == true)
        #expect(try yard.ok("resume", "--label", "night=1").output == "job 1: resumed\n")
        try yard.ok("wait", "1")
        #expect(yard.lines("more") == 5)
        #expect(try yard.results("1").values.allSatisfy { $0["attempt"] as? Int == 1 })
    }

    @Test func `ended, unknown, tasks and nothing named are told apart, as by cancel`() throws {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        try yard.ok("submit", "--wait", "--", "true")
        for (arguments, code, word) in [
            (["pause", "1"], 1, "job 1: already ended, there is nothing to pause"),
            (["resume", "last"], 1, "there is nothing to resume"), (["pause", "77"], 2, "no job 77"),
            (["pause", "nobody"], 2, "names no job"),
            (["pause", "1.0"], 2, "only whole jobs are paused: write 1"),
            (["pause", "--label", "a=b"], 2, "no job has the label a=b"), (["pause"], 2, "name jobs"),
            (["resume", "1", "--all"], 2, "name jobs"),
        ] as [([String], Int32, String)] {
            let ended = try yard.start(arguments).wait()
            #expect(ended.code == code && ended.errors.contains(word), "\(arguments): \(ended.errors)")
        }
    }

    @Test func `C28 the whole farm is paused and goes on, and only admins may have it so`() throws {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        #expect(try yard.tasks("pause", "--all", "--profile", "nowhere").code == 3)
        #expect(try yard.ok("pause", "--all").output.hasPrefix("the farm is paused"))
        #expect(try yard.ok("pause", "--all").errors == "the farm is paused already\n")
        try yard.ok("submit", "--", "sh", "-c", "echo x >> ran")
        #expect(try yard.ok("why", "1.0").output.contains("`tasks resume --all` goes on"))
        #expect(try yard.ok("status").errors.contains("the farm is paused"))
        #expect(try yard.ok("cluster", "status").output.contains("(the farm is paused)"))
        #expect(try yard.tasks("doctor").output.contains("the farm is paused"))
        let client = "\(yard.home)/farm/default/security/task-client.json"
        let refused = try yard.tasks("resume", "--all", "--capability", client)
        #expect(refused.code == 4 && refused.errors.contains("may not resume the farm"))
        try yard.ok("pause", "1")
        let resumed = try yard.ok("resume", "--all")
        #expect(
            resumed.output == "the farm goes on\n" && resumed.errors == "still paused themselves: job 1\n")
        #expect(yard.read("ran") == nil)
        try yard.ok("resume", "1")
        try yard.ok("wait", "1")
        #expect(yard.lines("ran") == 1)
    }

    @Test func `C31 a drained engine ends what it runs, gives back the rest free of charge, and leaves`()
        throws
    {
        try yard.ok("cluster", "start", "--slots", "1", "--hwm", "4")
        defer { stop() }
        try submitHeld()
        let second = try yard.start(["engine", "start", "--name", "second", "--slots", "1"])
        let drain = try yard.ok("engine", "drain", "engine-0")
        #expect(drain.output.contains("leaves when it is idle"))
        // The rest is done elsewhere while the first goes on.
        try yard.eventually("the second has done the rest") { yard.lines("more") == 5 }
        #expect(try yard.ok("engine", "list").output.contains("draining"))
        try yard.write("go", "")
        try yard.ok("wait", "1")
        let rows = try yard.results("1")
        #expect(rows.count == 6)
        // What is given back may get another number, and has no tries to lose.
        for (name, row) in rows { #expect(row["state"] as? String == "succeeded", "\(name): \(row)") }
        #expect(rows["first"]?["engine"] as? Int == 0)
        try yard.eventually("the first has left") {
            !(try yard.ok("engine", "list").output.contains("engine-0"))
        }
        #expect(!second.hasEnded)
    }

    @Test func `C21 why and show tell each attempt, where it was, how long it took and what went wrong`()
        throws
    {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        try yard.ok(
            "submit", "--retry", "2", "--", "sh", "-c",
            "echo x >> tries; test $(wc -l < tries) -ge 3 || exit 9")
        try yard.ok("wait", "1")
        let lines = try yard.ok("why", "1.0").output.split(separator: "\n").map(String.init)
        #expect(lines.first == "1.0: succeeded")
        #expect(lines.count == 5, "\(lines)")
        for (line, words) in zip(
            lines.dropFirst(2), ["failed     failure", "failed     failure", "succeeded"])
        {
            #expect(line.contains("engine 0 (engine-0)") && line.contains(words), "\(line)")
        }
        #expect(lines[2].contains("exit code 9"))
        let row = try #require(try yard.tasks("why", "1.0", "-o", "json").objects().first)
        let attempts = try #require(row["attempts"] as? [[String: Any]])
        #expect(attempts.map { $0["exit"] as? Int } == [9, 9, 0])
        #expect(attempts.map { $0["engine_name"] as? String } == ["engine-0", "engine-0", "engine-0"])
        let story = try yard.ok("show", "1.0").output
        for words in [
            "submitted", "attempt 1 began at engine 0 (engine-0), having waited", "attempt 2 failed after",
            "attempt 3 succeeded after",
        ] { #expect(story.contains(words), "\(words): \(story)") }
    }

    @Test func `C24 a task that waits for its next try tells the attempts that it has had`() throws {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        try yard.ok("submit", "--retry", "1", "--retry-delay", "1h", "--", "sh", "-c", "exit 9")
        try yard.eventually("the first try is over") {
            try yard.tasks("why", "1.0").output.contains("waits for its next try")
        }
        let why = try yard.ok("why", "1.0").output
        #expect(why.contains("in 60 min\n") && why.contains("exit code 9"), "\(why)")
        let show = try yard.ok("show", "1.0").output
        #expect(show.contains("attempt 1 failed") && show.contains("waits for its next try"), "\(show)")
    }
}
