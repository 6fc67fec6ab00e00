import ArgumentParser
import FarmTransport
import TaskFarm

/// `tasks show`.
struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show all that is known of a job or of a task, and why it is where it is.")

    @Argument(help: "A job (12, heat, last) or a task (12.3).")
    var selector = "last"
    @OptionGroup var farm: FarmOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        FactList.write(try await farm.reading { try await facts($0) }, format.output)
    }

    private func facts(_ client: TaskClient) async throws -> [JSONMember] {
        let selection = try await client.resolve(selector)
        guard let count = selection.count else { return Self.facts(try await client.job(selection.job)) }
        guard count == 1 else {
            throw CommandFailure(
                .refused,
                "\(selection) are \(count) tasks: show takes one; `tasks results \(selection)` lists them")
        }
        return try await task(TaskID(selection.job, UInt32(selection.first)), client)
    }

    private static func facts(_ job: JobStatus) -> [JSONMember] {
        let counts = TaskState.allCases.filter { job.counts[$0] > 0 }
        return [
            JSONMember("job", .whole(job.id.raw)), JSONMember("name", .words(job.name)),
            JSONMember("owner", .string(job.owner)),
            JSONMember(
                "labels",
                .object(job.labels.sorted { $0.key < $1.key }.map { JSONMember($0.key, .string($0.value)) })),
            JSONMember("retry_of", job.supersedes.map { .whole($0.raw) } ?? .null),
            JSONMember("retried_by", .array(job.supersededBy.map { .whole($0.raw) })),
            JSONMember("tasks", .whole(job.taskCount)),
            JSONMember("paused", job.isPaused ? .bool(true) : .null),
            JSONMember("weight", job.weight == 1 ? .null : .number("\(job.weight)")),
            JSONMember("brakes", .array(job.brakes.map { .string(BrakeWords.line($0, of: job)) })),
            JSONMember("states", .object(counts.map { JSONMember($0.word, .whole(job.counts[$0])) })),
            JSONMember("submitted", .string(Moment.utc(job.submittedAt))),
            JSONMember("ended", job.isEnded ? (job.endedAt.map { .string(Moment.utc($0)) } ?? .null) : .null),
            JSONMember(
                "groups",
                .array(
                    job.groups.map { group in
                        let last = group.base + max(1, group.count) - 1
                        let range =
                            group.count == 1 ? "\(job.id).\(group.base)" : "\(job.id).\(group.base)-\(last)"
                        return .string("\(range) \(group.name)")
                    })),
        ]
    }

    private func task(_ id: TaskID, _ client: TaskClient) async throws -> [JSONMember] {
        let watch = JobWatch(farm: client, job: try await client.follow(id.job))
        let selection = TaskSelection(job: id.job, first: Int(id.index), count: 1)
        guard let row = try await watch.rows(selection).first else {
            throw CommandFailure(.refused, "there is no task \(id)")
        }
        let why = row.outcome == nil ? try await client.why(id).reason : ""
        let (task, outcome) = (row.task, row.outcome)
        let attempts = try await AttemptList.of(task, outcome, client)
        let handedIn = outcome == nil ? try await client.job(id.job).submittedAt : nil
        let submittedAt = outcome?.submittedAt ?? handedIn ?? .zero
        let started = outcome?.cause == .notStarted ? nil : outcome?.startedAt
        return [
            JSONMember("task", .string(id.description)), JSONMember("name", .words(task.name)),
            JSONMember(
                "parameters",
                .object(
                    task.orderedParameters(given: outcome?.givenParameters ?? []).map {
                        JSONMember($0.name, .string($0.value.text))
                    })),
            JSONMember("state", .string((outcome?.state ?? task.state).word)), JSONMember("why", .words(why)),
            JSONMember("cause", outcome.map { $0.cause == .none ? .null : .string($0.cause.word) } ?? .null),
            JSONMember("source", outcome?.source.map { .string($0.description) } ?? .null),
            JSONMember("error", .words(outcome?.error ?? "")),
            JSONMember("because_of", outcome?.rootCause.map { .string($0.description) } ?? .null),
            JSONMember("attempt", .whole(outcome?.attempts ?? task.attempt)),
            JSONMember("engine", (outcome?.engine ?? task.engine).map { .whole($0.raw) } ?? .null),
            JSONMember(
                "ranks",
                .array(
                    (outcome?.commandRanks ?? []).isEmpty
                        ? (outcome?.ranks ?? []).map { .string(Self.line($0)) }
                        : (outcome?.commandRanks ?? []).map { .string(Self.line($0)) })),
            JSONMember("exit", started == nil ? .null : .whole(outcome?.exitCode ?? 0)),
            JSONMember("submitted", .string(Moment.utc(submittedAt))),
            JSONMember("started", started.map { .string(Moment.utc($0)) } ?? .null),
            JSONMember("ended", outcome.map { .string(Moment.utc($0.endedAt)) } ?? .null),
            JSONMember("seconds", started == nil ? .null : .seconds(outcome?.duration.inSeconds ?? 0)),
            JSONMember("cpu_seconds", started == nil ? .null : .seconds(outcome?.cpuTime.inSeconds ?? 0)),
            JSONMember(
                "peak_memory_kib", (outcome?.peakMemoryKiB).map { $0 > 0 ? .whole($0) : .null } ?? .null),
            JSONMember("value", Self.value(outcome)),
            JSONMember("stdout_bytes", outcome.map { .whole($0.standardOutputBytes) } ?? .null),
            JSONMember("stderr_bytes", outcome.map { .whole($0.standardErrorBytes) } ?? .null),
            JSONMember(
                "story",
                .array(
                    attempts.story(submittedAt: submittedAt, outcome: outcome, why: why)
                        .map { .string($0) })),
        ]
    }

    /// `rank 1 at engine 3: failed, exit 7, after 2.5 s: no such file`.
    private static func line(_ rank: AttemptRecord) -> String {
        let place = rank.engine.map { " at engine \($0)" } ?? ""
        let cause = rank.cause == .none || rank.cause == .failure ? "" : " (\(rank.cause.word))"
        let exit = rank.exitCode == 0 ? "" : ", exit \(rank.exitCode)"
        let time = rank.startedAt.map { Double(max(0, rank.endedAt - $0)) / 1e9 }
        let after = time.map { ", after \(Moment.seconds($0, decimals: 3)) s" } ?? ""
        let error = rank.error.split(separator: "\n").first.map { ": \($0)" } ?? ""
        return "rank \(rank.rank)\(place): \(rank.state.word)\(cause)\(exit)\(after)\(error)"
    }

    /// `rank 1 at host-3 on CPU 4-7 (pid 4711): exit 7, after 2.5 s`.
    private static func line(_ rank: RankEnd) -> String {
        let cpus = rank.cpus.isEmpty ? "" : " on CPU \(rank.cpus)"
        let end =
            switch rank.exitCode {
            case nil: "its end was not seen"
            case .some(let code) where code < 0: "killed by signal \(-code)"
            case .some(let code): "exit \(code)"
            }
        let after = rank.exitCode == nil ? "" : ", after \(Moment.seconds(rank.seconds, decimals: 3)) s"
        return "rank \(rank.rank) at \(rank.host)\(cpus) (pid \(rank.pid)): \(end)\(after)"
    }

    private static func value(_ outcome: TaskOutcome?) -> JSONValue {
        guard let outcome, outcome.hasValue, let text = try? outcome.valueJSON() else { return .null }
        return (try? JSONValue(parsing: Array(text.utf8))) ?? .null
    }

}
