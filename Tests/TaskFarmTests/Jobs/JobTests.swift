import FarmTransport
import TaskFarm
import Testing

@Suite(.timeLimit(.minutes(1)))
struct JobTests {
    @Test func `one task gives its value`() async throws {
        try await TestFarm.with { _, client in
            let task = try await client.submit(Square.self, 12)
            #expect(try await task.value == 144)
            #expect(try await client.run(Square.self, 5) == 25)
        }
    }

    @Test(arguments: [1, 10, 8192, 8193, 30_000])
    func `many tasks give their values in the order of their inputs`(count: Int) async throws {
        try await TestFarm.with { _, client in
            let array = try await client.submit(
                Square.self, inputs: 0..<count, options: TaskOptions(name: "squares"))
            #expect(try await array.values == (0..<count).map { $0 * $0 })
            #expect(array.job.name == "squares")
            #expect(array.job.taskCount == count)
            #expect(try await array[count - 1].value == (count - 1) * (count - 1))
        }
    }

    @Test func `no inputs make no job`() async throws {
        try await TestFarm.with { _, client in
            let error = await #expect(throws: TaskClientError.self) {
                try await client.submit(Square.self, inputs: [Int]())
            }
            #expect(error?.code == .badInput)
        }
    }

    @Test func `a failed task is an outcome that tells why`() async throws {
        try await TestFarm.with { _, client in
            let task = try await client.submit(Fail.self, 13)
            let outcome = try await task.outcome
            #expect(outcome.state == .failed)
            #expect(outcome.cause == .failure)
            #expect(outcome.error == "no luck with 13")
            #expect(outcome.errorName == "BadLuck")
            #expect(outcome.engine == EngineID(0) || outcome.engine != nil)
            let failure = await #expect(throws: TaskFailure.self) { try await task.value }
            #expect(failure?.description.contains("no luck with 13") == true)
        }
    }

    @Test func `C21 a task that succeeds at its second attempt keeps the history of the first`() async throws
    {
        try await TestFarm.with { _, client in
            let task = try await client.submit(
                FailOnce.self, 0, options: TaskOptions(retry: RetryPolicy(failure: 2)))
            #expect(try await task.value == 2)
            let outcome = try await task.outcome
            #expect(outcome.attempts == 2)
            #expect(outcome.history.map(\.attempt) == [1])
            #expect(outcome.history.first?.error == "first time")
        }
    }

    @Test func `a function that no engine has fails with a message that names it`() async throws {
        try await TestFarm.with { _, client in
            let outcome = try await client.submit(Missing.self, 1).outcome
            #expect(outcome.cause == .notStarted)
            #expect(outcome.error.contains("missing"))
        }
    }

    @Test func `a value of another type is a failure that keeps the outcome`() async throws {
        struct WrongSquare: TaskFunction {
            static let name = "square"
            func run(_ input: Int, _ context: TaskContext) async throws -> [String: Int] { [:] }
        }
        try await TestFarm.with { _, client in
            let task = try await client.submit(WrongSquare.self, 3)
            let failure = await #expect(throws: TaskFailure.self) { try await task.value }
            #expect(failure?.decoding != nil)
            #expect(failure?.outcome.state == .succeeded)
            #expect(try failure?.outcome.value(as: Int.self) == 9)
            #expect(try failure?.outcome.valueJSON() == "9")
        }
    }

    @Test func `C41 times of a task rise from submission to reception`() async throws {
        try await TestFarm.with { _, client in
            let array = try await client.submit(Fail.self, inputs: 0..<100)
            for outcome in try await array.outcomes {
                let started = try #require(outcome.startedAt)
                #expect(outcome.submittedAt <= started)
                #expect(started <= outcome.endedAt)
                #expect(outcome.endedAt <= outcome.receivedAt)
            }
            let times = try #require(array.job.times)
            #expect(times.submittedAt <= (times.firstStartedAt ?? .zero))
            #expect(times.lastEndedAt <= times.receivedAt)
            #expect(times.computedCount == 100)
            #expect(times.wall > .zero)
            #expect(times.speedUp == times.serial / times.wall)
        }
    }

    @Test func `C42 a barrier returns when all tasks have ended and does not throw for failures`()
        async throws
    {
        try await TestFarm.with { _, client in
            let good = try await client.submit(Square.self, inputs: 0..<100)
            let bad = try await client.submit(Fail.self, inputs: 0..<100)
            try await client.barrier([good.job, bad.job])
            #expect(good.job.isEnded && bad.job.isEnded)
            #expect(bad.job.endedCounts.failed == 10)
            #expect(bad.job.endedCounts.succeeded == 90)
        }
    }

    @Test func `C42 waiting for the first failure returns before the rest has ended`() async throws {
        try await TestFarm.with(slots: 2) { farm, client in
            let held = try await client.submit(Hold.self, inputs: 0..<2)
            let fine = try await client.submit(Square.self, 1)
            while try await client.queueStatus().runningCount == 0 { await Task.yield() }
            farm.engines[0].release(succeeding: false)
            let failure = try await held.job.waitForFirstFailure()
            #expect(failure?.state == .failed)
            while !held.job.isEnded {
                farm.engines[0].release(succeeding: false)
                await Task.yield()
            }
            #expect(try await fine.job.waitForFirstFailure() == nil)
        }
    }

    @Test func `C43 the outcome of an unfinished task is none and of a purged one unknown`() async throws {
        try await TestFarm.with { farm, client in
            let held = try await client.submit(Hold.self, 1)
            #expect(held.outcomeIfEnded == nil)
            #expect(try await client.outcome(of: held.id) == nil)
            while try await client.queueStatus().runningCount == 0 { await Task.yield() }
            farm.engines[0].release()
            #expect(try await held.outcome.state == .succeeded)
            #expect(try await client.outcome(of: held.id)?.state == .succeeded)
            try await client.purge(held.id.job)
            let error = await #expect(throws: TaskClientError.self) { try await client.outcome(of: held.id) }
            #expect(error?.code == .unknown)
            let never = await #expect(throws: TaskClientError.self) {
                try await client.outcome(of: TaskID(JobID(4_000), 0))
            }
            #expect(never?.code == .unknown)
        }
    }

    @Test func `what has come of a job is not lost when it is purged`() async throws {
        try await TestFarm.with { farm, client in
            let done = try await client.submit(Square.self, 2)
            #expect(try await done.value == 4)
            try await client.purge(done.id.job)
            // The answer comes behind the word that the job is gone.
            _ = try await client.queueStatus()
            #expect(try await done.value == 4)
            #expect(try await done.job.wait().succeeded == 1)
            let error = await #expect(throws: TaskClientError.self) {
                try await client.follow(done.id.job)
            }
            #expect(error?.code == .unknown)
        }
    }

    @Test func `a submission that names what is not there is refused whole`() async throws {
        try await TestFarm.with { _, client in
            let error = await #expect(throws: TaskClientError.self) {
                try await client.submit(
                    Square.self, 1,
                    options: TaskOptions(after: [Dependency([.job(JobID(99))])]))
            }
            #expect(error?.code == .refused)
            let jobs = try await client.jobs()
            #expect(jobs.isEmpty)
        }
    }

    @Test func `an impossible task names what it failed by`() async throws {
        try await TestFarm.with { _, client in
            let parent = try await client.submit(Fail.self, 3)
            let child = try await client.submit(
                Square.self, 1, options: TaskOptions(after: [Dependency([.task(parent.id)])]))
            let outcome = try await child.outcome
            #expect(outcome.state == .impossible)
            #expect(outcome.rootCause == parent.id)
            let failure = await #expect(throws: TaskFailure.self) { try await child.value }
            #expect(failure?.description.contains("because of task \(parent.id)") == true)
        }
    }

    @Test func `another client follows a job and reads its events from any cursor`() async throws {
        try await TestFarm.with { farm, client in
            let array = try await client.submit(Fail.self, inputs: 0..<500)
            let other = try await farm.connect(role: .observer)
            let followed = try await other.follow(array.id)
            #expect(try await followed.outcomes().count == 500)
            var ended = 0
            var cursor = JobCursor()
            var events = try await other.outcomes(of: array.id).makeAsyncIterator()
            while let batch = try await events.next() {
                for case .ended(_) in batch { ended += 1 }
                cursor = events.cursor
            }
            #expect(ended == 500)
            #expect(cursor.isEnd)
            var rest = try await other.outcomes(of: array.id, from: cursor).makeAsyncIterator()
            #expect(try await rest.next() == nil)
            await other.close()
        }
    }
}
