import Foundation

/// `bench load …` is a client that puts load on a farm; `bench compare …` starts farms and ceilings in turn
/// and compares them. See Benchmarks/README.md.
@main
struct Bench {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            switch arguments.first {
            case "load": try await Load(Array(arguments.dropFirst())).run()
            case "compare": try Comparison(Array(arguments.dropFirst())).run()
            case "ledger": try await LedgerFigures(Array(arguments.dropFirst())).run()
            default:
                throw BenchError(
                    "usage: bench load CAPABILITY flood|latency N | bench compare ROUNDS TASKS CEILINGS | bench ledger ROUNDS TASKS"
                )
            }
        } catch {
            FileHandle.standardError.write(Data("bench: \(error)\n".utf8))
            exit(2)
        }
    }
}

/// What went wrong, in words.
struct BenchError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Seconds of the monotonic clock.
func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
