import Foundation
import Glibc
import Testing

/// What the keys of a schedule and the commands for it do, with the real controller and ledger.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ScheduleRuleTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private func stop() { _ = try? yard.tasks("cluster", "stop", "--now") }

    @Test func `so many runs are kept as the file says, and their jobs`() throws {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        try yard.schedule("cron: \"0 0 1 1 *\", timezone: UTC, keep: 2 runs")
        try yard.ok("schedule", "add", "heat.yaml")
        for count in 1...4 {
            try yard.ok("schedule", "run-now", "heat")
            try yard.awaitRows("run \(count) has ended") {
                $0.last?["job"] as? Int == count && $0.last?["state"] as? String == "succeeded"
            }
        }
        #expect(try yard.history().map { $0["job"] as? Int } == [3, 4])
        #expect(try yard.tasks("list", "-o", "json").objects().map { $0["id"] as? Int } == [3, 4])
    }

    @Test func `check tells a watchdog by its exit code`() throws {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        #expect(try yard.tasks("schedule", "check", "--max-age", "1h").code == 1)
        try yard.schedule("cron: \"0 0 1 1 *\", timezone: UTC")
        try yard.ok("schedule", "add", "heat.yaml")
        let never = try yard.tasks("schedule", "check", "heat", "--max-age", "1h")
        #expect(never.code == 1 && never.output.contains("it has not succeeded yet"))
        try yard.ok("schedule", "run-now", "heat")
        try yard.awaitRows("it has run") { $0.first?["state"] as? String == "succeeded" }
        #expect(
            try yard.ok("schedule", "check", "heat", "--max-age", "1h").output.hasPrefix(
                "schedule heat: ok: last success"))
        #expect(try yard.tasks("schedule", "check", "--max-age", "0").code == 1)
        try yard.ok("cluster", "stop")
        #expect(try yard.tasks("schedule", "check", "heat", "--max-age", "1h").code == 0)
        #expect(try yard.tasks("schedule", "check", "heat", "--max-age", "soon").code == 2)
        #expect(try yard.tasks("schedule", "check", "nobody", "--max-age", "1h").code == 2)
    }

    @Test func `replace cancels the run that is going, and skip leaves the new one out`() throws {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        try yard.schedule(
            "cron: \"0 0 1 1 *\", timezone: UTC, overlap: replace",
            "{night: {run: \"\(yard.hold("night"))\"}}")
        try yard.ok("schedule", "add", "heat.yaml")
        try yard.ok("schedule", "run-now", "heat")
        try yard.awaitStart("night")
        try yard.ok("schedule", "run-now", "heat")
        try yard.awaitRows("the second has taken its place") {
            $0.count == 2 && $0[0]["state"] as? String == "cancelled"
                && $0[1]["state"] as? String == "running"
        }
        #expect(try yard.history().first?["cause"] as? String == "a later firing took its place")
        try yard.schedule("cron: \"0 0 1 1 *\", timezone: UTC", "{night: {run: \"\(yard.hold("night"))\"}}")
        #expect(try yard.ok("schedule", "add", "heat.yaml").output.contains("schedule heat: replaced"))
        let skipped = try yard.tasks("schedule", "run-now", "heat")
        #expect(skipped.code == 1 && skipped.errors.contains("skipped: the run before was still going"))
        try yard.write("go", "")
        try yard.awaitRows("the second has ended") { $0[1]["state"] as? String == "succeeded" }
    }

    @Test func `what is wrong is said with its place, and nothing is added`() throws {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        for (schedule, words) in [
            ("cron: \"0 0 30 2 *\"", "heat.yaml:2:18: `cron`: it never fires"),
            ("cron: \"@daily\", timezone: Europe/Berln", "did you mean “Europe/Berlin”"),
            ("cronn: \"@daily\"", "`cronn` is not a key of `schedule`; did you mean “cron”"),
        ] {
            try yard.schedule(schedule)
            let ended = try yard.tasks("schedule", "add", "heat.yaml")
            #expect(ended.code == 2 && ended.errors.contains(words), "\(ended.errors)")
        }
        try yard.write("plain.yaml", "tasks: {a: {run: x}}")
        #expect(try yard.tasks("schedule", "add", "plain.yaml").errors.contains("has no `schedule:`"))
        #expect(try yard.tasks("schedule", "list", "-o", "json").objects().isEmpty)
        let observer = "\(yard.home)/farm/default/security/observer.json"
        try yard.schedule("cron: \"@daily\", timezone: UTC")
        #expect(try yard.tasks("schedule", "add", "heat.yaml", "--capability", observer).code == 4)
        #expect(try yard.tasks("schedule", "show", "nobody").code == 2)
        #expect(try yard.tasks("schedule", "list", "--profile", "nowhere").code == 3)
        // Run at once, what is for schedules is left out of account, and that is said.
        let submitted = try yard.ok("submit", "--wait", "heat.yaml")
        #expect(submitted.errors.contains("`schedule` has no effect here"))
    }

    @Test func `two files of one name do not take each other's place unnoticed`() throws {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        try yard.schedule("cron: \"@daily\", timezone: UTC")
        try yard.ok("schedule", "add", "heat.yaml")
        try yard.write("copy.yaml", try #require(yard.read("heat.yaml")).replacing("@daily", with: "@hourly"))
        let refused = try yard.tasks("schedule", "add", "copy.yaml")
        #expect(refused.code == 2 && refused.errors.contains("schedule heat runs another file"))
        #expect(refused.errors.contains("/heat.yaml: call this one otherwise by --name"))
        func shown(_ key: String) throws -> String? {
            try yard.tasks("schedule", "show", "heat", "-o", "json").objects().first?[key] as? String
        }
        #expect(try shown("cron") == "@daily")
        try yard.ok("schedule", "add", "copy.yaml", "--name", "second")
        #expect(try yard.tasks("schedule", "list", "-o", "json").objects().count == 2)
        #expect(
            try yard.ok("schedule", "add", "copy.yaml", "--name", "heat").output.contains("heat: replaced"))
        #expect(try shown("cron") == "@hourly" && shown("file")?.hasSuffix("/copy.yaml") == true)
        #expect(
            try shown("directory").map { yard.directory.hasSuffix($0) || $0.hasSuffix(yard.directory) }
                == true)
        let odd = try yard.tasks("schedule", "add", "copy.yaml", "--name", "a/b")
        #expect(odd.code == 2 && odd.errors.contains("'a/b' is no name of a schedule"))
    }

    @Test func `whatever the file says otherwise than when it was added is noted`() throws {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        let whole = "cron: \"0 0 1 1 *\", timezone: UTC, overlap: queue, catch-up: all, jitter: 5s, keep: 9"
        let told = "notify: {success: \"true\"}"
        try yard.schedule(whole, more: told)
        try yard.ok("schedule", "add", "heat.yaml")
        let changes = [
            "", "overlap: queue", "catch-up: all", "jitter: 5s", "keep: 9", "timezone: UTC", "\"true\"",
        ]
        for (count, change) in changes.enumerated() {
            let others = ["overlap: queue": "overlap: skip", "timezone: UTC": "timezone: Europe/Berlin"]
            let other = change == "\"true\"" ? "\"echo\"" : others[change] ?? ""
            let text =
                change.isEmpty
                ? whole : whole.replacing(", \(change)", with: other.isEmpty ? "" : ", \(other)")
            try yard.schedule(text, more: change == "\"true\"" ? told.replacing(change, with: other) : told)
            try yard.ok("schedule", "run-now", "heat")
            try yard.awaitRows("run \(count) has ended") {
                $0.count == count + 1 && $0.last?["state"] as? String == "succeeded"
            }
            let note = try yard.history().last?["note"] as? String ?? ""
            #expect(
                note.contains("is another now; `tasks schedule add") == !change.isEmpty, "\(change): \(note)")
        }
    }

    @Test func `disabled, and removed, a run that goes on comes to its end`() throws {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        try yard.schedule(
            "cron: \"0 0 1 1 *\", timezone: UTC, overlap: queue", "{night: {run: \"\(yard.hold("night"))\"}}")
        try yard.ok("schedule", "add", "heat.yaml")
        try yard.ok("schedule", "run-now", "heat")
        try yard.ok("schedule", "run-now", "heat")
        try yard.awaitStart("night")
        try yard.ok("schedule", "disable", "heat")
        #expect(try yard.history().map { $0["state"] as? String } == ["running", "skipped"])
        #expect(try yard.ok("schedule", "disable", "heat").errors.contains("disabled already"))
        let locks = "\(yard.home)/farm/default/schedules"
        #expect(try FileManager.default.contentsOfDirectory(atPath: locks) == ["heat.lock"])
        try yard.ok("schedule", "remove", "heat")
        try yard.write("go", "")
        try yard.eventually("the job and its process have ended") {
            yard.lines("night.ends") == 1 && yard.processes("schedule fire").isEmpty
        }
        // Nothing of it is left but its log.
        #expect(try FileManager.default.contentsOfDirectory(atPath: locks) == [])
        #expect(try yard.tasks("schedule", "list", "-o", "json").objects().isEmpty)
    }

    @Test func `every format has the same rows`() throws {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { stop() }
        try yard.schedule("cron: \"0 0 1 1 *\", timezone: UTC", "{night: {run: [\"false\"]}}")
        try yard.ok("schedule", "add", "heat.yaml")
        try yard.ok("schedule", "run-now", "heat")
        try yard.awaitRows("it has failed") { $0.first?["state"] as? String == "failed" }
        for command in [["list"], ["show", "heat"], ["history", "heat"]] {
            func output(_ format: String) throws -> String {
                try yard.start(["schedule"] + command + ["-o", format]).wait().output
            }
            let lines = try output("jsonl").split(separator: "\n")
            #expect(lines.count == 1 && lines[0].contains("\"failed\""), "\(command): \(lines)")
            let csv = try output("csv").split(separator: "\n")
            #expect(csv.count >= 2 && csv.joined().contains("failed"), "\(command): \(csv)")
            #expect(try output("table").contains("failed"))
            let json = try JSONSerialization.jsonObject(with: Data(try output("json").utf8))
            #expect(String(describing: json).contains("failed"), "\(command)")
        }
    }
}
