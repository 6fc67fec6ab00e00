import Foundation
import Pricing
import TaskFarm
import Testing

/// What docs/swift-api.md shows does what the page says.
@Suite struct SwiftAPITests {
    @Test(.timeLimit(.minutes(2))) func `the page's Swift code works on a farm`() async throws {
        let shell = try Shell()
        let start = Step(
            place: "here",
            command: "tasks cluster start -n 2 --slots 1 --engine \(Repository.binaries.path)/PricingEngine",
            exitCode: 0, output: nil)
        let sweep = Step(
            place: "here",
            command: "tasks sweep 'awk \"BEGIN { print {n} * {alpha} }\" > $TASKS_RESULT_FILE' n=1,2,3"
                + " alpha=0.5,2 --submit --wait --name products",
            exitCode: 0, output: nil)
        let started = try shell.run([start, sweep])
        try #require(started.allSatisfy { $0.exitCode == 0 }, "\(started)")
        let profile = shell.directory.appendingPathComponent("home/default").path
        let page = SwiftAPISnippets(farm: try await SwiftAPISnippets.connect(profile: profile))

        let estimates = try await page.oneTask()
        #expect(estimates[0] == estimates[1])
        #expect(try await page.manyTasks().count == 20)
        let maps = try await page.maps()
        #expect(maps.ordered.first == estimates[0])
        #expect(maps.ordered.map(\.standardError).min() == maps.surest)
        #expect(try await page.endless() >= 1000)
        let (text, free) = try await page.commands()
        #expect(text == "$HOME is not expanded; *\n")
        #expect(free == 42)
        #expect(try await page.order() == [.failed, .succeeded, .impossible])
        #expect(try await page.others() == (1, .succeeded, "rough\n"))
        #expect(SwiftAPISnippets.needs(JobID(1)).maxFailures == .share(500))
        #expect(try await page.failures() == "strike is -1.0; it has to be a number above 0")
        let (report, engines) = try await page.steering()
        #expect(report.cancelling == 1)
        #expect(engines.count == 2)
        #expect(try await page.followed("grid").succeeded == 20)
        _ = try await page.manyTasks()
        let nights = try await page.compared("grid")
        #expect(nights.sharedCount == 20 && nights.changes == [])
        #expect(try await page.results("products") == 0)
        #expect(try await !page.passing())
        let (failed, supersededBy) = try await page.again()
        #expect(failed == 1 && supersededBy.count == 1)
        await page.farm.close()
    }

    @Test func `a function is tested without a farm`() async throws {
        let option = CallOption(.european, strike: 100, volatility: 0.2, paths: 1000, seed: 1)
        let estimate = try await PriceOption().run(option, TaskContext())
        #expect(abs(estimate.deviation(from: BlackScholes.call(option))) < 4)
    }
}
