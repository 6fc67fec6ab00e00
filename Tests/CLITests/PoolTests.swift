import Foundation
import Glibc
import Testing

@Suite(.serialized, .timeLimit(.minutes(5)))
struct PoolTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    @Test func `C57 the ranks of a collective task meet, and C58 one that fails ends it on the other`() throws
    {
        try yard.ok("cluster", "start", "-n", "2", "--slots", "1", "--pool")
        // Each waits for what the other writes: one alone would wait for ever.
        let meet = """
            echo $TASKS_RANKS $TASKS_POOL_RANKS > rank.$TASKS_RANK; other=$((1 - TASKS_RANK))
            while ! test -s rank.$other; do sleep 0.02; done; echo "met $other"
            """
        let met = try yard.tasks("submit", "--collective", "all", "--wait", "--", "sh", "-c", meet)
        #expect(met.code == 0, "\(met.errors)")
        #expect(yard.read("rank.0") == "2 0,1\n" && yard.read("rank.1") == "2 0,1\n")
        let shown = try yard.tasks("show", "1.0")
        #expect(shown.output.contains("rank 0 at engine") && shown.output.contains("rank 1 at engine"))
        // A bar each in a report.
        let report = try yard.ok("sweep-report", "1", "-o", "-").output
        #expect(report.components(separatedBy: "<rect class=\"succeeded\"").count == 3)

        let fail = "if test $TASKS_RANK = 1; then exit 7; fi; echo $$ > left; exec sleep 600"
        let failed = try yard.tasks("submit", "--collective", "2", "--wait", "--", "sh", "-c", fail)
        #expect(failed.code == 1, "\(failed.errors)")
        let row = try yard.tasks("show", "-o", "json", "2.0").objects().first ?? [:]
        #expect(row["exit"] as? Int == 7)
        let ranks = row["ranks"] as? [String] ?? []
        #expect(ranks.count == 2 && ranks[1].contains("failed, exit 7") && ranks[0].contains("cancelled"))
        try yard.eventually("the other rank has ended") { yard.processes("sleep", "600").isEmpty }

        let wide = try yard.tasks("submit", "--collective", "3", "--", "true")
        #expect(wide.code == 0, "\(wide.errors)")
        let why = try yard.tasks("why", "3.0")
        #expect(why.output.contains("has 2 ranks, it needs 3"), "\(why.output)")
        try yard.ok("cancel", "3")
        try yard.ok("cluster", "stop")
    }

    @Test func `C56 a rank that dies takes its pool along, which starts anew and goes on`() throws {
        try yard.ok("cluster", "start", "-n", "2", "--slots", "1", "--pool")
        let line = "echo $$ >> begun.$TASKS_RANK; while ! test -e go; do sleep 0.02; done"
        try yard.ok("submit", "--collective", "all", "--", "sh", "-c", line)
        try yard.eventually("both ranks have begun") {
            yard.lines("begun.0") == 1 && yard.lines("begun.1") == 1
        }
        try yard.killAndWait([yard.workers[0]])
        try yard.eventually("both ranks have begun anew") {
            yard.lines("begun.0") == 2 && yard.lines("begun.1") == 2
        }
        try yard.write("go", "")
        let waited = try yard.tasks("wait", "1")
        #expect(waited.code == 0, "\(waited.errors)")
        let story = try yard.tasks("show", "1.0").output
        #expect(story.contains("engine-lost"), "\(story)")
        try yard.ok("cluster", "stop")
    }

    @Test func `C47 a collective task goes on while its controller is killed and started again`() throws {
        try yard.ok("cluster", "start", "-n", "2", "--slots", "1", "--pool")
        let line = "echo $$ >> begun.$TASKS_RANK; while ! test -e go; do sleep 0.02; done"
        try yard.ok("submit", "--collective", "all", "--", "sh", "-c", line)
        try yard.eventually("both ranks have begun") {
            yard.lines("begun.0") == 1 && yard.lines("begun.1") == 1
        }
        try yard.killController()
        try yard.awaitController()
        try yard.write("go", "")
        let waited = try yard.tasks("wait", "1")
        #expect(waited.code == 0, "\(waited.errors)")
        #expect(yard.lines("begun.0") == 1 && yard.lines("begun.1") == 1)
        try yard.ok("cluster", "stop")
    }

    @Test(arguments: ["drain", "stop"])
    func `C56 all ranks of a pool that are told to leave together leave, and none comes back`(how: String)
        throws
    {
        try yard.ok("cluster", "start", "-n", "3", "--slots", "1", "--pool")
        try yard.ok("submit", "--wait", "--collective", "all", "--", "true")
        let said = try yard.ok("engine", how, "engine-0", "engine-1", "engine-2", "0").output
        #expect(said.split(separator: "\n").count == 3, "each once: \(said)")
        #expect(!said.contains("start anew"), "\(said)")
        try yard.eventually("all have left") { yard.workers.isEmpty }
        try yard.eventually("the controller knows") {
            try yard.tasks("engine", "list", "-o", "json").objects().isEmpty
        }
        let log = try String(
            contentsOfFile: "\(yard.home)/farm/default/log/controller.log", encoding: .utf8)
        #expect(log.components(separatedBy: " joined").count == 4, "none has started anew: \(log)")
        #expect(!log.contains("is broken"), "\(log)")
        try yard.ok("cluster", "stop")
    }

    @Test func `C56 a rank that is stopped by hand is named, and another in its place makes the pool whole`()
        throws
    {
        try yard.ok("cluster", "start", "-n", "2", "--slots", "1", "--pool")
        let engines = try yard.tasks("engine", "list", "-o", "json").objects()
        let second = try #require(engines.first { $0["name"] as? String == "engine-1" })
        let id = try #require(second["id"] as? Int)
        let pool = try #require(second["pool"] as? [String: Any])
        let key = try #require(pool["key"] as? String)
        #expect(pool["rank"] as? Int == 1 && pool["size"] as? Int == 2)
        let table = try yard.ok("engine", "list").output
        #expect(table.contains("\(key.prefix(8))") && table.contains("1/2"), "\(table)")
        let line = "echo $$ >> begun.$TASKS_RANK; while ! test -e go; do sleep 0.02; done"
        try yard.ok("submit", "--collective", "all", "--", "sh", "-c", line)
        try yard.eventually("both ranks have begun") {
            yard.lines("begun.0") == 1 && yard.lines("begun.1") == 1
        }
        let said = try yard.ok("engine", "stop", "engine-1").output
        #expect(said.contains("1 collective task with a rank there begins anew"), "\(said)")
        #expect(said.contains("the other ranks of its pool of 2 start anew"), "\(said)")
        try yard.eventually("the other rank has started anew") {
            let left = try yard.tasks("engine", "list", "-o", "json").objects()
            return left.count == 1 && left[0]["id"] as? Int ?? 0 > 1
                && left[0]["state"] as? String == "attached"
        }
        let why = try yard.ok("why", "1.0").output
        #expect(why.contains("rank 1 (engine \(id), engine-1) was stopped"), "\(why)")
        #expect(why.contains("tasks engine start --pool \(key):1/2"), "\(why)")
        let log = try String(
            contentsOfFile: "\(yard.home)/farm/default/log/controller.log", encoding: .utf8)
        #expect(log.contains("is broken: its rank 1, engine \(id), is gone"), "\(log)")
        let engine = try yard.start(["engine", "start", "--name", "other", "--pool", "\(key):1/2"])
        try yard.eventually("both ranks have begun anew") {
            yard.lines("begun.0") == 2 && yard.lines("begun.1") == 2
        }
        try yard.write("go", "")
        try yard.ok("wait", "1")
        engine.signal(SIGTERM)
        #expect(try engine.wait().code == 0)
        try yard.ok("cluster", "stop", "--now")
    }
}
