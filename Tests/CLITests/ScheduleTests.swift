import Foundation
import Glibc
import Testing

/// Schedules as people have them, with the real controller and ledger, at short intervals.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ScheduleTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private func stop() { _ = try? yard.tasks("cluster", "stop", "--now") }

    private func states() throws -> [String] { try yard.history().map { $0["state"] as? String ?? "" } }

    @Test func `C63 a schedule fires by itself, once each time, and keeps what it has read and done`() throws
    {
        try yard.ok("cluster", "start", "--slots", "2")
        defer { stop() }
        try yard.schedule("cron: \"@every 1s\", timezone: Europe/Berlin, catch-up: none")
        let added = try yard.ok("schedule", "add", "heat.yaml").output
        #expect(added.hasPrefix("schedule heat: added; @every 1s Europe/Berlin, next 20"))
        try yard.awaitRows("three runs") { $0.count { $0["state"] as? String == "succeeded" } >= 3 }
        try yard.ok("schedule", "disable", "heat")
        try yard.awaitRows("all have ended") {
            $0.allSatisfy { !["queued", "running"].contains($0["state"] as? String) }
        }
        let rows = try yard.history()
        let ran = rows.filter { $0["state"] as? String == "succeeded" }
        #expect(yard.lines("ran") == ran.count)
        #expect(Set(rows.map { $0["at"] as? String }).count == rows.count)
        #expect(Set(ran.map { $0["job"] as? Int }).count == ran.count)
        #expect(Set(ran.map { $0["digest"] as? String }).count == 1)
        #expect((ran.first?["digest"] as? String)?.count == 64)
        // By the zone's clock.
        let at = rows.first?["at"] as? String ?? ""
        #expect(at.hasSuffix("+01:00") || at.hasSuffix("+02:00"))
        let listed = try yard.tasks("schedule", "list", "-o", "json").objects()
        #expect(
            listed.count == 1 && listed[0]["enabled"] as? Bool == false
                && listed[0]["name"] as? String == "heat")
        let job = try yard.job(1)
        #expect(
            (job["labels"] as? [String: String])?["schedule"] == "heat" && job["name"] as? String == "heat")
    }

    @Test func `C49 C63 a schedule survives kill -9 of the controller, and catches all up that it missed`()
        throws
    {
        try yard.ok("cluster", "start", "--slots", "2")
        defer { stop() }
        try yard.schedule("cron: \"@every 2s\", timezone: UTC, catch-up: all")
        try yard.ok("schedule", "add", "heat.yaml")
        try yard.awaitRows("it runs") { $0.contains { $0["state"] as? String == "succeeded" } }
        try yard.killControllerForGood()
        // What its ledger holds can be read with nobody there.
        let before = try yard.history()
        try yard.eventually("some firings are missed") {
            Date().timeIntervalSince1970 > (self.at(before.last) ?? 0) + 9
        }
        // Looked at, it stays as it is.
        #expect(try yard.history().count == before.count)
        try yard.ok("cluster", "start", "--slots", "2")
        try yard.awaitRows("it has caught up") { rows in
            let old = rows.prefix(before.count + 4)
            return old.count == before.count + 4 && old.allSatisfy { $0["state"] as? String == "succeeded" }
        }
        // None left out, none twice: one each two seconds.
        let moments = try yard.history().compactMap { at($0) }
        for (one, next) in zip(moments, moments.dropFirst()) { #expect(next - one == 2, "\(moments)") }
        let ran = try yard.history().filter { $0["state"] as? String == "succeeded" }
        #expect(yard.lines("ran") >= ran.count)
        #expect(Set(ran.map { $0["job"] as? Int }).count == ran.count)
        try yard.ok("schedule", "remove", "heat")
        #expect(try yard.tasks("schedule", "history", "heat").code == 2)
    }

    private func at(_ row: [String: Any]?) -> Double? {
        (row?["at"] as? String).flatMap { try? Date($0, strategy: .iso8601).timeIntervalSince1970 }
    }

    @Test func `C63 without catching up, missed nights are rows with a cause`() throws {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        try yard.schedule("cron: \"@every 2s\", timezone: UTC, catch-up: none")
        try yard.ok("schedule", "add", "heat.yaml")
        try yard.awaitRows("it runs") { !$0.isEmpty }
        try yard.ok("cluster", "stop")
        let before = try yard.history()
        let last = at(before.last) ?? 0
        try yard.eventually("some firings are missed") { Date().timeIntervalSince1970 > last + 7 }
        try yard.ok("cluster", "start", "--slots", "1")
        try yard.awaitRows("it goes on") {
            $0.count > before.count + 2 && $0.last?["state"] as? String == "succeeded"
        }
        let missed = try yard.history().filter { $0["state"] as? String == "missed" }
        #expect(missed.count >= 2)
        #expect(missed.allSatisfy { $0["cause"] as? String == "no controller ran at that time" })
    }

    @Test
    func `C49 a run goes on over the death of its process, of the controller and of both, and is one job`()
        throws
    {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        try yard.schedule("cron: \"0 0 1 1 *\", timezone: UTC", "{night: {run: \"\(yard.hold("night"))\"}}")
        try yard.ok("schedule", "add", "heat.yaml")
        try yard.ok("schedule", "run-now", "heat")
        try yard.awaitStart("night")
        let process = try #require(yard.processes("schedule fire").first)
        try yard.killAndWait([process])
        try yard.eventually("another process goes on") {
            yard.processes("schedule fire").contains { $0 != process }
        }
        try yard.killController()
        try yard.awaitController()
        let second = yard.processes("schedule fire")
        try yard.killAndWait(second + [yard.controller ?? 0].filter { $0 > 0 })
        try yard.awaitController()
        #expect(try states() == ["running"])
        try yard.write("go", "")
        try yard.awaitRows("the run has ended") { $0.first?["state"] as? String == "succeeded" }
        #expect(yard.lines("night.starts") == 1 && yard.lines("night.ends") == 1)
        #expect(try yard.tasks("list", "-o", "json").objects().count == 1)
        #expect(try yard.history().first?["job"] as? Int == 1)
        try yard.eventually("no process of a run is left") { yard.processes("schedule fire").isEmpty }
    }

    @Test func `a stopped cluster leaves no process of a run, and the run goes on with the next`() throws {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        try yard.schedule("cron: \"0 0 1 1 *\", timezone: UTC", "{night: {run: \"\(yard.hold("night"))\"}}")
        try yard.ok("schedule", "add", "heat.yaml")
        try yard.ok("schedule", "run-now", "heat")
        try yard.awaitStart("night")
        try yard.ok("cluster", "stop", "--now")
        try yard.eventually("no process is left") { yard.processes("schedule fire").isEmpty }
        #expect(try states() == ["running"])
        try yard.write("go", "")
        try yard.ok("cluster", "start", "--slots", "1")
        try yard.awaitRows("the run has ended") { $0.first?["state"] as? String == "succeeded" }
    }

    @Test func `C63 a bad file makes that night refused, and notify tells failure, recovery and success`()
        throws
    {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        let notify = """
            notify:
              failure: "cat > failure.json; env > environment; echo told"
              recovery: "cat > recovery.json"
              success: "cat > success.json; exit 3"
            """
        try yard.schedule(
            "cron: \"0 0 1 1 *\", timezone: UTC", "{night: {run: [\"false\"]}, calm: {run: [\"true\"]}}",
            more: notify)
        let added = try yard.start(["schedule", "add", "heat.yaml"], environment: ["SECRET_TOKEN": "x"])
            .wait()
        #expect(added.code == 0, "\(added.errors)")
        func run(_ count: Int, _ state: String) throws -> [String: Any] {
            try yard.ok("schedule", "run-now", "heat")
            try yard.awaitRows("run \(count) has ended") {
                $0.count == count && $0.last?["state"] as? String != "running"
            }
            let row = try #require(try yard.history().last)
            #expect(row["state"] as? String == state, "\(row)")
            return row
        }
        func told(_ name: String) throws -> [String: Any] {
            try JSONSerialization.jsonObject(with: Data((yard.read(name) ?? "").utf8)) as? [String: Any]
                ?? [:]
        }
        _ = try run(1, "failed")
        let failure = try told("failure.json")
        #expect(failure["schedule"] as? String == "heat" && failure["state"] as? String == "failed")
        #expect(failure["name"] as? String == "heat" && failure["job"] as? Int == 1)
        #expect(failure["tasks"] as? Int == 2 && (failure["counts"] as? [String: Int])?["failed"] == 1)
        let first = try #require((failure["failures"] as? [[String: String]])?.first)
        #expect(first["name"] == "night" && first["state"] == "failed" && first["reason"] == "exit code 1")
        let environment = yard.read("environment") ?? ""
        #expect(
            !environment.contains("SECRET") && environment.contains("PATH=")
                && !environment.contains("TASKS_"))
        // Broken by night.
        let whole = try #require(yard.read("heat.yaml"))
        try yard.write("heat.yaml", whole.replacing("night:", with: "night: {rnu: x}, day:"))
        let row = try run(2, "refused")
        let cause = row["cause"] as? String ?? ""
        #expect(
            cause.contains("heat.yaml:7:17: `rnu` is not a key of a task; did you mean “run”?"), "\(cause)")
        #expect(try told("failure.json")["state"] as? String == "refused")
        #expect(try yard.tasks("list", "-o", "json").objects().count == 1)
        try FileManager.default.removeItem(atPath: "\(yard.directory)/heat.yaml")
        #expect((try run(3, "refused")["cause"] as? String)?.contains("No such file") == true)
        try yard.write("heat.yaml", whole.replacing("[\"false\"]", with: "[\"true\"]"))
        _ = try run(4, "succeeded")
        #expect(
            try told("recovery.json")["event"] as? String == "recovery" && yard.read("success.json") == nil)
        let good = try run(5, "succeeded")
        #expect(try told("success.json")["event"] as? String == "success")
        #expect(good["note"] as? String == "notify success: exit code 3")
        #expect(good["digest"] as? String != row["digest"] as? String)
    }

    @Test func `engines of the file are started for the run, and end with it`() throws {
        let controller = try yard.start(["controller", "--profile", "alone"])
        defer { _ = controller }
        try yard.eventually("it answers") { try yard.tasks("status", "--profile", "alone").code == 0 }
        try yard.schedule("cron: \"0 0 1 1 *\", timezone: UTC", more: "engines: {count: 2, slots: 1}")
        try yard.ok("schedule", "add", "heat.yaml", "--name", "two", "--profile", "alone")
        try yard.ok("schedule", "run-now", "two", "--profile", "alone")
        try yard.eventually("it has run") {
            try yard.tasks("schedule", "history", "two", "-o", "json", "--profile", "alone").objects()
                .first?["state"] as? String == "succeeded"
        }
        #expect(yard.lines("ran") == 1)
        try yard.eventually("its engines are gone") { yard.nannies.isEmpty && yard.workers.isEmpty }
    }
}
