import Foundation
import Pricing
import TaskFarm
import Testing

/// The mathematics of examples/monte-carlo-options, and the example as a whole.
@Suite struct PricingTests {
    @Test func `the closed form gives the values of the books`() {
        // Hull, Options, Futures and Other Derivatives, chapter 15: S 42, K 40, r 0.1, σ 0.2, half a year:
        // 4.76.
        let hull = CallOption(
            .european, spot: 42, strike: 40, volatility: 0.2, rate: 0.1, maturityYears: 0.5, paths: 2, seed: 0
        )
        #expect(abs(BlackScholes.call(hull) - 4.759_422) < 1e-6)
        // An average over one date is the price at that date.
        var option = CallOption(.asian, strike: 110, volatility: 0.3, steps: 1, paths: 2, seed: 0)
        #expect(abs(BlackScholes.geometricAsianCall(option) - BlackScholes.call(option)) < 1e-12)
        // An average moves less than the price does.
        option.steps = 50
        #expect(BlackScholes.geometricAsianCall(option) < BlackScholes.call(option))
    }

    @Test func `estimates are reproducible, and near the closed form`() async throws {
        let option = CallOption(.european, strike: 100, volatility: 0.2, paths: 100_000, seed: 7)
        let first = try await PriceOption().run(option, TaskContext())
        #expect(try await PriceOption().run(option, TaskContext()) == first)
        #expect(abs(first.deviation(from: BlackScholes.call(option))) < 4)
        #expect((0.03...0.07).contains(first.standardError))
    }

    @Test func `the Asian price lies between the geometric one and the European one`() async throws {
        let option = CallOption(.asian, strike: 100, volatility: 0.3, paths: 20_000, seed: 3)
        let estimate = try await PriceOption().run(option, TaskContext())
        #expect(estimate.price > BlackScholes.geometricAsianCall(option))
        #expect(estimate.price < BlackScholes.call(option))
        // Without the control variate it would be about 0.08.
        #expect(estimate.standardError < 0.01)
    }

    @Test func `an option that cannot be priced says why`() async {
        let option = CallOption(.european, strike: -1, volatility: 0.2, paths: 100, seed: 0)
        let error = await #expect(throws: (any Error).self) {
            try await PriceOption().run(option, TaskContext())
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("strike is -1.0"))
    }

    @Test(.timeLimit(.minutes(3))) func `the example's script runs, and its numbers do not change`() throws {
        let first = try run(), second = try run()
        #expect(first == second)
        #expect(
            first.contains("20 of 20 European prices are within 3 standard errors of Black–Scholes."),
            "\(first)")
    }

    private func run() throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = Repository.root.appendingPathComponent("examples/monte-carlo-options/run.sh")
        process.arguments = ["5000"]
        // What is built already, in debug mode, so few paths.
        process.environment = ProcessInfo.processInfo.environment.merging(["BIN": Repository.binaries.path]) {
            $1
        }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return text
    }
}
