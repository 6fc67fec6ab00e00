import Foundation
import Glibc
import Testing

/// The processes of runs: nothing of a night is left behind, however it ends.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ScheduleProcessTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private func stop() { _ = try? yard.tasks("cluster", "stop", "--now") }

    /// A night with an engine of its own; unless its task is given, it goes on until there is `go`.
    private func startNight(task: String? = nil) throws {
        try yard.ok("cluster", "start", "--slots", "1")
        try yard.schedule(
            "cron: \"0 0 1 1 *\", timezone: UTC",
            "{night: {run: \(task ?? "\"\(yard.hold("night"))\"")}}", more: "engines: {count: 1, slots: 1}")
        try yard.ok("schedule", "add", "heat.yaml")
        try yard.ok("schedule", "run-now", "heat")
        guard task == nil else { return }
        try yard.awaitStart("night")
        try yard.eventually("its engine is there") { !yard.processes("schedule-heat-0").isEmpty }
    }

    @Test
    func `C49 what a killed controller has left of a night leaves with the next one, and the night goes on`()
        throws
    {
        try startNight()
        defer { stop() }
        let first = try #require(yard.processes("schedule fire").first)
        try yard.killControllerForGood()
        #expect(yard.processes("schedule fire") == [first])
        try yard.ok("cluster", "start", "--slots", "1")
        try yard.eventually("another process waits") { yard.processes("schedule fire").count == 2 }
        try yard.ok("cluster", "stop", "--now")
        try yard.eventually("nothing is left") { yard.processes().isEmpty }
        #expect(try yard.history().map { $0["state"] as? String } == ["running"])
        // The next has engines of its own.
        try yard.write("go", "")
        try yard.ok("cluster", "start", "--slots", "1")
        try yard.awaitRows("the night has ended") { $0.first?["state"] as? String == "succeeded" }
        try yard.eventually("its engine is gone") { yard.processes("schedule-heat-0").isEmpty }
        #expect(try yard.tasks("list", "-o", "json").objects().count == 1)
    }

    @Test func `C49 a controller that starts anew in place looks after the processes of its runs`() throws {
        try startNight()
        defer { stop() }
        let first = try #require(yard.processes("schedule fire").first)
        let controller = try #require(yard.controller)
        for round in 1...2 {
            kill(controller, SIGHUP)
            let log = "\(yard.home)/farm/default/log/controller.log"
            try yard.eventually("it has begun anew") {
                let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
                return text.components(separatedBy: "controller ended").count == round + 1
            }
            try yard.awaitController()
        }
        #expect(yard.controller == controller && yard.processes("schedule fire") == [first])
        try yard.write("go", "")
        try yard.awaitRows("the night has ended") { $0.first?["state"] as? String == "succeeded" }
        try yard.eventually("its process is gone") {
            yard.processes("schedule fire").isEmpty && yard.zombies(of: controller).isEmpty
        }
        // One that dies is seen to be dead, and another goes on.
        try FileManager.default.removeItem(atPath: "\(yard.directory)/go")
        try yard.ok("schedule", "run-now", "heat")
        try yard.eventually("the second night has begun") { yard.lines("night.starts") == 2 }
        kill(controller, SIGHUP)
        try yard.awaitController()
        let second = try #require(yard.processes("schedule fire").first)
        try yard.killAndWait([second])
        try yard.eventually("another process goes on") { !yard.processes("schedule fire").isEmpty }
        #expect(yard.zombies(of: controller).isEmpty)
        try yard.ok("cluster", "stop", "--now")
        try yard.eventually("nothing is left") { yard.processes().isEmpty }
    }

    @Test(arguments: ["cancelled", "failed", "killed"])
    func `engines of a night that goes wrong are gone with it`(_ how: String) throws {
        try startNight(task: how == "failed" ? "[\"false\"]" : nil)
        defer { stop() }
        switch how {
        case "cancelled": try yard.ok("cancel", "1")
        case "killed":
            let first = yard.processes("schedule fire") + yard.processes("schedule-heat-0")
            try yard.killAndWait(yard.processes("schedule fire"))
            try yard.eventually("the next has engines of its own") {
                let next = yard.processes("schedule fire") + yard.processes("schedule-heat-0")
                return next.count > 1 && Set(first).isDisjoint(with: next)
            }
            try yard.write("go", "")
        default: break
        }
        let state = how == "killed" ? "succeeded" : how
        try yard.awaitRows("it has \(state)") { $0.first?["state"] as? String == state }
        try yard.eventually("its engines are gone") {
            yard.processes("schedule-heat-0").isEmpty && yard.processes("schedule fire").isEmpty
        }
    }

    @Test func `a notify line that floods or is missing is noted, and fills no disk`() throws {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        let log = "\(yard.home)/farm/default/log/schedule-heat.log"
        func run(_ count: Int, _ line: String) throws -> [String: Any] {
            try yard.schedule("cron: \"0 0 1 1 *\", timezone: UTC", more: "notify: {success: '\(line)'}")
            try yard.ok("schedule", "add", "heat.yaml")
            try yard.ok("schedule", "run-now", "heat")
            try yard.awaitRows("run \(count) has ended") {
                $0.count == count && $0.last?["state"] as? String == "succeeded"
            }
            return try #require(try yard.history().last)
        }
        let flood = try run(1, "echo begun; yes | head -c 30000000; exit 3")
        #expect(flood["note"] as? String == "notify success: exit code 3")
        let text = try String(contentsOfFile: log, encoding: .utf8)
        #expect(text.hasPrefix("begun\ny\n") && text.hasSuffix("… the rest of it is left out\n"))
        #expect(text.utf8.count < 100_000)
        #expect(try run(2, "./nowhere")["note"] as? String == "notify success: exit code 127")
        #expect(try run(3, "kill -9 $$")["note"] as? String == "notify success: killed by signal 9")
        // What it leaves behind keeps nobody waiting, and standard input need not be read.
        #expect(try run(4, "exec 3<&-; sleep 300 & exit 0")["note"] as? String ?? "" == "")
        // A log that has grown is moved aside.
        #expect(truncate(log, 2 << 20) == 0)
        _ = try run(5, "echo anew")
        #expect(try String(contentsOfFile: log, encoding: .utf8) == "anew\n")
        #expect(FileManager.default.fileExists(atPath: "\(log).1"))
    }
}
