import FarmBatch
import FarmTemplate
import Foundation
import Testing

private let key = UniqueKey(high: 0, low: 1)
private let here = Surroundings(directory: "/work")

/// What a plan of these parts says.
private func planned(_ next: () throws -> PartDraft?) throws -> (Planner, [PlannedTasks]) {
    var planner = Planner()
    var rows: [PlannedTasks] = []
    while let draft = try next() { rows += try planner.add(draft) }
    if let last = planner.finish() { rows.append(last) }
    return (planner, rows)
}

private func planned(_ yaml: String) throws -> (Planner, [PlannedTasks]) {
    var drafts = try read(yaml).drafts(key: key, surroundings: here)[...]
    return try planned { drafts.popFirst() }
}

@Suite struct PlannerTests {
    @Test func `a file's tasks come in the order in which they can run, with names and what they wait for`()
        throws
    {
        let (plan, rows) = try planned(
            """
            name: heat
            labels: {project: heat}
            tasks:
              report: {run: x, after: [{any: solve, when: ended}, {job: other}, 12.3], follow: mesh}
              solve:
                after: mesh
                sweep: {grid: {n: [64, 128], a: [1, 2]}}
                run: x ${{ n }} ${{ a }}
              mesh: {run: x}
            """)
        #expect(plan.name == "heat" && plan.labels.map(\.value) == ["heat"] && plan.taskCount == 6)
        #expect(rows.map(\.name) == ["mesh", "solve", "report"])
        #expect(rows.map(\.count) == [1, 4, 1])
        #expect(rows[1].first == ["solve/n=64,a=1", "solve/n=64,a=2", "solve/n=128,a=1"])
        #expect(rows[0].first == ["mesh"])
        #expect(rows[1].after == ["mesh"])
        #expect(Set(rows[2].after) == ["any of solve ended", "12.3", "follows mesh", "job other"])
    }

    @Test func `settings are what differs from the default, wherever it was said`() throws {
        let (_, rows) = try planned(
            """
            priority: 3
            defaults: {retry: 2, timeout: 90s, env: {TOKEN: secret}, needs: {memory: 2GiB}}
            tasks:
              a:
                {run: x, needs: {cpus: 4, license: 2, tags: [big]}, deadline: 36h, canary: 5,
                  max-failures: 2.5%}
              b:
                {run: x, retry: {failure: 2, timeout: 1, delay: 500ms}, timeout: 1h30m, dir: d,
                  collective: all}
            """)
        func text(_ row: PlannedTasks) -> String { String(decoding: row.settings.encoded(), as: UTF8.self) }
        #expect(
            text(rows[0])
                == #"{"env":["TOKEN"],"needs":{"cpus":4,"memory":"2048MiB","license":2,"tags":["big"]},"#
                + #""priority":3,"retry":2,"timeout":"1m30s","deadline":"1d12h","max-failures":"2.5%","canary":5}"#
        )
        #expect(
            text(rows[1])
                == #"{"dir":"d","env":["TOKEN"],"needs":{"memory":"2048MiB"},"collective":"all","priority":3,"#
                + #""retry":{"failure":2,"timeout":1,"delay":"500ms"},"timeout":"1h30m"}"#)
        #expect(text(try planned("tasks: {a: {run: x}}").1[0]) == "{}")
    }

    @Test(
        arguments: [
            (0, "0s"), (500_000_000, "500ms"), (5_400_000_000_000, "1h30m"),
            (90_061_001_000_000, "1d1h1m1s1ms"),
        ] as [(Int64, String)])
    func `a duration is written as it would be read`(_ nanoseconds: Int64, _ text: String) {
        #expect(Quantity.text(nanoseconds: nanoseconds) == text)
        #expect(Quantity.nanoseconds(text) == nanoseconds)
    }

    @Test func `a million points are planned from a template, and lines are counted as they come`() throws {
        let (plan, rows) = try planned(
            "tasks: {a: {run: 'x ${{ n }} ${{ m }}', sweep: {range: {n: [1, 1000], m: [1, 1000]}}}}")
        #expect(plan.taskCount == 1_000_000 && rows.map(\.count) == [1_000_000])
        #expect(rows[0].first[2] == "a/n=1,m=3")

        let url = FileManager.default.temporaryDirectory.appendingPathComponent("plan-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: url) }
        try Data((0..<40_000).map { "line \($0)\n" }.joined().utf8).write(to: url)
        let lines = try BatchReader.lines(url.path, command: ["echo"], key: key, surroundings: here)
        let (counted, names) = try planned { try lines.next() }
        #expect(counted.taskCount == 40_000)
        #expect(names.map(\.name) == ["echo"] && names.map(\.count) == [40_000])
        #expect(names[0].first == ["echo/0", "echo/1", "echo/2"])
    }

    @Test func `JSON Lines of one name are one row, with the names that their parameters make`() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("plan-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: url) }
        let text = """
            {"name": "s", "run": "./s ${{ n }}", "params": {"n": 1}}
            {"name": "s", "run": "./s ${{ n }}", "params": {"n": 2}}
            {"name": "s", "run": ["./other"]}
            {"name": "s", "run": "./s", "timeout": "5m"}
            {"name": "r", "run": "./r", "after": "s"}
            """
        try Data(text.utf8).write(to: url)
        let lines = try BatchReader.jsonLines(url.path, key: key, surroundings: here)
        let (plan, rows) = try planned { try lines.next() }
        #expect(plan.taskCount == 5)
        #expect(rows.map(\.name) == ["s", "s", "r"])
        #expect(rows.map(\.count) == [3, 1, 1])
        #expect(rows[0].first == ["s/n=1", "s/n=2", "s"])
        #expect(Set(rows[2].after) == ["s"])
    }
}
