import FarmTransport
import TaskFarm
import Testing

@Suite(.timeLimit(.minutes(2)))
struct SteeringTests {
    @Test func `C28 a paused job gives no result until it is resumed, and another one does`() async throws {
        try await TestFarm.with(engines: 0) { farm, client in
            let paused = try await client.submit(Square.self, inputs: 0..<10)
            #expect(try await client.pause([paused.id]).changed == [paused.id])
            #expect(try await client.job(paused.id).isPaused)
            let engine = try TestEngine(farm.profile, name: "late", slots: 1)
            let other = try await client.submit(Square.self, 3)
            #expect(try await other.value == 9)
            #expect(try await client.job(paused.id).counts.ready == 10)
            #expect(try await client.pause([paused.id]).unchanged == [paused.id])
            #expect(try await client.resume([paused.id]).changed == [paused.id])
            #expect(try await paused.job.wait().succeeded == 10)
            let error = await #expect(throws: TaskClientError.self) { try await client.pause([paused.id]) }
            #expect(error?.code == .alreadyEnded)
            engine.stop()
        }
    }

    @Test func `pausing nothing, what is not there, and the farm without leave are refused`() async throws {
        try await TestFarm.with { farm, client in
            var error = await #expect(throws: TaskClientError.self) { try await client.pause([]) }
            #expect(error?.code == .badInput)
            error = await #expect(throws: TaskClientError.self) { try await client.resume([JobID(77)]) }
            #expect(error?.code == .unknown)
            error = await #expect(throws: TaskClientError.self) { try await client.pauseFarm() }
            #expect(error?.code == .notPermitted)
            let admin = try await farm.connect(role: .admin)
            #expect(try await admin.pauseFarm())
            #expect(try await !admin.pauseFarm())
            #expect(try await client.queueStatus().isPaused)
            let task = try await client.submit(Square.self, 4)
            #expect(try await client.why(task.id).reason.contains("the farm is paused"))
            #expect(try await admin.resumeFarm())
            #expect(try await task.value == 16)
            await admin.close()
        }
    }

    @Test func `C21 the attempts at a task that has not ended are told`() async throws {
        try await TestFarm.with { _, client in
            var options = TaskOptions()
            options.retry = RetryPolicy(failure: 1, delayNanoseconds: 3_600_000_000_000)
            let array = try await client.submit(Fail.self, inputs: 0..<10, options: options)
            var waiting: [TaskStatus] = []
            while waiting.isEmpty {
                waiting = try await client.taskStatus(TaskSelection(job: array.id))
                    .filter { $0.attempt == 1 && $0.state == .waiting }
            }
            let index = Int(waiting[0].id.index)
            let earlier = try await array.job.earlierAttempts(ofTask: index)
            #expect(earlier.map(\.attempt) == [1] && earlier.allSatisfy { $0.state == .failed })
            #expect(array.job.outcome(of: index) == nil)
            try await array.job.cancel()
        }
    }
}
