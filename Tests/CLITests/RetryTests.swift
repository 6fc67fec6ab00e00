import Foundation
import Testing

/// `tasks retry`, `purge`, selectors and labels.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct RetryTests {
    let yard: Farmyard

    init() throws {
        yard = try Farmyard()
        let start = try yard.tasks("cluster", "start", "-n", "1", "--slots", "2")
        guard start.code == 0 else { throw Farmyard.Trouble(start.errors) }
    }

    private func stop() { _ = try? yard.tasks("cluster", "stop", "--now") }

    private func states(_ arguments: String...) throws -> [String] {
        let ended = try yard.start(["results"] + arguments + ["-o", "json"]).wait()
        return try ended.objects().compactMap { $0["state"] as? String }
    }

    private func submit() throws {
        try yard.write(
            "heat.yaml",
            """
            name: heat
            labels: {night: "1"}
            tasks:
              mesh: {sweep: {grid: {i: [1, 2, 3]}}, run: "test ${{ i }} != 2 || test -e mended"}
              solve: {after: mesh, sweep: {grid: {n: [10, 20]}}, run: "echo ${{ n }}"}
            """)
        #expect(try yard.tasks("submit", "--wait", "heat.yaml").code == 1)
    }

    @Test func `C45 retry of what failed and its dependents mends the job's table`() throws {
        defer { stop() }
        try submit()
        #expect(try states("heat") == ["succeeded", "failed", "succeeded", "impossible", "impossible"])
        try yard.write("mended", "")
        let again = try yard.ok("retry", "heat", "--failed", "--dependents", "--wait", "-o", "json")
        #expect(again.errors.contains("job 2: heat (3 tasks again)"))
        #expect(try states("heat") == Array(repeating: "succeeded", count: 5))
        #expect(try states("heat", "--exact").filter { $0 == "succeeded" }.count == 2)
        #expect(try states("heat", "--failed") == [])
        let nothing = try yard.tasks("retry", "heat", "--failed")
        #expect(nothing.code == 1 && nothing.errors.contains("nothing of job 1"))
        let list = try yard.tasks("list", "-o", "json").objects()
        #expect(list.last?["retry_of"] as? Int == 1)
        // Again after a restart: points and submission come from the ledger.
        try yard.ok("cluster", "stop")
        try yard.ok("cluster", "start", "-n", "1")
        #expect(try states("heat") == Array(repeating: "succeeded", count: 5))
        let one = try yard.ok("retry", "heat.1", "--wait", "-o", "json").objects()
        #expect(one.first?["name"] as? String == "mesh/i=2")
    }

    @Test func `who follows others and is done again alone goes to where those ran`() throws {
        defer { stop() }
        try yard.ok("cluster", "stop")
        try yard.ok("cluster", "start", "-n", "2")
        try yard.write(
            "follow.yaml",
            """
            tasks:
              first: {run: "true"}
              mesh: {sweep: {grid: {i: [1, 2]}}, targets: engine-1, run: "true"}
              solve: {follow: mesh, run: test -e mended}
            """)
        #expect(try yard.tasks("submit", "--wait", "follow.yaml").code == 1)
        try yard.write("mended", "")
        let again = try yard.ok("retry", "last", "--failed", "--wait", "-o", "json").objects()
        #expect(again.count == 1 && again.first?["state"] as? String == "succeeded")
        let mesh = try yard.tasks("results", "1.1", "--exact", "-o", "json").objects()
        #expect(again.first?["engine"] as? Int == mesh.first?["engine"] as? Int)
    }

    @Test func `a job that could not run for another's failure runs when both are done again`() throws {
        defer { stop() }
        try submit()
        try yard.write("report.yaml", "tasks: {report: {after: [1], run: echo made}}")
        #expect(try yard.tasks("submit", "--wait", "report.yaml").code == 1)
        try yard.write("mended", "")
        try yard.ok("retry", "heat", "--failed", "--dependents", "--wait")
        let again = try yard.ok("retry", "2", "--wait", "-o", "json")
        #expect(try again.objects().compactMap { $0["state"] as? String } == ["succeeded"])
        try yard.ok("submit", "--wait", "report.yaml")
    }

    @Test func `selectors name tasks of the last job, of a name, and of the one before`() throws {
        defer { stop() }
        try submit()
        try submit()
        func id(_ selector: String) throws -> String? {
            try yard.tasks("results", selector, "-o", "json").objects().first?["id"] as? String
        }
        #expect(try id("last.3") == "2.3")
        #expect(try id("heat.4") == "2.4")
        #expect(try id("heat~1.4") == "1.4")
        #expect(try id("1.2-3") == "1.2")
        for (selector, word) in [
            ("heat.9", "not 9"), ("heat.x", "no task or range"), ("cold.1", "names no job"), ("77", "purged"),
        ] {
            let refused = try yard.tasks("results", selector)
            #expect(refused.code == 2 && refused.errors.contains(word), "\(selector): \(refused.errors)")
        }
        let why = try yard.ok("why", "heat.3")
        #expect(why.output == "2.3: impossible: because of task 2.1: exit code 1\n")
        #expect(try yard.tasks("wait", "--label", "night=1").code == 1)
        #expect(try yard.tasks("wait", "--label", "night=2").code == 2)
    }

    @Test func `C43 what is purged is gone, also after a restart, and its number is not used again`() throws {
        defer { stop() }
        try submit()
        try yard.ok("submit", "--wait", "--", "true")
        #expect(try yard.tasks("purge", "1.2").code == 2)
        #expect(try yard.ok("purge", "last", "heat").output == "job 2 purged\njob 1 purged\n")
        for selector in ["1", "2"] {
            let gone = try yard.tasks("results", selector)
            #expect(gone.code == 2 && gone.errors.contains("purged"))
        }
        try yard.ok("cluster", "stop")
        try yard.ok("cluster", "start", "-n", "1")
        #expect(try yard.ok("submit", "--", "sleep", "300").output.hasPrefix("job 3: "))
        let running = try yard.tasks("purge", "3")
        #expect(running.code == 2 && running.errors.contains("not ended"))
    }
}
