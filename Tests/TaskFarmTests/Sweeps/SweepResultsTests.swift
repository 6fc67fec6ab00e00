import TaskFarm
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SweepResultsTests {
    @Test func `each task of a sweep comes once, with its parameters and its value by their types`()
        async throws
    {
        try await TestFarm.with(slots: 2) { _, client in
            let job = try await client.submit(
                SweepJobs.parts([
                    ("small", SweepJobs.axis(widths: 4)), ("large", SweepJobs.axis(widths: 40)),
                ]))
            var seen: Set<Int> = []
            var failed = 0
            for try await row in try await client.results(of: job.id, as: Double.self) {
                #expect(seen.insert(row.outcome.index).inserted)
                let point: Area.Input = try row.parameters.decode()
                let width = try row["width", as: Int.self]
                #expect(point == Area.Input(width: width, height: try row["height", as: Double.self]))
                let group = row.outcome.index < 8 ? "small" : "large"
                #expect(row.name == "\(group)/width=\(width),height=\(point.height == 2 ? "0x2" : "0.50")")
                #expect(row.parameters["height"]?.text == (point.height == 2 ? "0x2" : "0.50"))
                let place = row.outcome.index - (row.outcome.index < 8 ? 0 : 8)
                #expect((width, point.height) == (place / 2 + 1, place % 2 == 0 ? 0.5 : 2))
                do throws(TaskFailure) {
                    #expect(try row.value == Double(width) * point.height)
                } catch {
                    #expect(width == 3 && error.outcome.error == "three is no width")
                    failed += 1
                }
            }
            #expect(seen.count == 88)
            #expect(failed == 4)
        }
    }

    @Test func `a parameter that is missing or of another type is an error that says so`() async throws {
        try await TestFarm.with { _, client in
            let job = try await client.submit(SweepJobs.parts([("a", SweepJobs.axis(widths: 1))]))
            var rows: [SweepRow<Double>] = []
            for try await row in try await client.results(of: job.id, as: Double.self) { rows.append(row) }
            let row = try #require(rows.first)
            #expect(throws: PayloadError.self) { try row["depth", as: Int.self] }
            #expect(throws: PayloadError.self) { try row["height", as: [String].self] }
            #expect(try row["depth", as: Int?.self] == nil)
            let text = SweepRow<String>.self
            for try await row in try await client.results(of: job.id, as: String.self) {
                #expect(type(of: row) == text)
                #expect(throws: TaskFailure.self) { try row.value }
            }
        }
    }

    @Test func `tasks that were cancelled together are rows of their own`() async throws {
        try await TestFarm.with(engines: 0) { _, client in
            let job = try await client.submit(SweepJobs.parts([("a", SweepJobs.axis(widths: 500))]))
            try await job.cancel()
            var names: Set<String> = []
            for try await row in try await client.results(of: job.id, as: Double.self) {
                #expect(row.outcome.state == .cancelled)
                #expect(row.id == TaskID(job.id, UInt32(row.outcome.index)))
                names.insert(row.name)
            }
            #expect(names.count == 1_000)
        }
    }

    @Test func `rows come while the job still runs`() async throws {
        try await TestFarm.with { farm, client in
            let job = try await client.submit(Hold.self, inputs: 0..<1).job
            let results = try await client.results(of: job.id, as: Nothing.self)
            async let states = results.reduce(into: []) { $0.append($1.outcome.state) }
            while try await client.taskStatus([TaskID(job.id, 0)])[0].engine == nil { await Task.yield() }
            farm.engines[0].release()
            #expect(try await states == [.succeeded])
        }
    }

    @Test func `a job that does tasks again has their names and points`() async throws {
        try await TestFarm.with { _, client in
            let job = try await client.submit(SweepJobs.parts([("a", SweepJobs.axis(widths: 5))]))
            try await job.wait()
            let again = try await client.retry("\(job.id)", failedOnly: true)
            var names: [String] = []
            for try await row in try await client.results(of: again.id, as: Double.self) {
                #expect(try row["width", as: Int.self] == 3)
                names.append(row.name)
            }
            #expect(names.sorted() == ["a/width=3,height=0.50", "a/width=3,height=0x2"])
        }
    }
}
