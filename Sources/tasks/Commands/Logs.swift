import ArgumentParser
import FarmTransport
import Glibc
import TaskFarm

/// `tasks logs`.
struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Show what a task has written, also while it runs; or the log of the controller or of an engine.")

    @Argument(help: "A task (12.3); of a job with one task the job will do.")
    var task: String?
    @Flag(name: .shortAndLong, help: "Go on showing what comes, until the task has ended or Ctrl-C.")
    var follow = false
    @Flag(name: .customLong("stderr"), help: "Standard error instead of standard output.")
    var isError = false
    @Option(help: "Only what this rank of a command has written that was started as several (mpi).")
    var rank: Int?
    @Flag(help: "The controller's log.")
    var controller = false
    @Option(help: "The log of an engine of this machine, by its number or name.")
    var engine: String?
    @OptionGroup var farm: FarmOptions

    func validate() throws {
        if [task != nil, controller, engine != nil].filter({ $0 }).count != 1 {
            throw ValidationError("name one thing: a task (12.3), --controller, or --engine N")
        }
        if rank != nil, task == nil { throw ValidationError("--rank goes with a task (12.3)") }
    }

    func run() async throws {
        if controller || engine != nil { try farm.requireHere("logs") }
        if controller { return try LogFile(farm.directory.controllerLog).show(follow: follow) }
        if let engine { return try LogFile(await path(ofEngine: engine)).show(follow: follow) }
        try await farm.reading { client in
            let selection = try await client.resolve(task ?? "last")
            var count = selection.count
            if count == nil { count = try await client.job(selection.job).taskCount }
            guard count == 1 else {
                throw CommandFailure(
                    .refused, "\(selection) are several tasks; name one, as in \(selection.job).0")
            }
            try await show(TaskID(selection.job, UInt32(clamping: selection.first)), client)
        }
    }

    /// What a running task writes comes from the controller piece by piece; what one that has ended has left,
    /// from its outcome.
    private func show(_ id: TaskID, _ client: TaskClient) async throws {
        let stream: OutputStream = isError ? .standardError : .standardOutput
        var shown = 0
        var lines = rank.map { RankLines($0) }
        func write(_ bytes: [UInt8]) { Terminal.write(lines == nil ? bytes : lines!.take(bytes)) }
        while true {
            let state = try await client.taskStatus([id]).first?.state ?? .waiting
            if state.isTerminal { break }
            let piece = try await client.output(of: id, stream, from: shown)
            write(piece.bytes)
            if !piece.bytes.isEmpty {
                shown = max(shown, piece.nextOffset)
                continue
            }
            guard follow else {
                if shown == 0 {
                    Terminal.say("task \(id) is \(state.word) and has written nothing there yet")
                }
                return
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        guard let outcome = try await client.outcome(of: id) else { return }
        if let rank, outcome.attempts > 0, !outcome.commandRanks.contains(where: { $0.rank == rank }) {
            throw CommandFailure(
                .refused, "task \(id) had no rank \(rank); `tasks show \(id)` tells which ranks it had")
        }
        let kept = isError ? outcome.standardError : outcome.standardOutput
        write(Array(kept.dropFirst(shown)))
        if kept.isEmpty, outcome.attempts == 0 {
            Terminal.say("task \(id) is \(outcome.state.word); it has not run")
        }
    }

    private func path(ofEngine text: String) async throws -> String {
        let directory = farm.directory
        // A number is the controller's; it knows the name. Without a controller the files have to do.
        if let number = UInt32(text), let client = try? await farm.connect() {
            let name = try await client.engines().first { $0.id.raw == number }?.name
            await client.close()
            if let path = name.flatMap({ Self.path(ofEngine: $0, directory) }) { return path }
        }
        guard
            let path = Self.path(ofEngine: text, directory)
                ?? Self.path(ofEngine: "engine-\(text)", directory)
        else {
            throw CommandFailure(
                .refused,
                "there is no log of engine \(text) in \(directory.logPath); engines of other machines keep theirs there"
            )
        }
        return path
    }

    /// Engines that a launcher has started on a host by ssh share the host's log: `node7-1` is in `node7`.
    private static func path(ofEngine name: String, _ directory: ProfileDirectory) -> String? {
        let parts = name.split(separator: "-")
        let isNumbered = parts.count > 1 && parts.last?.allSatisfy(\.isNumber) == true
        let names = [name] + (isNumbered ? [parts.dropLast().joined(separator: "-")] : [])
        return names.map { directory.engineLog($0) }.first { access($0, R_OK) == 0 }
    }
}
