import TaskFarm
import Testing

@Suite(.timeLimit(.minutes(1)))
struct QueryTests {
    @Test func `C40 the farm's counts add up to what was submitted`() async throws {
        try await TestFarm.with(slots: 2) { farm, client in
            _ = try await client.submit(Fail.self, inputs: 0..<100).outcomes
            let held = try await client.submit(Hold.self, inputs: 0..<5)
            while try await client.queueStatus().counts.ended < 100 { await Task.yield() }
            let status = try await client.queueStatus()
            #expect(status.counts.total == 105)
            #expect(status.counts.failed == 10)
            #expect(status.counts.unfinished == 5)
            #expect(status.jobCount == 2)
            #expect(status.engineCount == 1)
            #expect(status.slotCount == 2)
            #expect(status.epoch >= 1)
            #expect(status.farm == client.farm)
            try await held.job.cancel()
        }
    }

    @Test func `jobs are listed and found by number and name`() async throws {
        try await TestFarm.with { _, client in
            let options = TaskOptions(name: "squares", labels: ["project": "heat"])
            let first = try await client.submit(Square.self, inputs: 0..<3, options: options)
            let second = try await client.submit(Square.self, inputs: 0..<4, options: options)
            try await client.barrier([first.job, second.job])
            let jobs = try await client.jobs()
            #expect(jobs.map(\.id) == [first.id, second.id])
            #expect(jobs.map(\.taskCount) == [3, 4])
            #expect(jobs[0].labels == ["project": "heat"])
            #expect(jobs[0].isEnded && jobs[0].isSealed)
            #expect(jobs[0].submittedAt <= (jobs[0].endedAt ?? .zero))
            let found = try await client.job(named: "squares")
            #expect(found.id == second.id)
            #expect(found.groups.map(\.count) == [4])
            #expect(try await client.resolve("last") == TaskSelection(job: second.id))
            #expect(try await client.resolve("squares~1") == TaskSelection(job: first.id))
            let range = try await client.resolve("\(first.id).1-2")
            #expect(range == TaskSelection(job: first.id, first: 1, count: 2))
            let error = await #expect(throws: TaskClientError.self) { try await client.resolve("nobody") }
            #expect(error?.code == .unknown)
        }
    }

    @Test func `tasks tell where they are and why`() async throws {
        try await TestFarm.with { _, client in
            let held = try await client.submit(Hold.self, inputs: 0..<3)
            while try await client.taskStatus([held[0].id])[0].engine == nil { await Task.yield() }
            let tasks = try await client.taskStatus([held[0].id, held[1].id, held[2].id])
            #expect(tasks.map(\.id) == [held[0].id, held[1].id, held[2].id])
            #expect(tasks[0].attempt == 1)
            #expect(tasks[2].engine == nil || tasks[2].state == .assigned)
            #expect(try await !client.why(held[2].id).reason.isEmpty)
            let all = try await client.taskStatus(TaskSelection(job: held.id))
            #expect(all.count == 3)
            let error = await #expect(throws: TaskClientError.self) {
                try await client.taskStatus([TaskID(held.id, 17)])
            }
            #expect(error?.code == .unknown)
        }
    }

    @Test func `the tasks of a large job come page by page`() async throws {
        try await TestFarm.with(engines: 0) { _, client in
            let array = try await client.submit(Square.self, inputs: 0..<25_000)
            let tasks = try await client.taskStatus(TaskSelection(job: array.id))
            #expect(tasks.count == 25_000)
            #expect(tasks.last?.id == TaskID(array.id, 24_999))
            for first in [25_000, Int(UInt32.max), Int.max] {
                let none = try await client.taskStatus(TaskSelection(job: array.id, first: first))
                #expect(none.isEmpty)
            }
            let last = try await client.taskStatus(
                TaskSelection(job: array.id, first: 24_999, count: Int.max))
            #expect(last.map(\.id) == [TaskID(array.id, 24_999)])
        }
    }

    @Test func `engines are listed with what they hold`() async throws {
        try await TestFarm.with(engines: 2, slots: 3) { _, client in
            while try await client.queueStatus().engineCount < 2 { await Task.yield() }
            let engines = try await client.engines()
            #expect(Set(engines.map(\.name)) == ["engine-0", "engine-1"])
            #expect(engines.allSatisfy { $0.slots == 3 && $0.presence == "attached" && !$0.isDraining })
            try await client.drain(engines[0].id)
        }
    }

    @Test func `a template can be asked for while its job runs`() async throws {
        try await TestFarm.with(engines: 0) { _, client in
            let line = "echo ${{ index }} done"
            let job = try await client.submit(shell: line).job
            #expect(try await client.template(0, of: job.id).body == .shell(line))
            let words = ["echo", "${{ x }}", "plain"]
            let literal = try await client.submit(command: words).job
            let template = try await client.template(0, of: literal.id)
            #expect(template.body == .arguments(["echo", "${{ '${{' }} x }}", "plain"]))
        }
    }

    @Test func `output of a task that writes nothing is empty`() async throws {
        try await TestFarm.with(engines: 0) { _, client in
            let task = try await client.submit(Square.self, 1)
            let piece = try await client.output(of: task.id, .standardOutput)
            #expect(piece.bytes.isEmpty)
            #expect(piece.isLive)
        }
    }
}
