import ArgumentParser
import FarmTransport
import TaskFarm

/// `tasks why`.
struct Why: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Say why a task is where it is: what it waits for, or how it ended; and its attempts so far.")

    @Argument(help: "A task (12.3).")
    var task: String
    @OptionGroup var farm: FarmOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let (id, why, attempts) = try await farm.reading { client in
            let selection = try await client.resolve(task)
            guard selection.count == 1 else {
                throw CommandFailure(
                    .refused, "\(selection) is not one task; name one, as in \(selection.job).0")
            }
            let id = TaskID(selection.job, UInt32(selection.first))
            var why = try await client.why(id)
            let outcome = why.state.isTerminal ? try await client.outcome(of: id) : nil
            if let outcome, !outcome.error.isEmpty || outcome.rootCause != nil {
                why.reason = Failures.reason(outcome, saysAttempts: false)
            }
            guard let task = try await client.taskStatus([id]).first else {
                throw CommandFailure(.refused, "there is no task \(id)")
            }
            return (id, why, try await AttemptList.of(task, outcome, client))
        }
        guard format.output == .table else {
            var table = Table([.init("task"), .init("state"), .init("why"), .init("attempts")])
            table.rows = [
                [.string(id.description), .string(why.state.word), .string(why.reason), attempts.json]
            ]
            return table.write(format.output)
        }
        let isPlain = why.reason == "ended: \(why.state.word)"
        Terminal.write("\(id): \(why.state.word)\(isPlain ? "" : ": \(why.reason)")\n")
        if !attempts.rows.isEmpty { attempts.table.write(.table) }
    }
}
