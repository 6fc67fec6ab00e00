import TaskFarm
import Testing

@Suite(.timeLimit(.minutes(1)))
struct CancelTests {
    @Test func `C34 a waiting task is cancelled at once`() async throws {
        try await TestFarm.with(engines: 0) { _, client in
            let task = try await client.submit(Square.self, 1)
            #expect(try await task.cancel().cancelled == 1)
            #expect(try await task.outcome.state == .cancelled)
        }
    }

    @Test func `C35 a running task ends when its engine has stopped it`() async throws {
        try await TestFarm.with { _, client in
            let task = try await client.submit(Hold.self, 1)
            while try await client.taskStatus([task.id])[0].engine == nil { await Task.yield() }
            #expect(try await task.cancel().cancelling == 1)
            #expect(try await task.outcome.state == .cancelled)
        }
    }

    @Test func `C36 cancelling what has ended and what is not there and what is cancelled are three errors`()
        async throws
    {
        try await TestFarm.with { _, client in
            let ended = try await client.submit(Square.self, 1)
            _ = try await ended.value
            var error = await #expect(throws: TaskClientError.self) { try await ended.cancel() }
            #expect(error?.code == .alreadyEnded)

            error = await #expect(throws: TaskClientError.self) { try await client.cancel(JobID(77)) }
            #expect(error?.code == .unknown)
            error = await #expect(throws: TaskClientError.self) {
                try await client.cancel(TaskID(ended.job.id, 5))
            }
            #expect(error?.code == .unknown)

            let held = try await client.submit(Hold.self, inputs: 0..<3)
            try await held.job.cancel()
            error = await #expect(throws: TaskClientError.self) { try await held.job.cancel() }
            #expect(error?.code == .alreadyCancelled)
        }
    }

    @Test func `C38 a range of a large job is cancelled by one message`() async throws {
        try await TestFarm.with(engines: 0) { _, client in
            let array = try await client.submit(Square.self, inputs: 0..<100_000)
            let report = try await array.job.cancel(10..<90_010)
            #expect(report.cancelled == 90_000)
            #expect(array.job.outcome(of: 9) == nil)
            let outcome = try await array.job.outcome(ofTask: 50_000)
            #expect(outcome.state == .cancelled)
            #expect(outcome.id == TaskID(array.id, 50_000))
            #expect(try await array.job.cancel().cancelled == 10_000)
            #expect(try await array.job.wait().cancelled == 100_000)
        }
    }

    @Test func `a call that is cancelled cancels its task`() async throws {
        try await TestFarm.with { _, client in
            let call = Task { try await client.run(Hold.self, 1) }
            while try await client.queueStatus().runningCount == 0 { await Task.yield() }
            call.cancel()
            await #expect(throws: CancellationError.self) { try await call.value }
            while try await client.jobs()[0].isEnded == false { await Task.yield() }
        }
    }

    @Test func `a wait that is cancelled leaves the task alone`() async throws {
        try await TestFarm.with { farm, client in
            let task = try await client.submit(Hold.self, 1)
            let wait = Task { try await task.outcome }
            while try await client.queueStatus().runningCount == 0 { await Task.yield() }
            wait.cancel()
            let error = await #expect(throws: TaskClientError.self) { try await wait.value }
            #expect(error?.code == .interrupted)
            farm.engines[0].release()
            #expect(try await task.outcome.state == .succeeded)
        }
    }
}
