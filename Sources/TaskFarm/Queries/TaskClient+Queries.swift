import FarmTransport

// Each costs a round trip, and JSON in proportion to the answer; asked again by itself after a lost
// connection.
extension TaskClient {
    /// The farm as a whole: tasks by state, engines and their slots.
    public func queueStatus() async throws(TaskClientError) -> FarmStatus {
        try await link.query(PlainQuery(query: "status"))
    }

    /// All jobs that the controller remembers, oldest first, without their groups.
    public func jobs() async throws(TaskClientError) -> [JobStatus] {
        let list: JobList = try await link.query(PlainQuery(query: "jobs"))
        return list.jobs
    }

    /// A job.
    /// - Throws: ``TaskClientError``: `unknown` if there is none, or it was purged.
    public func job(_ job: JobID) async throws(TaskClientError) -> JobStatus {
        try await link.query(JobQuery(job: job.raw))
    }

    /// The newest job of a name.
    /// - Throws: ``TaskClientError``: `unknown` if there is none.
    public func job(named name: String) async throws(TaskClientError) -> JobStatus {
        try await link.query(JobQuery(name: name))
    }

    /// Where tasks are, in the order given. A round trip for each run of neighbours, and each 10,000 of it.
    /// - Throws: ``TaskClientError``: `unknown` if one of them is not there, or its job was purged.
    public func taskStatus(_ tasks: [TaskID]) async throws(TaskClientError) -> [TaskStatus] {
        var found: [TaskStatus] = []
        var start = 0
        while start < tasks.count {
            var end = start + 1
            while end < tasks.count, tasks[end].raw == tasks[end - 1].raw + 1, tasks[end].index > 0 {
                end += 1
            }
            let list = try await taskStatus(
                TaskSelection(job: tasks[start].job, first: Int(tasks[start].index), count: end - start))
            guard list.count == end - start else {
                throw TaskClientError(.unknown, "there is no task \(tasks[start + list.count])")
            }
            found += list
            start = end
        }
        return found
    }

    /// Where the tasks of a selection are, in order, as far as they are there. A round trip for each 10,000,
    /// and for each template of theirs that is not kept from an earlier call: those of four jobs are.
    /// - Throws: ``TaskClientError``: `unknown` if there is no such job, or it was purged.
    public func taskStatus(_ tasks: TaskSelection) async throws(TaskClientError) -> [TaskStatus] {
        try await link.taskStatus(tasks)
    }

    /// The engines, by number.
    public func engines() async throws(TaskClientError) -> [EngineStatus] {
        let list: EngineList = try await link.query(PlainQuery(query: "engines"))
        return list.engines
    }

    /// The engines' numbers, of those that are there and of those that are away and expected back. A tenth of
    /// the cost of ``engines()``.
    public func engineIDs() async throws(TaskClientError) -> EngineIDs {
        try await link.query(PlainQuery(query: "engine-ids"))
    }

    /// Has an engine take nothing new and leave when it is idle; `now`: stop what it runs, and leave. What
    /// waits in its lanes is cleared when it has left, and the other ranks of its pool start anew then.
    /// - Throws: ``TaskClientError``: `unknown`, `notPermitted`.
    public func drain(_ engine: EngineID, now: Bool = false) async throws(TaskClientError) {
        try await drain([engine], now: now)
    }

    /// The same for several at once: the ranks of a pool that all leave do not break it, and none starts
    /// anew. If one of them is not there, nothing is done.
    /// - Throws: ``TaskClientError``: `unknown`, `notPermitted`.
    public func drain(_ engines: [EngineID], now: Bool = false) async throws(TaskClientError) {
        let _: NoReply = try await link.query(DrainQuery(engines: engines.map(\.raw), now: now))
    }

    /// Why a task is where it is, in the scheduler's own words.
    /// - Throws: ``TaskClientError``: `unknown`.
    public func why(_ task: TaskID) async throws(TaskClientError) -> TaskReason {
        try await link.query(WhyQuery(task: task.description))
    }

    /// One of a job's templates, without what its calls share. A round trip for each 512 KiB of it.
    /// - Throws: ``TaskClientError``: `unknown` if the job has none of this number, or was purged.
    public func template(_ number: Int, of job: JobID) async throws(TaskClientError) -> TaskTemplate {
        let body = try await link.templateBody(number, of: job)
        do throws(TemplateError) {
            return try TaskTemplate(decoding: body)
        } catch {
            throw TaskClientError(.badReply, "\(error)")
        }
    }

    /// What a running task has written from `offset` on, as far as the controller keeps it.
    /// - Throws: ``TaskClientError``: `unknown`.
    public func output(
        of task: TaskID, _ stream: OutputStream, from offset: Int = 0
    ) async throws(TaskClientError) -> OutputPiece {
        try await link.query(OutputQuery(task: task.description, stream: stream.rawValue, offset: offset))
    }

    /// Has the controller end; engines and queued tasks stay as its settings say. For admins.
    /// - Throws: ``TaskClientError``: `notPermitted`.
    public func stopController(now: Bool = false) async throws(TaskClientError) {
        let _: NoReply = try await link.query(StopQuery(now: now))
    }

    /// What a selector as on the command line names: `last`, a job's name, `name~1` (the one before), `12`,
    /// `12.3`, `12.1-99`.
    /// - Throws: ``TaskClientError``: `unknown` if it names nothing, `badInput` if it cannot be read.
    public func resolve(_ selector: String) async throws(TaskClientError) -> TaskSelection {
        try await link.query(ResolveQuery(selector: selector))
    }
}

extension TaskSelection: Decodable {
    private enum CodingKeys: String, CodingKey { case job, first, count }

    /// Reads the answer to `resolve`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let job = try values.job(.job)
        let first = try values.decode(UInt32.self, forKey: .first)
        let count = try values.decodeIfPresent(UInt32.self, forKey: .count) ?? .max
        self.init(job: job, first: Int(first), count: count == .max ? nil : Int(count))
    }
}
