import FarmTransport
import TaskFarm

/// The attempts at one task that have ended: as a table, and as a story.
struct AttemptList {
    /// One attempt that has ended.
    struct Row {
        var attempt: Int
        var engine: EngineID?
        var state: TaskState
        var cause: Cause
        var exitCode: Int
        var startedAt: Instant?
        var endedAt: Instant
        /// The first line of what went wrong.
        var error: String
        /// Which of the task's recoveries was tried, from 1; 0: the task itself.
        var recovery = 0

        var number: String { recovery == 0 ? "\(attempt)" : "\(attempt) (recovery \(recovery))" }

        /// It came to run; 0 is no exit code of what never began.
        var hasRun: Bool { startedAt != nil && cause != .notStarted }
        var seconds: Double { startedAt.map { Double(max(0, endedAt - $0)) / 1e9 } ?? 0 }
    }

    let rows: [Row]
    private let names: [EngineID: String]

    /// `earlier`: the attempts that were not the last. `engines`: those whose names are known.
    init(earlier: [AttemptRecord], outcome: TaskOutcome?, engines: [EngineStatus]) {
        names = Dictionary(engines.map { ($0.id, $0.name) }) { $1 }
        var rows = earlier.map { attempt in
            Row(
                attempt: attempt.attempt, engine: attempt.engine, state: attempt.state, cause: attempt.cause,
                exitCode: attempt.exitCode, startedAt: attempt.startedAt, endedAt: attempt.endedAt,
                error: Self.firstLine(attempt.error))
        }
        for index in rows.indices.dropFirst() { rows[index].recovery = earlier[index - 1].nextRecovery }
        // What never came to an engine, or ended while it waited for its next try, has had no last attempt.
        if let outcome, outcome.attempts > 0, rows.last?.attempt != outcome.attempts,
            ![.noEngine, .dependency].contains(outcome.cause)
        {
            rows.append(
                Row(
                    attempt: outcome.attempts, engine: outcome.engine, state: outcome.state,
                    cause: outcome.cause, exitCode: outcome.exitCode, startedAt: outcome.startedAt,
                    endedAt: outcome.endedAt,
                    error: outcome.source.map { "as \($0)" } ?? Self.firstLine(outcome.error),
                    recovery: earlier.last?.nextRecovery ?? 0))
        }
        self.rows = rows
    }

    /// Of a task, by what the farm knows; engines that have left are known by their numbers.
    static func of(
        _ task: TaskStatus, _ outcome: TaskOutcome?, _ client: TaskClient
    ) async throws -> AttemptList {
        let engines = (try? await client.engines()) ?? []
        if let outcome { return AttemptList(earlier: outcome.history, outcome: outcome, engines: engines) }
        // For the others the job's log need not be read.
        let isRetried = task.attempt > 1 || task.attempt == 1 && task.engine == nil
        let job = isRetried ? try await client.follow(task.id.job) : nil
        let earlier = try await job?.earlierAttempts(ofTask: Int(task.id.index)) ?? []
        return AttemptList(earlier: earlier, outcome: nil, engines: engines)
    }

    private static func firstLine(_ text: String) -> String {
        text.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
    }

    /// `engine 0 (engine-0)`.
    func name(_ engine: EngineID) -> String {
        names[engine].map { "engine \(engine) (\($0))" } ?? "engine \(engine)"
    }

    // MARK: A table

    var table: Table {
        var table = Table([
            .init("attempt", isNumber: true), .init("engine"), .init("state"), .init("cause"),
            .init("exit", isNumber: true), .init("seconds", isNumber: true), .init("ended"), .init("error"),
        ])
        for row in rows {
            table.rows.append([
                .whole(row.attempt), .words(row.engine.map(name) ?? ""), .string(row.state.word),
                row.cause == .none ? .null : .string(row.cause.word),
                row.hasRun ? .whole(row.exitCode) : .null, row.hasRun ? .seconds(row.seconds) : .null,
                .string(Moment.local(row.endedAt)), .words(row.error),
            ])
        }
        return table
    }

    var json: JSONValue {
        .array(
            rows.map { row in
                .object([
                    JSONMember("attempt", .whole(row.attempt)),
                    JSONMember("recovery", .whole(row.recovery)),
                    JSONMember("engine", row.engine.map { .whole($0.raw) } ?? .null),
                    JSONMember("engine_name", row.engine.flatMap { names[$0] }.map { .string($0) } ?? .null),
                    JSONMember("state", .string(row.state.word)),
                    JSONMember("cause", row.cause == .none ? .null : .string(row.cause.word)),
                    JSONMember("exit", row.hasRun ? .whole(row.exitCode) : .null),
                    JSONMember("started", row.startedAt.map { .string(Moment.utc($0)) } ?? .null),
                    JSONMember("ended", .string(Moment.utc(row.endedAt))),
                    JSONMember("seconds", row.hasRun ? .seconds(row.seconds) : .null),
                    JSONMember("error", .words(row.error)),
                ])
            })
    }

    // MARK: A story

    /// What has happened to the task, a line each: submitted, each attempt and how it ended, with the waits
    /// between; at last where it stands, of one that has not ended.
    func story(submittedAt: Instant?, outcome: TaskOutcome?, why: String = "") -> [String] {
        var lines: [String] = []
        var last = submittedAt
        if let submittedAt { lines.append("\(Moment.utc(submittedAt))  submitted") }
        for row in rows {
            let place = row.engine.map { " at \(name($0))" } ?? ""
            if let startedAt = row.startedAt {
                let wait = last.map { waited($0, startedAt) } ?? ""
                lines.append("\(Moment.utc(startedAt))  attempt \(row.number) began\(place)\(wait)")
            }
            let lost = row.startedAt == nil ? place : ""
            let after = row.hasRun ? " after \(Moment.seconds(row.seconds, decimals: 3)) s" : ""
            let cause = row.cause == .none || row.cause == .failure ? "" : " (\(row.cause.word))"
            let error = row.error.isEmpty ? "" : ": \(row.error)"
            lines.append(
                "\(Moment.utc(row.endedAt))  attempt \(row.number) \(row.state.word)\(cause)\(lost)\(after)\(error)"
            )
            last = row.endedAt
        }
        guard let outcome else { return why.isEmpty ? lines : lines + ["now  \(why)"] }
        if rows.last?.endedAt != outcome.endedAt || rows.last?.state != outcome.state {
            let error = outcome.error.isEmpty ? "" : ": \(Self.firstLine(outcome.error))"
            let cause = outcome.cause == .none ? "" : " (\(outcome.cause.word))"
            lines.append("\(Moment.utc(outcome.endedAt))  \(outcome.state.word)\(cause)\(error)")
        }
        return lines
    }

    private func waited(_ from: Instant, _ to: Instant) -> String {
        let seconds = Double(max(0, to - from)) / 1e9
        return ", having waited \(Moment.seconds(seconds, decimals: 3)) s"
    }
}
