import Foundation
import Glibc
import Testing

/// `kill -9` of the controller: what runs goes on, what waits waits on, and nobody has to do anything.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct RestartTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private func stop() { _ = try? yard.tasks("cluster", "stop", "--now") }

    @Test func `C47 what runs goes on when the controller is killed, and so do all who wait`() throws {
        try yard.ok("cluster", "start", "--slots", "2", "--hwm", "2")
        defer { stop() }
        try yard.write(
            "batch.yaml",
            """
            tasks:
              first: {run: "echo one; \(yard.hold("first")); echo two"}
              second: {run: "\(yard.hold("second"))"}
              queued: {sweep: {range: {n: {from: 1, to: 20}}}, run: "echo x >> queued.$TASKS_PARAM_n"}
              behind: {after: {all: [first, queued]}, run: "true"}
            """)
        let submit = try yard.start(["submit", "--wait", "batch.yaml"])
        try yard.awaitStart("first", "second")
        let wait = try yard.start(["wait", "1"])
        let logs = try yard.start(["logs", "-f", "1.0"])
        try yard.eventually("the first line is shown") { logs.output == "one\n" }
        let pids = [yard.read("first.starts"), yard.read("second.starts")]
        for _ in 0..<3 {
            try yard.killController()
            try yard.awaitController()
        }
        #expect(!submit.hasEnded && !wait.hasEnded && !logs.hasEnded)
        try yard.write("go", "")
        for client in [submit, wait, logs] {
            let ended = try client.wait()
            #expect(ended.code == 0, "\(ended.errors)")
        }
        #expect(logs.output == "one\ntwo\n")
        #expect([yard.read("first.starts"), yard.read("second.starts")] == pids)
        let rows = try yard.results("1")
        #expect(rows.count == 23 && rows.values.allSatisfy { $0["state"] as? String == "succeeded" })
        #expect(rows["first"]?["attempt"] as? Int == 1 && rows["second"]?["attempt"] as? Int == 1)
        for n in 1...20 { #expect(yard.lines("queued.\(n)") == 1) }
    }

    @Test func `C47 what ended while no controller was there is recorded, and not run again`() throws {
        try yard.ok("cluster", "start", "--slots", "2")
        defer { stop() }
        try yard.write(
            "batch.yaml",
            """
            tasks:
              held: {sweep: {list: [{n: a}, {n: b}]}, run: "n=$TASKS_PARAM_n; \(yard.hold("$n"))"}
              behind: {after: held, run: "true"}
            """)
        try yard.ok("submit", "batch.yaml")
        try yard.awaitStart("a", "b")
        let keepers = yard.keepers
        for keeper in keepers { kill(keeper, SIGSTOP) }
        try yard.killController()
        try yard.write("go", "")
        try yard.eventually("both have ended") { yard.lines("a.ends") + yard.lines("b.ends") == 2 }
        #expect(yard.controller == nil)
        for keeper in keepers { kill(keeper, SIGCONT) }
        try yard.awaitController()
        try yard.ok("wait", "1")
        #expect(yard.lines("a.starts") == 1 && yard.lines("b.starts") == 1)
        #expect(try yard.results("1").values.allSatisfy { $0["attempt"] as? Int == 1 })
    }

    @Test func `C35 C47 a cancel that was under way when the controller was killed holds`() throws {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        // It does not care for the polite word, so that there is time to kill the controller.
        let script = "trap '' TERM; echo $$ >> long.starts; setsid sleep 300 & while :; do sleep 0.05; done"
        try yard.write(
            "batch.yaml",
            "tasks: {long: {run: \"\(script)\", env: {MARK: \(yard.mark)}}, behind: {after: long, run: \"true\"}}"
        )
        try yard.ok("submit", "batch.yaml")
        try yard.awaitStart("long")
        try yard.eventually("its child runs") { !yard.processes("sleep 300").isEmpty }
        try yard.ok("cancel", "1.0")
        try yard.killController()
        try yard.awaitController()
        #expect(try yard.tasks("wait", "1").code == 1)
        let rows = try yard.results("1")
        #expect(rows["long"]?["state"] as? String == "cancelled")
        #expect(rows["behind"]?["state"] as? String == "impossible")
        #expect(yard.lines("long.starts") == 1)
        try yard.eventually("its tree is gone") { yard.processes("sleep 300").isEmpty }
    }

    @Test func `C48 after the death of everything all that was acknowledged runs, and nothing twice`() throws
    {
        try yard.ok("cluster", "start", "--slots", "2")
        defer { stop() }
        let run = "echo x >> side.$TASKS_JOB.$TASKS_PARAM_n; sleep 0.01"
        try yard.write(
            "batch.yaml", "tasks: {work: {sweep: {range: {n: {from: 1, to: 300}}}, run: \"\(run)\"}}")
        try yard.ok("submit", "batch.yaml")
        try yard.eventually("some have ended") { try yard.job(1)["succeeded"] as? Int ?? 0 >= 30 }
        try yard.ok("submit", "batch.yaml")
        try yard.killEverything()

        let recorded = try yard.results("1", key: "id").filter { $1["state"] as? String == "succeeded" }.keys
        #expect(recorded.count >= 30)
        let before = recorded.map { yard.read(side($0)) }
        try yard.ok("cluster", "start", "--slots", "2")
        try yard.ok("wait", "1", "2")
        for id in 1...2 {
            let line = try yard.job(id)
            #expect(line["tasks"] as? Int == 300 && line["succeeded"] as? Int == 300, "\(line)")
        }
        #expect(recorded.map { yard.read(side($0)) } == before)
    }

    /// The file of task 1.0 is that of parameter 1.
    private func side(_ id: String) -> String {
        "side.1.\((Int(id.split(separator: ".").last ?? "") ?? -1) + 1)"
    }

    @Test func `C33 what an engine runs that comes back late is not given to another`() throws {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        try yard.write("batch.yaml", "tasks: {held: {run: \"\(yard.hold("held"))\"}}")
        try yard.ok("submit", "batch.yaml")
        try yard.awaitStart("held")
        let late = yard.workers
        try yard.killControllerForGood()
        for pid in late { kill(pid, SIGSTOP) }
        let controller = try yard.start(["controller"])
        let other = try yard.start(["engine", "start", "--name", "other", "--slots", "1"])
        try yard.eventually("the other engine is there") {
            try yard.tasks("engine", "list", "-o", "csv").output.contains(",other,")
        }
        // What comes after the restart runs at once, so the other engine has had its chance.
        try yard.ok("submit", "--wait", "--", "true")
        #expect(try yard.results("1")["held"]?["state"] as? String == "ready")
        try yard.write("go", "")
        try yard.eventually("the task has ended") { yard.lines("held.ends") == 1 }
        for pid in late { kill(pid, SIGCONT) }
        try yard.ok("wait", "1")
        #expect(yard.lines("held.starts") == 1)
        #expect(try yard.results("1")["held"]?["attempt"] as? Int == 1)
        try yard.ok("cluster", "stop")
        #expect(try other.wait().code == 0)
        #expect(try controller.wait().code == 0)
        try yard.eventually("all has ended") { yard.processes() == [] }
    }

    @Test func `C30 the result of an engine that was stopped for too long is dropped`() throws {
        try yard.ok("cluster", "start", "-n", "2", "--slots", "1", "--hwm", "1")
        defer { stop() }
        let script = "echo $TASKS_ATTEMPT > $TASKS_RESULT_FILE; \(yard.hold("held", go: "go.$TASKS_ATTEMPT"))"
        try yard.write("batch.yaml", "tasks: {held: {run: \"\(script)\"}}")
        try yard.ok("submit", "batch.yaml")
        try yard.awaitStart("held")
        let task = try #require(yard.read("held.starts").flatMap { Int32($0.dropLast()) })
        let worker = Farmyard.parent(task)
        kill(worker, SIGSTOP)
        try yard.write("go.1", "")
        try yard.eventually("the task is tried on the other engine", seconds: 60) {
            yard.lines("held.starts") == 2
        }
        kill(worker, SIGCONT)
        // With its late result it takes new work again.
        try yard.eventually("the engine is back") {
            try yard.tasks("engine", "list", "-o", "json").objects().filter {
                $0["state"] as? String == "attached"
            }.count == 2
        }
        #expect(try yard.results("1")["held"]?["state"] as? String == "running")
        try yard.write("go.2", "")
        try yard.ok("wait", "1")
        let rows = try yard.tasks("results", "1", "-o", "json").objects()
        #expect(rows.count == 1)
        #expect(rows.first?["value"] as? Int == 2 && rows.first?["attempt"] as? Int == 2)
    }

    @Test func `C38 the cancel of a job of a million tasks survives the controller`() throws {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        try yard.ok("submit", "--", "sh", "-c", yard.hold("held"))
        try yard.awaitStart("held")
        try yard.write(
            "batch.yaml", "tasks: {work: {sweep: {range: {n: {from: 1, to: 1000000}}}, run: \"true\"}}")
        try yard.ok("submit", "batch.yaml")
        try yard.ok("cancel", "2")
        try yard.eventually("all are cancelled") { try yard.job(2)["cancelled"] as? Int == 1_000_000 }
        try yard.killController()
        try yard.awaitController()
        #expect(try yard.job(2)["cancelled"] as? Int == 1_000_000)
        #expect(try yard.tasks("wait", "2").code == 1)
        try yard.write("go", "")
        try yard.ok("wait", "1")
        #expect(yard.lines("held.starts") == 1)
    }
}
