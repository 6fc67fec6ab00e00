import Pricing
import TaskFarm

/// What docs/swift-api.md shows of clients, run against a farm with the engine of
/// examples/monte-carlo-options. `SwiftAPITests` runs all of it; the page's blocks are excerpts.
struct SwiftAPISnippets {
    let farm: TaskClient
    let option = CallOption(.european, strike: 100, volatility: 0.2, paths: 1000, seed: 1)
    var options: [CallOption] {
        (1...20).map { CallOption(.european, strike: 100, volatility: 0.2, paths: 1000, seed: $0) }
    }

    static func connect(profile: String) async throws -> TaskClient {
        let farm = try await TaskClient.connect(profile: profile, patience: .seconds(10))
        return farm
    }

    func oneTask() async throws -> [Estimate] {
        let estimate = try await farm.run(PriceOption.self, option)

        let task = try await farm.submit(
            PriceOption.self, option, options: TaskOptions(timeout: .seconds(60)))
        print("submitted as \(task.id)")
        let same = try await task.value
        return [estimate, same]
    }

    func manyTasks() async throws -> [Double] {
        var prices: [Double] = []
        let grid = try await farm.submit(
            PriceOption.self, inputs: options, options: TaskOptions(name: "grid"))
        for (index, result) in try await grid.results.enumerated() {
            switch result {
            case .success(let estimate): prices.append(estimate.price)
            case .failure(let failure): print("option \(index): \(failure)")
            }
        }
        return prices
    }

    func maps() async throws -> (ordered: [Estimate], surest: Double) {
        let estimates = try await farm.map(PriceOption.self, options)

        var surest = Double.infinity
        for try await result in farm.mapUnordered(PriceOption.self, options) {
            surest = min(surest, try result.value.standardError)
        }
        return (estimates, surest)
    }

    func endless() async throws -> Int {
        let seeds = (UInt64(1)...).lazy.map { seed in
            CallOption(.european, strike: 100, volatility: 0.2, paths: 100, seed: seed)
        }
        var count = 0
        var sum = 0.0
        for try await batch in farm.mapUnordered(PriceOption.self, seeds).batches {
            for result in batch { sum += try result.value.price }
            count += batch.count
            if count >= 1000 { break }  // what has not ended is cancelled
        }
        return count
    }

    struct Disk: Codable {
        var free: Int
    }

    func commands() async throws -> (String, Int) {
        let words = try await farm.submit(command: ["echo", "$HOME is not expanded; *"])
        let text = String(decoding: try await words.outcome.standardOutput, as: UTF8.self)

        let line = #"echo "{\"free\": $((6 * 7))}" > "$TASKS_RESULT_FILE""#
        let disk = try await farm.submit(shell: line, returning: Disk.self)
        return (text, try await disk.value.free)
    }

    func order() async throws -> [TaskState] {
        let first = try await farm.submit(shell: "exit 3")
        let after = TaskOptions(name: "cleanup", after: [Dependency([.job(first.job.id)], when: .ended)])
        let second = try await farm.submit(shell: "echo done", options: after)
        let impossible = try await farm.submit(
            shell: "echo never", options: TaskOptions(after: [Dependency([.task(first.id)])]))
        try await farm.barrier([first.job, second.job, impossible.job])
        return [first, second, impossible].compactMap { $0.outcomeIfEnded?.state }
    }

    func failures() async throws -> String {
        var wrong = option
        wrong.strike = -1
        let retry = RetryPolicy(failure: 2)
        do {
            _ = try await farm.run(PriceOption.self, wrong, options: TaskOptions(retry: retry))
        } catch let failure as TaskFailure {
            let outcome = failure.outcome
            print("\(outcome.id) \(outcome.state.word) after \(outcome.attempts) attempts: \(outcome.error)")
            return outcome.error
        }
        return ""
    }

