import Foundation

/// `bench load …` is a client that puts load on a farm; `bench compare …` starts farms and ceilings in turn
/// and compares them; `bench sweep` is a million points from plan to report; `bench core` drives the scheduler by itself. See Benchmarks/README.md.
@main
struct Bench {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            switch arguments.first {
            case "load": try await Load(Array(arguments.dropFirst())).run()
            case "compare": try Comparison(Array(arguments.dropFirst())).run()
            case "ledger": try await LedgerFigures(Array(arguments.dropFirst())).run()
            case "sweep": try SweepFigures(Array(arguments.dropFirst())).run()
            case "multi": try await MultiFigures(Array(arguments.dropFirst())).run()
            case "launch": try LaunchFigures(Array(arguments.dropFirst())).run()
            case "mpi": try MPIFigures(Array(arguments.dropFirst())).run()
            case "core": try CoreFigures(Array(arguments.dropFirst())).run()
            default:
                throw BenchError(
                    "usage: bench load CAPABILITY flood|latency N | bench compare ROUNDS TASKS CEILINGS | bench ledger ROUNDS TASKS | bench sweep ROUNDS TASKS | bench multi ROUNDS TASKS CEILINGS | bench mpi ROUNDS TASKS ENGINE CEILING | bench launch ROUNDS TASKS | bench core [--rounds R] [--only TEXT]"
                )
            }
        } catch {
            FileHandle.standardError.write(Data("bench: \(error)\n".utf8))
            exit((error as? BenchError)?.exitCode ?? 2)
        }
    }
}

/// What went wrong, in words.
struct BenchError: Error, CustomStringConvertible {
    let description: String
    /// 1: all was measured, and some figure is not what it should be; else 2.
    let exitCode: Int32

    init(_ description: String, exitCode: Int32 = 2) {
        self.description = description
        self.exitCode = exitCode
    }

    static let floorMissed = BenchError("a floor is not met", exitCode: 1)
}
