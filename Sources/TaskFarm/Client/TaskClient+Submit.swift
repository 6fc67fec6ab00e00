import FarmTransport

// Submitting waits until the controller has accepted the job, which with a durable ledger means: it is on the
// disk.
extension TaskClient {
    /// Submits one task that calls a function.
    ///
    /// Each call makes a job; for many inputs use the form that takes them together, or a map.
    /// - Throws: ``TaskClientError``: `badInput`, `refused`, `overLimit`, `notPermitted`, or that the farm is
    ///   lost.
    public func submit<Function: TaskFunction>(
        _ function: Function.Type, _ input: Function.Input, options: TaskOptions = TaskOptions()
    ) async throws(TaskClientError) -> TaskHandle<Function.Output> {
        let job = try await accepted(
            submitting: try FunctionParts.one(function, input, options), options.name)
        return TaskHandle(job: job, index: 0)
    }

    /// Submits a task for each input, as one job; task `i` has input `i`. About 50 ns an input.
    ///
    /// - Throws: ``TaskClientError``: `badInput` (also for no inputs at all, which make no job), `refused`,
    ///   `overLimit`, `notPermitted`, or that the farm is lost.
    public func submit<Function: TaskFunction>(
        _ function: Function.Type, inputs: some Collection<Function.Input>,
        options: TaskOptions = TaskOptions()
    ) async throws(TaskClientError) -> ArrayHandle<Function.Output> {
        guard !inputs.isEmpty else {
            throw TaskClientError(.badInput, "a job needs at least one task, and there are no inputs")
        }
        let parts = try FunctionParts.all(function, inputs, options)
        return ArrayHandle(job: try await accepted(submitting: parts, options.name), count: inputs.count)
    }

    /// Runs a function on the farm and waits for its value, all in one: as a call of it would.
    ///
    /// Cheaper than `submit` and then `value` by one wake-up. If the Swift task is cancelled, so is the
    /// farm's.
    /// - Throws: ``TaskFailure``, ``TaskClientError``, `CancellationError`.
    public func run<Function: TaskFunction>(
        _ function: Function.Type, _ input: Function.Input, options: TaskOptions = TaskOptions()
    ) async throws -> Function.Output {
        let log = try begin(try FunctionParts.one(function, input, options), options.name)
        await log.state.wait { $0.hasEnded(0) || $0.failure != nil }
        guard log.state.read({ $0.hasEnded(0) }) else {
            if let failure = log.state.read({ $0.failure }) { throw failure }
            let (key, job) = (log.key, log.state.read { $0.job })
            link.tell { core, now in core.abandon(key, job, at: now) }
            throw CancellationError()
        }
        return try log.value(of: 0)
    }

    /// Submits one task that runs a program with its arguments, as they are: no shell, nothing expanded.
    ///
    /// - Parameters:
    ///   - output: what its result is read as: the JSON that it writes to `$TASKS_RESULT_FILE`, if any.
    ///   - surroundings: directory and inherited environment; those of this process unless given.
    /// - Throws: ``TaskClientError`` as for functions.
    public func submit<Output: Codable & Sendable>(
        command: [String], returning output: Output.Type = Nothing.self, surroundings: Surroundings? = nil,
        options: TaskOptions = TaskOptions()
    ) async throws(TaskClientError) -> TaskHandle<Output> {
        guard command.first?.isEmpty == false else {
            throw TaskClientError(.badInput, "a command needs a program: the first word is missing or empty")
        }
        let escaped = command.map { TaskTemplate.literal($0) }
        return try await submit(
            TaskTemplate(.arguments(escaped)), returning: output, surroundings: surroundings, options: options
        )
    }

    /// Submits one task that runs a line in the shell (`bash -eo pipefail` where there is one, else `sh`).
    ///
    /// - Throws: ``TaskClientError`` as for functions.
    public func submit<Output: Codable & Sendable>(
        shell line: String, returning output: Output.Type = Nothing.self, surroundings: Surroundings? = nil,
        options: TaskOptions = TaskOptions()
    ) async throws(TaskClientError) -> TaskHandle<Output> {
        try await submit(
            TaskTemplate(.shell(line)), returning: output, surroundings: surroundings, options: options)
    }

    /// Submits one task of a template without a sweep.
    ///
    /// - Throws: ``TaskClientError`` as for functions.
    public func submit<Output: Codable & Sendable>(
        _ template: TaskTemplate, returning output: Output.Type = Nothing.self,
        surroundings: Surroundings? = nil, options: TaskOptions = TaskOptions()
    ) async throws(TaskClientError) -> TaskHandle<Output> {
        var group = try options.group("")
        group.count = 1
        let part = SubmissionPart(
            key: .random(), part: 0, isLast: true,
            header: try options.header(isStreaming: false, surroundings: surroundings ?? .current()),
            templates: options.templates(template), groups: [group])
        return TaskHandle(job: try await accepted(submitting: [part], options.name), index: 0)
    }

    // MARK: Jobs that are put together elsewhere

    /// Submits a job whose parts are at hand, as a batch file makes them.
    ///
    /// - Throws: ``TaskClientError``: `badInput` for no parts, else as for functions.
    public func submit(_ parts: [SubmissionPart]) async throws(TaskClientError) -> JobHandle {
        try await accepted(submitting: parts, parts.first?.header?.name ?? "")
    }

    /// Submits a job whose parts are made as they are asked for; no more than a few are held at a time.
    ///
    /// - Parameter next: gives the next part, nil after the last, which has `isLast`. If it throws, nothing
    ///   is queued: the submission is given up.
    /// - Throws: what `next` throws, or ``TaskClientError``.
    public func submit(streaming next: () async throws -> SubmissionPart?) async throws -> JobHandle {
        guard let first = try await next() else {
            throw TaskClientError(.badInput, "a job needs at least one part, and there is none")
        }
        let log = try begin([first], first.header?.name ?? "")
        do {
            while let part = try await next() {
                try await log.wait { $0.parts.count - $0.nextPart < 8 }
                log.state.change { $0.parts.append(part) }
                link.tell { core, now in core.pump(log.key, at: now) }
            }
        } catch {
            link.tell { core, now in core.abandon(log.key, log.state.read { $0.job }, at: now) }
            throw error
        }
        return try await accepted(log)
    }

    /// Starts a submission.
    func begin(_ parts: [SubmissionPart], _ name: String) throws(TaskClientError) -> JobLog {
        try link.require(.submit, to: "submit tasks")
        guard let key = parts.first?.key else {
            throw TaskClientError(.badInput, "a job needs at least one part, and there is none")
        }
        let log = JobLog(link, key: key, name: name, parts: parts)
        try link.perform { core, now in core.submit(key, log, at: now) }
        return log
    }

    private func accepted(
        submitting parts: [SubmissionPart], _ name: String
    ) async throws(TaskClientError) -> JobHandle {
        try await accepted(try begin(parts, name))
    }

    private func accepted(_ log: JobLog) async throws(TaskClientError) -> JobHandle {
        try await log.wait { $0.isWhole }
        guard let job = log.state.read({ $0.job }) else { throw .interrupted }
        return JobHandle(log, id: job)
    }
}

extension UniqueKey {
    static func random() -> UniqueKey {
        var generator = SystemRandomNumberGenerator()
        return UniqueKey(using: &generator)
    }
}
