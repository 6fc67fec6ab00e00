import ArgumentParser
import FarmBatch
import FarmSchedule
import FarmTransport
import TaskFarm

/// `tasks schedule add`.
struct ScheduleAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Have a batch file run at the times that its schedule: says.",
        discussion: """
            Each run reads the file anew, in the directory where this is typed and with its HOME, PATH and \
            the like. When it runs, and notify:, are as they are now: add it again after changing them, its \
            history stays.
            """)

    @Argument(help: "A YAML batch file with schedule:.", completion: .file())
    var file: String
    @Option(help: "What the schedule is called. Default: as the job, else as the file.")
    var name: String?
    @OptionGroup var farm: FarmOptions

    func run() async throws {
        let batch = try BatchReader.read(yaml: file).batch
        guard file != "-", let schedule = batch.schedule else {
            throw CommandFailure(
                .refused,
                file == "-"
                    ? "standard input is read once, and a schedule reads its file each time: name a file"
                    : "\(file) has no `schedule:`, as in schedule: {cron: \"0 2 * * *\"}; `tasks submit` runs it now"
            )
        }
        for warning in batch.warnings where warning.code != .scheduled { Terminal.say("warning: \(warning)") }
        var request = ScheduleRequest(
            name: name ?? (batch.name.isEmpty ? stem : batch.name), file: WorkingDirectory.absolute(file),
            cron: schedule.cron.description, timezone: schedule.timezone ?? ZoneDatabase.localName,
            surroundings: .current())
        request.overlap = schedule.overlap.rawValue
        request.catchUp = schedule.catchUp.rawValue
        request.jitterSeconds = Int(schedule.jitterSeconds)
        request.keep = schedule.keep
        request.notify = batch.notify.lines
        let client = try await farm.connect()
        if name == nil { try await requireSame(request, client) }
        let added = try await client.addSchedule(request)
        await client.close()
        let (status, zone) = (added.schedule, ScheduleWords.zone(added.schedule.timezone))
        let next = status.nextFiring.map { ScheduleWords.moment($0, zone) } ?? "never"
        let disabled = status.isEnabled ? "" : "; it is disabled: `tasks schedule enable \(status.name)`"
        Terminal.write(
            "schedule \(status.name): \(added.isNew ? "added" : "replaced"); \(status.cron) \(status.timezone),"
                + " next \(next)\(disabled)\n")
        if !added.isDurable {
            Terminal.say(
                "the controller keeps its schedules in memory only (--durability none): they end with it")
        }
    }

    /// Two files of one name are mostly a copy whose `name:` was forgotten: the first must not end unnoticed.
    private func requireSame(_ request: ScheduleRequest, _ client: TaskClient) async throws {
        let schedules = try await client.schedules()
        guard let known = schedules.first(where: { $0.name == request.name }), !known.file.isEmpty,
            known.file != request.file
        else { return }
        await client.close()
        throw CommandFailure(
            .refused,
            "schedule \(known.name) runs another file, \(known.file): call this one otherwise by --name,"
                + " or write --name \(known.name) to have that schedule run this file from now on")
    }

    /// `nightly` of `runs/nightly.yaml`.
    private var stem: String {
        let last = file.split(separator: "/").last.map(String.init) ?? file
        return last.split(separator: ".").first.map(String.init) ?? last
    }
}

extension NotifyCommands {
    /// By the keys of the file.
    var lines: [String: String] {
        [("failure", failure), ("recovery", recovery), ("success", success)]
            .reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
}
