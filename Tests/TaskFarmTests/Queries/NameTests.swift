import TaskFarm
import Testing

/// What tasks are called is worked out by the client.
@Suite(.timeLimit(.minutes(1)))
struct NameTests {
    @Test func `the tasks of a sweep tell their names and parameters as they were written`() async throws {
        try await TestFarm.with(engines: 0) { _, client in
            let job = try await client.submit(
                SweepJobs.parts([("a", SweepJobs.axis(widths: 2)), ("b", SweepJobs.axis(widths: 1))]))
            let tasks = try await client.taskStatus(TaskSelection(job: job.id))
            #expect(
                tasks.map(\.name) == [
                    "a/width=1,height=0.50", "a/width=1,height=0x2", "a/width=2,height=0.50",
                    "a/width=2,height=0x2", "b/width=1,height=0.50", "b/width=1,height=0x2",
                ])
            #expect(tasks[3].parameters == ["width": "2", "height": "0x2"])
            let last = try await client.taskStatus([TaskID(job.id, 5)])
            #expect(last.map(\.name) == ["b/width=1,height=0x2"])
        }
    }

    @Test func `a template larger than an answer comes piece by piece`() async throws {
        let values = (0..<60_000).map { ParameterValue(.string("value number \($0)")) }
        try await TestFarm.with(engines: 0) { _, client in
            let job = try await client.submit(
                SweepJobs.parts([("a", .values(name: "title", values))]))
            let template = try await client.template(0, of: job.id)
            #expect(template.encoded().count > 1 << 20)
            #expect(template.sweep == (try Sweep(.values(name: "title", values))))
            let tasks = try await client.taskStatus([TaskID(job.id, 59_999)])
            #expect(tasks.map(\.parameters) == [["title": "value number 59999"]])
        }
    }

    @Test func `C40 names of more jobs than are kept are all right`() async throws {
        try await TestFarm.with(engines: 0) { _, client in
            var jobs: [JobID] = []
            for number in 0..<9 {
                let axis = SweepAxis.values(name: "n", [ParameterValue(.number("\(number)"))])
                jobs.append(try await client.submit(SweepJobs.parts([("a", axis)])).id)
            }
            for _ in 0..<2 {
                for (number, job) in jobs.enumerated() {
                    let tasks = try await client.taskStatus([TaskID(job, 0)])
                    #expect(tasks.map(\.name) == ["a/n=\(number)"])
                }
            }
        }
    }
}
