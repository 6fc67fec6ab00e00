import ArgumentParser
import FarmTestKit

/// The simulator over many seeds in a release build: what the tests do with a thousand, ten times as fast.
@main
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make sim", abstract: "Simulate a farm with faults, one for each seed.")

    @Option(help: "How many seeds.")
    var seeds: UInt64 = 1_000

    @Option(help: "The first of them.")
    var from: UInt64 = 1

    @Option(help: "This seed alone, with all that happens in it.")
    var seed: UInt64?

    func validate() throws {
        guard seeds > 0, from <= UInt64.max - seeds else {
            throw ValidationError("there are no \(seeds) seeds from \(from) on")
        }
    }

    func run() async throws {
        if let seed { return try replay(seed) }
        let began = ContinuousClock.now
        let run = await SeedRun(Array(from..<from + seeds))
        for failure in run.failures { print("\(failure)\n") }
        let counts = run.statistics
        let seconds = (ContinuousClock.now - began).components.seconds
        print(
            """
            \(run.seeds) seeds from \(from) on, \(seconds) s: \(run.failures.count) failed
            \(run.events) events, \(counts.dispatched) dispatches, \(counts.retries) retries, \
            \(counts.enginesLost) engines lost, \(run.restarts) restarts, \(counts.quarantines) quarantines, \
            \(counts.speculations) copies of stragglers
            """)
        if !run.failures.isEmpty { throw ExitCode.failure }
    }

    private func replay(_ seed: UInt64) throws {
        do throws(SimulationFailure) {
            let report = try Simulation.run(seed: seed, isTracing: true)
            print("seed \(seed): \(report.events) events, \(report.tasks) tasks, nothing wrong")
        } catch {
            print(error)
            throw ExitCode.failure
        }
    }
}
