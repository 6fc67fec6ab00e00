import ArgumentParser
import FarmTransport
import TaskFarm

/// `tasks status`.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show how the farm, or a job, is doing: tasks by state, engines, slots.")

    @Argument(help: "A job (12, heat, last). Without one: the farm as a whole.")
    var job: String?
    @OptionGroup var farm: FarmOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let client = try await farm.connect()
        if let job {
            let status = try await client.job(try await client.resolve(job).job)
            let name = status.name.isEmpty ? "job \(status.id)" : "job \(status.id) (\(status.name))"
            write(
                [
                    "job": .whole(status.id.raw), "name": .words(status.name),
                    "paused": .bool(status.isPaused),
                ], status.counts
            ) {
                let paused = status.isPaused ? ", paused" : ""
                Terminal.write(
                    "\(name)\(paused): \(counted(status.taskCount, "task")): \(status.counts.words)\n")
                for brake in status.brakes { Terminal.write("\(BrakeWords.line(brake, of: status))\n") }
            }
        } else {
            let status = try await client.queueStatus()
            write(
                [
                    "farm": .string(status.farm), "since": .string(Moment.utc(status.since)),
                    "engines": .whole(status.engineCount), "slots": .whole(status.slotCount),
                    "busy": .whole(status.runningCount), "quarantined": .whole(status.quarantinedCount),
                    "jobs": .whole(status.jobCount), "paused": .bool(status.isPaused),
                    "limits": status.limitsJSON,
                ], status.counts
            ) {
                Terminal.write(
                    "farm \(status.farm), up since \(Moment.local(status.since))\n"
                        + "engines: \(status.engineCount) with \(counted(status.slotCount, "slot")), "
                        + "\(status.engineWords)\n"
                        + "tasks:   \(status.counts.words) (\(counted(status.jobCount, "job")))\n"
                        + status.limitLine)
                if status.isPaused {
                    Terminal.say("the farm is paused, nothing is sent: `tasks resume --all` goes on")
                }
                if let trouble = status.ledgerTrouble {
                    Terminal.say("nothing can be recorded, so nothing new is taken: \(trouble)")
                }
                for launcher in status.launchers {
                    if launcher.pending > 0 {
                        let engines = counted(launcher.pending, "engine")
                        Terminal.write("pending: \(launcher.launcher) has asked for \(engines)\n")
                    }
                    launcher.words.map { Terminal.write("\($0)\n") }
                }
                if status.engineCount == 0, status.counts.unfinished > 0, status.launchers.isEmpty {
                    Terminal.say("no engine is here: `tasks engine start` starts one")
                }
            }
        }
        await client.close()
    }

    /// Words for people, one row with all counts for programs.
    private func write(
        _ head: KeyValuePairs<String, JSONValue>, _ counts: StateCounts, forPeople: () -> Void
    ) {
        if format.output == .table { return forPeople() }
        var table = Table(head.map { .init($0.key) } + TaskState.allCases.map { .init($0.word) })
        table.rows = [head.map(\.value) + TaskState.allCases.map { .whole(counts[$0]) }]
        table.write(format.output)
    }
}
