import FarmTemplate
import FarmTransport
import TaskFarm

/// What a command of `notify:` gets on standard input.
struct NightSummary {
    /// `failure`, `recovery` or `success`.
    let event: String
    let schedule: String
    /// The moment of the firing.
    let at: Instant
    let startedAt: Instant
    /// The schedule's zone, whose clocks the moments are told by.
    let zone: String
    let file: String
    let end: NightEnd
    let report: ScheduledReport

    /// One object; moments are ISO 8601 with the offset of the zone.
    var json: JSONValue {
        let rules = ScheduleWords.zone(zone)
        func moment(_ instant: Instant) -> JSONValue { .string(ScheduleWords.iso(instant, rules)) }
        let counts = TaskState.allCases.filter(\.isTerminal).map {
            JSONMember($0.word, .whole(end.counts[$0]))
        }
        return .object([
            JSONMember("event", .string(event)), JSONMember("schedule", .string(schedule)),
            JSONMember("firing", moment(at)), JSONMember("state", .string(end.state)),
            JSONMember("cause", .string(end.cause)), JSONMember("file", .string(file)),
            JSONMember("job", report.job.map { .whole($0) } ?? .null), JSONMember("name", .words(end.job)),
            JSONMember("tasks", .whole(report.tasks)), JSONMember("counts", .object(counts)),
            JSONMember("started", moment(startedAt)), JSONMember("ended", moment(Moment.now)),
            JSONMember(
                "failures",
                .array(
                    end.failures.map { failure in
                        .object([
                            JSONMember("task", .string(failure.task)),
                            JSONMember("name", .string(failure.name)),
                            JSONMember("state", .string(failure.state)),
                            JSONMember("reason", .string(failure.reason)),
                        ])
                    })),
        ])
    }
}
