import Foundation
import HeatSolver
import Testing

/// The solver of examples/nightly-heat, and the example as a whole.
@Suite struct HeatTests {
    @Test(arguments: HeatProblem.Scheme.allCases)
    func `the error falls with the square of the cells, whatever the diffusivity`(
        _ scheme: HeatProblem.Scheme
    ) throws {
        for diffusivity in [0.1, 1, 30] {
            let errors = try [16, 32, 64].map { n in
                let problem = HeatProblem(n: n, diffusivity: diffusivity, scheme: scheme)
                return (n: n, error: try SolveHeat.solve(problem).error)
            }
            let order = try #require(Convergence.order(errors))
            #expect(abs(order - 2) < 0.05)
            #expect(errors.last!.error < 1e-3)
        }
        #expect(Convergence.order([(16, 1), (48, 1)]) == nil)
    }

    @Test func `a problem that cannot be solved says why`() {
        for (n, diffusivity, word) in [(1, 1, "n is 1"), (16, 0, "diffusivity is 0.0")]
            as [(Int, Double, String)]
        {
            let problem = HeatProblem(n: n, diffusivity: diffusivity, scheme: .adi)
            let error = #expect(throws: (any Error).self) { try SolveHeat.solve(problem) }
            #expect("\(error.map { "\($0)" } ?? "")".contains(word))
        }
    }

    @Test(.timeLimit(.minutes(3))) func `the example's script runs three nights, and what has changed in them`() throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = Repository.root.appendingPathComponent("examples/nightly-heat/run.sh")
        process.environment = ProcessInfo.processInfo.environment.merging(["BIN": Repository.binaries.path]) {
            $1
        }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(text)")
        #expect(text.contains("to the power of 2.00 (explicit) and 2.00 (adi)"), "\(text)")
        #expect(text.contains("22 points in both: 22 the same"), "\(text)")
        for skipped in [0, 22, 5] {
            #expect(text.contains("\n\(skipped) of 22 tasks were skipped"), "\(text)")
        }
        #expect(text.contains("\nsucceeded,3,22,22\n"), "\(text)")
    }
}
