import Foundation
import Testing

/// Jobs on a cluster that stays.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct JobTests {
    let yard: Farmyard

    init() throws {
        yard = try Farmyard()
        let start = try yard.tasks("cluster", "start", "-n", "1", "--slots", "2")
        guard start.code == 0 else { throw Farmyard.Trouble(start.errors) }
    }

    private func stop() { _ = try? yard.tasks("cluster", "stop", "--now") }

    @Test func `submit prints the job, and selectors find it again`() throws {
        defer { stop() }
        try yard.write(
            "heat.yaml",
            """
            name: heat
            labels: {project: demo}
            tasks: {solve: {sweep: {grid: {n: [1, 2, 3]}}, run: "echo ${{ n }} > $TASKS_RESULT_FILE"}}
            schedule: {cron: "0 2 * * *"}
            """)
        let first = try yard.tasks("submit", "heat.yaml")
        #expect(first.code == 0)
        #expect(first.output == "job 1: heat (3 tasks)\n")
        #expect(first.errors.contains("schedule"))
        #expect(
            try yard.tasks("submit", "heat.yaml", "--label", "round=2").output == "job 2: heat (3 tasks)\n")
        #expect(try yard.tasks("submit", "--name", "other", "--", "true").output == "job 3: other (1 task)\n")
        try yard.ok("wait", "1", "2", "3")
        for (selector, count, first) in [
            ("1", 3, "1.0"), ("heat", 3, "2.0"), ("heat~1", 3, "1.0"), ("last", 1, "3.0"), ("1.2", 1, "1.2"),
            ("2.1-2", 2, "2.1"),
        ] {
            let rows = try yard.tasks("results", selector, "-o", "json").objects()
            #expect(rows.count == count && rows.first?["id"] as? String == first, "\(selector)")
        }
        #expect(try yard.tasks("list", "-o", "json").objects().count == 3)
        #expect(try yard.tasks("list", "--label", "project=demo", "-o", "json").objects().count == 2)
        #expect(
            try yard.tasks("list", "--label", "round=2", "-o", "json").objects().first?["id"] as? Int == 2)
        for unknown in ["results", "wait", "show", "cancel"] {
            let ended = try yard.tasks(unknown, "99")
            #expect(ended.code == 2 && ended.errors.contains("99"), "\(unknown): \(ended.errors)")
        }
    }

    @Test func `results come as table, JSON, JSON Lines and CSV`() throws {
        defer { stop() }
        try yard.write(
            "sweep.yaml",
            """
            tasks:
              point:
                sweep: {grid: {level: [1, 2], file: ["a,b", "c\\"d"]}}
                run: printf '{"ratio":%s.5,"text":"x"}' ${{ level }} > $TASKS_RESULT_FILE
            """)
        let submit = try yard.tasks("submit", "sweep.yaml", "--wait", "-o", "json")
        #expect(submit.code == 0, "\(submit.errors)")
        let rows = try submit.objects()
        #expect(rows.count == 4)
        #expect((rows[0]["parameters"] as? [String: String]) == ["level": "1", "file": "a,b"])
        #expect((rows[3]["value"] as? [String: Any])?["ratio"] as? Double == 2.5)
        for key in ["id", "name", "state", "attempt", "engine", "seconds", "exit", "started", "ended"] {
            #expect(rows.allSatisfy { $0[key] != nil }, "\(key)")
        }
        let lines = try yard.tasks("results", "-o", "jsonl").output.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines.allSatisfy { (try? JSONSerialization.jsonObject(with: Data($0.utf8))) != nil })
        let csv = try yard.tasks("results", "-o", "csv").output.split(separator: "\n")
        #expect(csv.first == "id,name,level,file,state,attempt,engine,seconds,exit,ratio,text,error")
        #expect(csv[1].contains("\"a,b\"") && csv[2].contains("\"c\"\"d\""))
        let table = try yard.tasks("results").output.split(separator: "\n")
        #expect(table.count == 5)
        #expect(table.first?.contains("ratio") == true)
    }

    @Test func `C46 wait and submit with wait end with 1 when a task failed`() throws {
        defer { stop() }
        try yard.ok("submit", "--", "false")
        let wait = try yard.tasks("wait", "last")
        #expect(wait.code == 1)
        #expect(wait.errors.contains("1 failed"))
        try yard.ok("submit", "--", "true")
        try yard.ok("wait", "last")
        #expect(try yard.tasks("wait", "1", "2").code == 1)
        let submit = try yard.tasks("submit", "--wait", "--", "sh", "-c", "echo why >&2; exit 7")
        #expect(submit.code == 1)
        #expect(submit.errors.contains("exit code 7") && submit.errors.contains("| why"))
    }

    @Test func `C36 cancel tells finished, unknown and twice apart`() throws {
        defer { stop() }
        try yard.ok("submit", "--wait", "--", "true")
        let finished = try yard.tasks("cancel", "1")
        #expect(finished.code == 1)
        #expect(finished.errors.contains("already ended"))

        let unknown = try yard.tasks("cancel", "77")
        #expect(unknown.code == 2)
        #expect(unknown.errors.contains("no job 77"))
        #expect(try yard.tasks("cancel", "1.5").code == 2)

        // It ignores the polite word, so that the cancel is under way when the second comes.
        let script = "trap '' TERM; touch begun; while :; do sleep 0.05; done"
        try yard.ok("submit", "--", "sh", "-c", script)
        try yard.eventually("the task has begun") { yard.read("begun") != nil }
        let cancel = try yard.tasks("cancel", "last")
        #expect(cancel.code == 0)
        #expect(cancel.output.contains("1 task being stopped"))
        let twice = try yard.tasks("cancel", "last")
        #expect(twice.code == 0)
        #expect(twice.errors.contains("already cancelled"))
        #expect(try yard.tasks("wait", "last").code == 1)
        #expect(try yard.tasks("results", "last", "-o", "csv").output.contains("cancelled"))
    }

    @Test func `a cancel of what runs is none that failed because other jobs had ended`() throws {
        defer { stop() }
        try yard.ok("submit", "--label", "night=1", "--", "sleep", "300")
        try yard.ok("submit", "--label", "night=1", "--wait", "--", "true")
        let both = try yard.tasks("cancel", "1", "2")
        #expect(both.code == 0 && both.errors.contains("already ended"), "\(both.errors)")
        try yard.ok("submit", "--label", "night=1", "--", "sleep", "300")
        _ = try yard.tasks("wait", "1")
        #expect(try yard.tasks("cancel", "--label", "night=1").code == 0)
        #expect(try yard.tasks("cancel", "2").code == 1)
        try yard.ok("submit", "--", "sleep", "300")
        #expect(try yard.tasks("cancel", "4", "77").code == 2, "there is no job 77")
    }

    @Test func `show says what is known of a job and of a task, and why it waits`() throws {
        defer { stop() }
        try yard.write("chain.yaml", "tasks: {a: {run: sleep 300}, b: {after: a, run: 'true'}}")
        try yard.ok("submit", "chain.yaml", "--name", "chain")
        let job = try yard.tasks("show", "chain")
        #expect(job.output.contains("1.0 a") && job.output.contains("1.1 b"))
        let task = try yard.tasks("show", "1.1", "-o", "json").objects().first
        #expect(task?["state"] as? String == "waiting")
        #expect((task?["why"] as? String)?.contains("depend") == true)
        #expect(try yard.tasks("status", "chain").output.contains("2 tasks"))
        #expect(try yard.tasks("status", "-o", "json").objects().first?["waiting"] as? Int == 1)
        try yard.ok("cancel", "chain")
        #expect(try yard.tasks("wait", "chain").code == 1)
        #expect(try yard.tasks("show", "1.1").output.contains("cancelled"))
    }

    @Test func `logs show what a task has written, while it runs and afterwards`() throws {
        defer { stop() }
        let script =
            "echo first; echo oops >&2; touch begun; while ! test -e go; do sleep 0.02; done; echo second"
        try yard.ok("submit", "--", "sh", "-c", script)
        let following = try yard.start(["logs", "-f", "1.0"])
        try yard.eventually("its first words come while it runs") { following.output == "first\n" }
        #expect(try yard.tasks("logs", "1.0").output == "first\n")
        #expect(try yard.tasks("logs", "1.0", "--stderr").output == "oops\n")
        try yard.write("go", "")
        let ended = try following.wait()
        #expect(ended.code == 0)
        #expect(ended.output == "first\nsecond\n")
        #expect(try yard.tasks("logs", "last").output == "first\nsecond\n")
    }

    @Test func `Ctrl-C ends the waiting and not the job`() throws {
        defer { stop() }
        let submit = try yard.start([
            "submit", "--wait", "--", "sh", "-c", "touch begun; while ! test -e go; do sleep 0.02; done",
        ])
        // A task may begin before its job is on the disk, and acknowledged.
        try yard.eventually("the job is acknowledged, the task has begun") {
            yard.read("begun") != nil && submit.output.contains("job 1:")
        }
        submit.signal(SIGINT)
        let ended = try submit.wait()
        #expect(ended.code == 130)
        #expect(ended.errors.contains("job 1 goes on"))
        try yard.write("go", "")
        try yard.ok("wait", "1")
    }

    @Test func `a capability that does not permit it ends with 4`() throws {
        defer { stop() }
        let security = "\(yard.home)/farm/default/security"
        let observer = try yard.tasks("submit", "--capability", "\(security)/observer.json", "--", "true")
        #expect(observer.code == 4, "\(observer.errors)")
        try yard.ok("list", "--capability", "\(security)/observer.json")
        let client = try yard.tasks("cluster", "stop", "--capability", "\(security)/task-client.json")
        #expect(client.code == 4, "\(client.errors)")
        let engine = try yard.tasks("list", "--capability", "\(security)/engine.json")
        #expect(engine.code == 4, "\(engine.errors)")
        chmod("\(security)/task-client.json", 0o644)
        let loose = try yard.tasks("list")
        #expect(loose.code == 4)
        #expect(loose.errors.contains("task-client.json"))
    }
}