    func others() async throws -> (heat: Int, third: TaskState, rough: String) {
        let labelled = TaskOptions(name: "heat", labels: ["project": "heat"])
        try await farm.submit(shell: "exit 1", options: labelled).job.wait()

        let heat = try await farm.jobs(labelled: ["project": "heat"])
        let summary = TaskOptions(name: "summary", after: [Dependency(heat, when: .ended)])
        let third = try await farm.submit(shell: "echo summed up", options: summary)

        var careful = TaskOptions(name: "careful")
        careful.recoveries = [TaskRecovery(shell: "echo rough", timeout: .seconds(60))]
        let fourth = try await farm.submit(shell: "exit 3", options: careful)
        let rough = String(decoding: try await fourth.outcome.standardOutput, as: UTF8.self)
        return (heat.count, try await third.outcome.state, rough)
    }

    static func needs(_ mesh: JobID) -> TaskOptions {
        var options = TaskOptions(
            name: "training", retry: RetryPolicy(outOfMemory: 2, memoryFactor: 1.5), cpus: 4)
        options.memoryBytes = 8 << 30
        options.gpus = 1
        options.needs = ["license": 1]
        options.tags = ["bigmem"]
        options.maxRunning = 50
        options.maxFailures = .percent(5)
        options.canary = 10
        options.weight = 0.5
        options.speculate = true
        options.follow = Follow([.job(mesh)])
        options.estimate = .seconds(600)
        return options
    }

    func steering() async throws -> (CancelReport, [EngineStatus]) {
        let nap = try await farm.submit(command: ["sleep", "600"])
        let status = try await farm.queueStatus()
        print("\(status.counts.unfinished) tasks are not finished, \(status.slotCount) slots")
        print(try await farm.why(nap.id).reason)
        let report = try await nap.cancel()
        return (report, try await farm.engines())
    }

    func passing() async throws -> Bool {
        var passing = TaskOptions(name: "passing")
        passing.durable = false
        let task = try await farm.submit(command: ["true"], options: passing)
        return try await farm.job(task.job.id).isDurable
    }

    func again() async throws -> (failed: Int, supersededBy: [JobID]) {
        let flaky = try await farm.submit(shell: "exit 3", options: TaskOptions(name: "flaky")).job
        try await flaky.wait()

        let again = try await farm.retry("flaky", failedOnly: true, dependents: true)
        let counts = try await again.wait()
        let supersededBy = try await farm.job(flaky.id).supersededBy  // [again.id]
        try await farm.purge(again.id)
        return (counts[.failed], supersededBy)
    }

    func followed(_ name: String) async throws -> StateCounts {
        let job = try await farm.follow(try await farm.job(named: name).id)
        let counts = try await job.wait()
        return counts
    }

    func compared(_ name: String) async throws -> JobComparison {
        func tasks(_ selector: String) async throws -> [ComparedTask] {
            let job = try await farm.follow(try await farm.resolve(selector).job)
            let outcomes = try await job.outcomes()
            return zip(try await farm.taskStatus(TaskSelection(job: job.id)), outcomes).map {
                ComparedTask($0, $1)
            }
        }
        var rules = ComparisonRules()
        rules.worse = [.init("price")]
        let nights = JobComparison(
            old: try await tasks("\(name)~1"), new: try await tasks(name), rules: rules)
        for change in nights.changes where change.isWorse { print(change.name, change.what.word) }
        return nights
    }

    struct Point: Codable {
        var n: Int
        var alpha: Double
    }

    /// How far the values of a sweep are from the products of its parameters.
    func results(_ name: String) async throws -> Double {
        var sum = 0.0
        let job = try await farm.job(named: name)
        for try await row in try await farm.results(of: job.id, as: Double.self) {
            let n = try row["n", as: Int.self]
            let point: Point = try row.parameters.decode()
            print("\(row.name) took \(row.outcome.duration)")
            sum += try Double(n) * point.alpha - row.value
        }
        return sum
    }
}
