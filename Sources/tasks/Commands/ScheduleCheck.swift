import ArgumentParser
import FarmBatch
import FarmTransport
import TaskFarm

/// `tasks schedule check`.
struct ScheduleCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Exit code 1 if a schedule's last success is too old, or there is none; for a watchdog.",
        discussion: """
            Works without a controller, too, by what its ledger holds: that none runs shows when the last \
            success has grown too old.
            """)

    @Argument(help: "The schedules; without any all of them.")
    var names: [String] = []
    @Option(help: "How old the last success may be, as in 25h: from its end until now.")
    var maxAge: String
    @OptionGroup var farm: FarmOptions

    /// Clocks of machines that are set right now and then differ by less.
    private static let clockNanoseconds: Int64 = 60 * 1_000_000_000

    func validate() throws {
        guard Quantity.nanoseconds(maxAge) != nil else {
            throw ValidationError("--max-age \(maxAge): expected a length of time, as in 25h, 90m or 8d")
        }
    }

    func run() async throws {
        let limit = Quantity.nanoseconds(maxAge) ?? 0
        let schedules = try await farm.reading { client in
            var found: [ScheduleStatus] = []
            for name in names { found.append(try await client.schedule(name)) }
            return names.isEmpty ? try await client.schedules() : found
        }
        guard !schedules.isEmpty else {
            throw CommandFailure(.someFailed, "there are no schedules; `tasks schedule add FILE` adds one")
        }
        var isGood = true
        for schedule in schedules {
            let zone = ScheduleWords.zone(schedule.timezone)
            let success = schedule.lastSuccess
            let age = success?.endedAt.map { Moment.now - $0 }
            // One that lies ahead is by a clock that has been put back since: nobody knows how old it is.
            let liesAhead = age.map { $0 < -Self.clockNanoseconds } ?? false
            let isFresh = age.map { $0 <= limit } ?? false && !liesAhead
            if !isFresh { isGood = false }
            var words = "schedule \(schedule.name): \(isFresh ? "ok" : "not ok"): "
            words +=
                success.map { "last success \(ScheduleWords.moment($0.at, zone))" }
                ?? "it has not succeeded yet"
            if let last = schedule.last, last.state != "succeeded" {
                words += "; last \(ScheduleWords.moment(last.at, zone)): \(last.state)"
                if !last.cause.isEmpty { words += ": \(last.cause)" }
            }
            if liesAhead { words += ", which is still to come: the clock was put back" }
            if let trouble = schedule.trouble { words += "; \(trouble)" }
            if !schedule.isEnabled { words += "; it is disabled" }
            Terminal.write("\(words)\n")
        }
        if !isGood { throw CommandFailure.silent(.someFailed) }
    }
}
