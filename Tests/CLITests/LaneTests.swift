import Foundation
import Testing

/// Lanes of engines and interrupts, through the real binary.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct LaneTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private func stop() { _ = try? yard.tasks("cluster", "stop", "--now") }

    private func inLane(_ line: String, _ lane: String = "x") throws {
        try yard.ok("submit", "--target", "engine-0", "--lane", lane, "--", "sh", "-c", line)
    }

    private func cause(_ job: String) throws -> [String] {
        try yard.results(job).values.map { "\($0["state"] ?? "") \($0["cause"] ?? "")" }
    }

    @Test func `C53 a task in a lane runs beside full slots, and clears what is behind it when it fails`()
        throws
    {
        try yard.ok("cluster", "start", "-n", "1", "--slots", "1")
        defer { stop() }
        try yard.ok("submit", "--", "sh", "-c", yard.hold("slot", go: "free"))
        try yard.awaitStart("slot")
        try inLane(yard.hold("first", go: "fail") + "; exit 3")
        try inLane("echo x >> second")
        try inLane("echo x >> third")
        try yard.awaitStart("first")
        let why = try yard.ok("why", "4.0").output
        #expect(why.contains("third in lane 'x' of engine 0 (engine-0), behind 2.0"), "\(why)")
        let engine = try yard.tasks("engine", "list", "-o", "json").objects().first
        let lane = (engine?["lanes"] as? [[String: Any]])?.first
        #expect(lane?["name"] as? String == "x" && lane?["queued"] as? Int == 2)
        // Another lane does not wait.
        try yard.ok(
            "submit", "--wait", "--target", "0", "--lane", "y", "--", "sh", "-c", "echo x >> other")
        try yard.write("fail", "")
        for job in ["2", "3", "4"] { #expect(try yard.tasks("wait", job).code == 1) }
        #expect(try cause("2") == ["failed failure"])
        #expect(try cause("3") == ["cancelled queue-cleared"] && cause("4") == ["cancelled queue-cleared"])
        #expect(yard.read("second") == nil && yard.read("third") == nil && yard.lines("other") == 1)
        try inLane("echo x >> later")
        try yard.ok("wait", "6")
        #expect(yard.lines("later") == 1, "what comes afterwards runs")
        try yard.write("free", "")
        try yard.ok("wait", "1")
    }

    @Test func `C53 an interrupt ends a sleep, and clearing ends what is queued`() throws {
        try yard.ok("cluster", "start", "-n", "1", "--slots", "1")
        defer { stop() }
        try inLane("echo x >> sleeper.starts; exec sleep 600")
        try inLane("echo x >> queued")
        try yard.awaitStart("sleeper")
        #expect(
            try yard.ok("engine", "clear", "0", "--lane", "x").output.contains("1 task of lane 'x' cleared"))
        #expect(try yard.tasks("wait", "2").code == 1)
        #expect(try cause("2") == ["cancelled queue-cleared"])
        #expect(try yard.ok("cancel", "--interrupt", "1").output.contains("1 task interrupted"))
        #expect(try yard.tasks("wait", "1").code == 1)
        #expect(try cause("1") == ["failed failure"])
        #expect(try yard.tasks("cancel", "--interrupt", "1").code == 1, "it has ended")
    }

    @Test func `C53 lines of JSON and retries go into lanes without more ado, and a stop says what is lost`()
        throws
    {
        try yard.ok("cluster", "start", "-n", "1", "--slots", "1")
        defer { stop() }
        try yard.write(
            "lanes.jsonl",
            """
            {"name":"first","run":"echo x >> first; exit 3","targets":["0"],"lane":"setup"}
            {"name":"second","run":"echo x >> second","targets":["0"],"lane":"setup"}
            """)
        #expect(try yard.tasks("submit", "--wait", "lanes.jsonl").code == 1)
        #expect(yard.lines("first") == 1 && yard.read("second") == nil)
        #expect(try yard.tasks("retry", "--wait", "--failed", "1").code == 1)
        #expect(yard.lines("first") == 2, "the task of the lane was done again")
        // Where the file is not there, what needs no lanes goes on with the usual one.
        let capability = "\(yard.home)/farm/default/security/multiengine-client.json"
        try FileManager.default.removeItem(atPath: capability)
        try yard.write("plain.jsonl", #"{"name":"plain","run":"echo x >> plain"}"#)
        try yard.ok("submit", "--wait", "plain.jsonl")
        let refused = try yard.tasks("submit", "lanes.jsonl")
        #expect(refused.code == 4 && refused.errors.contains("multiengine-client.json"), "\(refused.errors)")
    }

    @Test func `C53 an expired multiengine-client.json is in the way of lanes only`() throws {
        try yard.ok("cluster", "start", "-n", "1", "--slots", "1")
        defer { stop() }
        let path = "\(yard.home)/farm/default/security/multiengine-client.json"
        let good = try #require(FileManager.default.contents(atPath: path))
        var bad = try #require(try JSONSerialization.jsonObject(with: good) as? [String: Any])
        bad["expires"] = "2020-01-01T00:00:00Z"
        try JSONSerialization.data(withJSONObject: bad).write(to: URL(fileURLWithPath: path))
        try yard.write("plain.jsonl", #"{"name":"plain","run":"test -e go"}"#)
        let line = #"{"name":"first","run":"true","targets":["0"],"lane":"x"}"#
        try yard.write("lanes.jsonl", #"{"name":"plain","run":"true"}"# + "\n" + line)
        #expect(try yard.tasks("submit", "--wait", "plain.jsonl").code == 1)
        try yard.write("go", "")
        try yard.ok("retry", "--wait", "1")
        let pipe = try yard.shell("$TASKS submit --wait --json-lines - < plain.jsonl")
        #expect(pipe.code == 0, "\(pipe.errors)")
        let refused = try yard.tasks("submit", "lanes.jsonl")
        #expect(refused.code == 4 && refused.errors.contains("expired"), "\(refused.errors)")
        #expect(refused.errors.contains("multiengine-client.json"), "\(refused.errors)")
        #expect(try yard.tasks("list", "-o", "json").objects().count == 3, "nothing of it is left")
        try good.write(to: URL(fileURLWithPath: path))
        try yard.ok("submit", "--wait", "lanes.jsonl")
        let lanes = try yard.shell("cat lanes.jsonl | $TASKS submit --wait --json-lines -")
        #expect(lanes.code == 0, "\(lanes.errors)")
    }

    @Test func `an engine that is stopped says what becomes of its slots and of its lanes`() throws {
        try yard.ok("cluster", "start", "-n", "1", "--slots", "1")
        defer { stop() }
        try yard.ok("submit", "--", "sh", "-c", yard.hold("slot"))
        try inLane(yard.hold("lane"))
        try inLane("true")
        try inLane("true")
        try yard.awaitStart("slot", "lane")
        let said = try yard.ok("engine", "stop", "0").output
        #expect(said.contains("1 task goes back to the queue"), "\(said)")
        #expect(said.contains("1 task of its lanes will fail: nothing runs twice there"), "\(said)")
        #expect(said.contains("2 tasks queued in its lanes will be cleared"), "\(said)")
        #expect(try yard.tasks("wait", "2").code == 1)
        #expect(try cause("2") == ["failed engine-lost"] && cause("4") == ["cancelled queue-cleared"])
        #expect(try yard.tasks("show", "2.0").output.contains("engine 0"))
    }

    @Test func `C53 what a lane may have begun when all died is failed, and names the engine`() throws {
        try yard.ok("cluster", "start", "-n", "1", "--slots", "1")
        defer { stop() }
        try inLane(yard.hold("first"))
        try inLane("echo x >> second")
        try yard.awaitStart("first")
        try yard.killEverything()
        try yard.ok("cluster", "start", "-n", "1", "--slots", "1")
        for job in ["1", "2"] { #expect(try yard.tasks("wait", job).code == 1) }
        #expect(try cause("1") == ["failed engine-lost"] && cause("2") == ["cancelled queue-cleared"])
        let why = try yard.ok("why", "1.0").output
        #expect(why.contains("engine 0 did not come back after the controller's restart"), "\(why)")
        #expect(try yard.ok("show", "1.0").output.contains("nothing in a lane is run twice"))
        #expect(yard.lines("first.starts") == 1)
    }

    @Test func `C53 lanes are refused to those who may not have them, and where there is no such engine`()
        throws
    {
        try yard.ok("cluster", "start", "-n", "1", "--slots", "1")
        defer { stop() }
        try yard.ok("submit", "--wait", "--", "true")
        let profile = "\(yard.home)/farm/default/security/task-client.json"
        let refused = try yard.tasks(
            "submit", "--capability", profile, "--target", "0", "--lane", "x", "--", "true")
        #expect(refused.code == 4 && refused.errors.contains("multiengine-client.json"), "\(refused.errors)")
        let unknown = try yard.tasks("submit", "--target", "nobody", "--lane", "x", "--", "true")
        #expect(unknown.code == 2 && unknown.errors.contains("of engine 'nobody'"), "\(unknown.errors)")
        #expect(try yard.tasks("submit", "--lane", "x", "--", "true").code == 2)
        try yard.write(
            "lanes.yaml",
            """
            tasks:
              first: {run: "echo x >> file.a", targets: [engine-0], lane: setup}
              second: {run: "echo x >> file.b", targets: [engine-0], lane: setup}
            """)
        try yard.ok("submit", "--wait", "lanes.yaml")
        #expect(yard.lines("file.b") == 1)
    }
}
