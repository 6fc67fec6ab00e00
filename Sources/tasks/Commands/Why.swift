import ArgumentParser
import FarmTransport
import TaskFarm

/// `tasks why`.
struct Why: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say why a task is where it is: what it waits for, or how it ended.")

    @Argument(help: "A task (12.3).")
    var task: String
    @OptionGroup var farm: FarmOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let (id, why) = try await farm.reading { client in
            let selection = try await client.resolve(task)
            guard selection.count == 1 else {
                throw CommandFailure(
                    .refused, "\(selection) is not one task; name one, as in \(selection.job).0")
            }
            let id = TaskID(selection.job, UInt32(selection.first))
            var why = try await client.why(id)
            if why.state.isTerminal, let outcome = try await client.outcome(of: id), !outcome.error.isEmpty {
                why.reason = outcome.error
            }
            return (id, why)
        }
        guard format.output == .table else {
            var table = Table([.init("task"), .init("state"), .init("why")])
            table.rows = [[.string(id.description), .string(why.state.word), .string(why.reason)]]
            return table.write(format.output)
        }
        let isPlain = why.reason == "ended: \(why.state.word)"
        Terminal.write("\(id): \(why.state.word)\(isPlain ? "" : ": \(why.reason)")\n")
    }
}
