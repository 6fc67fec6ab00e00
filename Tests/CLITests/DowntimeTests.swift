import Foundation
import Glibc
import Testing

/// A farm that is stopped, looked at while it stands, renewed in place, and started again.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct DowntimeTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private func stop() { _ = try? yard.tasks("cluster", "stop", "--now") }

    @Test func `without a controller the ledger answers, and says since when`() throws {
        try yard.ok("cluster", "start")
        defer { stop() }
        try yard.write(
            "batch.yaml",
            "tasks: {good: {run: \"echo hello; echo 7 > $TASKS_RESULT_FILE\"}, bad: {run: exit 3}}")
        #expect(try yard.tasks("submit", "--wait", "batch.yaml").code == 1)
        let commands = [
            ["list", "-o", "json"], ["show", "1"], ["show", "1.1"], ["why", "1.1"], ["logs", "1.0"],
            ["results", "1", "-o", "json"],
        ]
        // Engines that have left are known by their numbers only.
        func facts(_ ended: Ended) -> String {
            ended.output.replacing(/[ ]\(engine-0\)/, with: "").replacing(/[ ]+/, with: " ")
        }
        let live = try commands.map { try yard.start($0).wait() }
        #expect(live.allSatisfy { $0.code == 0 && !$0.errors.contains("no controller") })
        try yard.ok("cluster", "stop")
        for round in ["stopped", "killed"] {
            for (command, before) in zip(commands, live) {
                let now = try yard.start(command).wait()
                #expect(now.code == 0, "\(round), \(command): \(now.errors)")
                #expect(facts(now) == facts(before), "\(round), \(command)")
                #expect(
                    now.errors.contains(/no controller since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d:/),
                    "\(now.errors)")
            }
            // It looks, and does not touch: what writes still needs a controller.
            #expect(try yard.tasks("submit", "--", "true").code == 3)
            #expect(try yard.tasks("cancel", "1").code == 3)
            guard round == "stopped" else { break }
            try yard.ok("cluster", "start")
            let again = try commands.map { try yard.start($0).wait() }
            #expect(again.map(facts) == live.map(facts))
            #expect(again.allSatisfy { !$0.errors.contains("no controller") })
            try yard.killEverything()
        }
    }

    @Test func `who waits is told that the controller stands still, and that it is back`() throws {
        let controller = try yard.start(["controller"])
        try yard.awaitController()
        let waiter = try yard.start(["submit", "--wait", "--", "true"])
        try yard.eventually("it waits") { waiter.output.contains("job 1") }
        controller.signal(SIGSTOP)
        try yard.eventually("it is told") { waiter.errors.contains("the controller is away since") }
        controller.signal(SIGCONT)
        try yard.eventually("it is told again") { waiter.errors.contains("the controller is back") }
        waiter.signal(SIGINT)
        #expect(try waiter.wait().code == 130)
        controller.signal(SIGTERM)
        _ = try controller.wait()
    }

    @Test func `of a stopped controller it is said that it does not answer, and its ledger is read`() throws {
        let controller = try yard.start(["controller"])
        try yard.awaitController()
        try yard.ok("submit", "--name", "kept", "--", "true")
        try yard.ok("cancel", "kept")
        let reading = [["list", "-o", "json"], ["show", "1"], ["results", "1", "-o", "json"]]
        let live = try reading.map { try yard.start($0).wait() }
        controller.signal(SIGSTOP)
        defer { controller.signal(SIGCONT) }
        // Each of them gives it some seconds, so they do so together.
        let readers = try reading.map { try yard.start($0) }
        let others = try [["submit", "--", "true"], ["cancel", "1"], ["status"], ["cluster", "status"]].map {
            try yard.start($0)
        }
        let words =
            /the controller \(pid (\d+)\) does not answer since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d: it is stopped/
        for (reader, before) in zip(readers, live) {
            let ended = try reader.wait()
            #expect(ended.code == 0 && ended.output == before.output, "\(ended)")
            #expect(ended.errors.contains("this is what its ledger holds"), "\(ended.errors)")
            #expect(ended.errors.firstMatch(of: words)?.1 == "\(controller.pid)", "\(ended.errors)")
        }
        for command in others {
            let ended = try command.wait()
            #expect(ended.code == 3, "\(ended)")
            #expect(ended.errors.firstMatch(of: words)?.1 == "\(controller.pid)", "\(ended.errors)")
            #expect(ended.errors.contains("`kill -CONT \(controller.pid)`"), "\(ended.errors)")
        }
        controller.signal(SIGCONT)
        try yard.awaitController()
        controller.signal(SIGTERM)
        #expect(try controller.wait().code == 0)
    }

    @Test func `SIGHUP starts the controller anew in place, and what runs goes on`() throws {
        let controller = try yard.start(["controller"])
        let engine = try yard.start(["engine", "start", "--slots", "1"])
        try yard.awaitController()
        try yard.eventually("the engine is there") {
            try yard.tasks("engine", "list", "-o", "json").objects().count == 1
        }
        let submit = try yard.start(["submit", "--wait", "--", "sh", "-c", yard.hold("held")])
        try yard.awaitStart("held")
        let started = yard.startTime(controller.pid)
        for round in 1...2 {
            controller.signal(SIGHUP)
            try yard.eventually("it has begun anew") {
                controller.errors.components(separatedBy: "controller ended").count == round + 1
            }
            try yard.awaitController()
        }
        #expect(yard.startTime(controller.pid) == started)
        try yard.write("go", "")
        #expect(try submit.wait().code == 0)
        #expect(yard.lines("held.starts") == 1)
        controller.signal(SIGTERM)
        #expect(try engine.wait().code == 0)
        #expect(try controller.wait().code == 0)
        #expect(yard.processes() == [])
    }

    @Test func `stop lets what runs come to its end, and what waits goes on after the next start`() throws {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        try yard.write(
            "batch.yaml",
            """
            tasks:
              held: {run: "\(yard.hold("held"))"}
              queued: {sweep: {range: {n: {from: 1, to: 3}}}, run: "echo x >> queued.$TASKS_PARAM_n"}
              behind: {after: queued, run: "true"}
            """)
        try yard.ok("submit", "batch.yaml")
        try yard.awaitStart("held")
        let stop = try yard.start(["cluster", "stop"])
        try yard.eventually("it says that it waits") { stop.errors.contains("waiting until the engines") }
        #expect(yard.controller != nil)
        try yard.write("go", "")
        #expect(try stop.wait().code == 0)
        #expect(yard.processes() == [])
        let rows = try yard.results("1")
        #expect(rows["held"]?["state"] as? String == "succeeded")
        #expect(rows["behind"]?["state"] as? String == "waiting")
        #expect((1...3).allSatisfy { rows["queued/n=\($0)"]?["state"] as? String == "ready" }, "\(rows)")
        #expect((1...3).allSatisfy { yard.lines("queued.\($0)") == 0 })
        try yard.ok("cluster", "start", "--slots", "1")
        try yard.ok("wait", "1")
        #expect(yard.lines("held.starts") == 1)
        #expect((1...3).allSatisfy { yard.lines("queued.\($0)") == 1 })
        try yard.ok("cluster", "stop")
    }

    @Test func `stop now ends what runs, which runs again after the next start`() throws {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        let script = "echo $$ >> held.starts; test -e go || { setsid sleep 300 & sleep 300; }"
        try yard.write(
            "batch.yaml", "tasks: {held: {run: \"\(script)\", env: {MARK: \(yard.mark)}}}")
        try yard.ok("submit", "batch.yaml")
        try yard.eventually("it runs") { yard.processes("sleep 300").count >= 3 }
        let stop = try yard.tasks("cluster", "stop", "--now")
        #expect(stop.code == 0, "\(stop.errors)")
        try yard.eventually("nothing is left") { yard.processes() == [] }
        #expect(try yard.results("1")["held"]?["state"] as? String == "ready")
        try yard.write("go", "")
        try yard.ok("cluster", "start", "--slots", "1")
        try yard.ok("wait", "1")
        #expect(yard.lines("held.starts") == 2)
        try yard.ok("cluster", "stop")
    }

    @Test func `stop leaves nothing, also while a dead controller is being replaced`() throws {
        for _ in 0..<3 {
            try yard.ok("cluster", "start")
            let keepers = yard.keepers
            for keeper in keepers { kill(keeper, SIGSTOP) }
            try yard.killController()
            let stop = try yard.start(["cluster", "stop"])
            usleep(.random(in: 0...300_000))
            for keeper in keepers { kill(keeper, SIGCONT) }
            #expect(try stop.wait().code == 0)
            #expect(yard.processes() == [])
            #expect(try yard.tasks("cluster", "status").code == 3)
        }
    }
}
