import Foundation
import Testing

/// `tasks plan`: what would be, and nothing is.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct PlanTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private static let file = """
        name: heat
        defaults: {retry: 2}
        tasks:
          mesh: {run: touch ran}
          solve:
            after: mesh
            sweep: {grid: {n: [64, 128], a: {range: {from: 0, to: 1, step: 0.1}}}}
            needs: {cpus: 500, license: 2}
            run: touch ran
        """

    @Test func `a plan needs no farm and says so, and runs nothing`() throws {
        try yard.write("heat.yaml", Self.file)
        let table = try yard.tasks("plan", "heat.yaml")
        #expect(table.code == 0)
        #expect(
            table.output == """
                heat: 23 tasks
                task   tasks  first             after  settings
                mesh       1  mesh                     retry: 2
                solve     22  solve/n=64,a=0.0  mesh   needs: {cpus: 500, license: 2}, retry: 2

                """)
        #expect(table.errors.hasPrefix("no farm is reachable, so it is not known what engines could run: "))
        let rows = try yard.tasks("plan", "heat.yaml", "-o", "json").objects()
        #expect(rows.map { $0["tasks"] as? Int } == [1, 22])
        #expect(
            rows[1]["first"] as? [String] == ["solve/n=64,a=0.0", "solve/n=64,a=0.1", "solve/n=64,a=0.2"])
        #expect(rows[1]["unmet"] is NSNull)
        #expect(!FileManager.default.fileExists(atPath: yard.directory + "/ran"))
    }

    @Test func `what no engine has is told, other jobs are looked up, and nothing is queued`() throws {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        try yard.write("heat.yaml", Self.file)
        let rows = try yard.tasks("plan", "heat.yaml", "-o", "jsonl").output.split(separator: "\n")
        #expect(rows.count == 2 && rows[0].contains(#""unmet":null"#))
        #expect(rows[1].contains("of 500 CPUs, has 0 of 2 license"))
        #expect(try yard.tasks("plan", "heat.yaml").output.contains("cannot run"))
        try yard.write("next.yaml", "tasks: {a: {run: x, after: {job: heat}}}\n")
        let refused = try yard.tasks("plan", "next.yaml")
        #expect(refused.code == 2)
        #expect(refused.errors.contains("next.yaml:1:34: "))
        #expect(try yard.tasks("list", "-o", "json").objects().isEmpty)
    }

    @Test func `lines, a command and a bad file are planned as they would be submitted`() throws {
        try yard.write("lines", "a\nb\n")
        let lines = try yard.tasks(
            "plan", "--each-line", "lines", "-o", "csv", "--cpus", "2", "--", "echo", "{}")
        #expect(lines.code == 0)
        #expect(
            lines.output == """
                task,tasks,first,after,settings,unmet,unchanged
                echo,2,"[""echo/0"",""echo/1""]",[],"{""needs"":{""cpus"":2}}",,

                """)
        #expect(try yard.tasks("plan", "--", "true").output.hasPrefix("the job: 1 task\n"))
        try yard.write("bad.yaml", "tasks: {a: {run: x, tiemout: 5}}\n")
        let bad = try yard.tasks("plan", "bad.yaml")
        #expect(bad.code == 2 && bad.output.isEmpty)
        #expect(
            bad.errors.contains("bad.yaml:1:21: `tiemout` is not a key of a task; did you mean “timeout”?"))
    }
}

/// `after: {match: …}`, through the farm.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct MatchedTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    @Test func `points wait for their partners alone, fail with them, and are done again with them`() throws {
        try yard.write(
            "heat.yaml",
            """
            name: heat
            tasks:
              mesh:
                sweep: {grid: {n: [1, 2, 3]}}
                run: test ${{ n }} != 2 -o -e fixed && echo ${{ index }} > mesh-${{ n }}
              solve:
                after: {match: mesh}
                sweep: {grid: {n: [1, 2, 3], a: [x, y]}}
                run: cat mesh-${{ n }} && echo ${{ name }} ${{ index }} > solve-${{ n }}-${{ a }}
            """)
        try yard.ok("cluster", "start", "--slots", "2")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        let first = try yard.tasks("submit", "--wait", "heat.yaml", "-o", "json")
        #expect(first.code == 1)
        let states = try first.objects().map { "\($0["name"] ?? "") \($0["state"] ?? "")" }
        #expect(
            states == [
                "mesh/n=1 succeeded", "mesh/n=2 failed", "mesh/n=3 succeeded", "solve/n=1,a=x succeeded",
                "solve/n=1,a=y succeeded", "solve/n=2,a=x impossible", "solve/n=2,a=y impossible",
                "solve/n=3,a=x succeeded", "solve/n=3,a=y succeeded",
            ])
        #expect(yard.read("solve-3-y") == "solve/n=3,a=y 5\n")
        try yard.write("fixed", "")
        let again = try yard.ok("retry", "last", "--failed", "--dependents", "--wait", "-o", "json")
        #expect(
            try again.objects().compactMap { $0["name"] as? String } == [
                "mesh/n=2", "solve/n=2,a=x", "solve/n=2,a=y",
            ])
        #expect(yard.read("mesh-2") == "1\n")
        #expect(yard.read("solve-2-y") == "solve/n=2,a=y 3\n")
        let rows = try yard.tasks("results", "1", "-o", "json").objects()
        #expect(rows.allSatisfy { $0["state"] as? String == "succeeded" })
    }
}
