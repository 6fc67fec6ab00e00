import FarmTransport
import Foundation

// Python tasks are submitted with the directory of this process: modules and files are looked for there.
extension TaskClient {
    /// Submits a Python task.
    ///
    /// - Parameter output: what its value is read as, of a task with an `expression`; variables that are
    ///   pulled
    ///   are in the outcome's ``TaskOutcome/ns``.
    /// - Throws: ``TaskClientError``: `badInput` if there is nothing to do, or a variable cannot be
    ///   encoded; else
    ///   as for functions.
    public func submit<Output: Codable & Sendable>(
        _ task: PythonTask, returning output: Output.Type = Nothing.self,
        options: TaskOptions = TaskOptions()
    ) async throws(TaskClientError) -> TaskHandle<Output> {
        let job = try await submit(try PythonParts.all(task, [[:]], options))
        return TaskHandle(job: job, index: 0)
    }

    /// Submits a Python task for each set of variables, as one job: task `i` is given `pushing[i]` beside
    /// what the task itself pushes. About a microsecond a task on the client.
    ///
    /// - Throws: as ``submit(_:returning:options:)``; `badInput` also for no sets at all.
    public func submit<Output: Codable & Sendable>(
        _ task: PythonTask, pushing: [[String: any Encodable & Sendable]],
        returning output: Output.Type = Nothing.self, options: TaskOptions = TaskOptions()
    ) async throws(TaskClientError) -> ArrayHandle<Output> {
        guard !pushing.isEmpty else {
            throw TaskClientError(
                .badInput, "a job needs at least one task, and there are no variables to push")
        }
        let job = try await submit(try PythonParts.all(task, pushing, options))
        return ArrayHandle(job: job, count: pushing.count)
    }

    /// Submits a call of a Python function.
    /// - Throws: ``TaskClientError`` as for functions.
    public func submit<Output: Codable & Sendable>(
        _ function: PythonFunction, arguments: [any Encodable & Sendable] = [],
        keywords: [String: any Encodable & Sendable] = [:], returning output: Output.Type,
        options: TaskOptions = TaskOptions()
    ) async throws(TaskClientError) -> TaskHandle<Output> {
        try await submit(
            PythonFunction.Apply<Output>.self, try function.call(arguments, keywords), options: options)
    }

    /// Calls a Python function with each of the inputs, its only argument, and gives the values in the
    /// order of the inputs, as ``map(_:_:options:)`` does.
    /// - Throws: ``TaskFailure``, ``TaskClientError``, `CancellationError`.
    public func map<Input: Encodable & Sendable, Output: Codable & Sendable>(
        _ function: PythonFunction, _ inputs: [Input], returning output: Output.Type,
        options: MapOptions = MapOptions()
    ) async throws -> [Output] {
        let calls = try inputs.map { try function.call([$0], [:]) }
        return try await map(PythonFunction.Apply<Output>.self, calls, options: options)
    }
}

/// Parts of submissions of Python tasks.
enum PythonParts {
    static func all(
        _ task: PythonTask, _ pushing: [[String: any Encodable & Sendable]], _ options: TaskOptions
    ) throws(TaskClientError) -> [SubmissionPart] {
        let template = task.template
        if let problem = task.body.problem {
            throw TaskClientError(.badInput, "a Python task: \(problem.message)")
        }
        let key = UniqueKey.random()
        let group = try options.group("")
        let header = try options.header(isStreaming: false, surroundings: .directoryOnly)
        let templates = options.templates(template)
        var parts: [SubmissionPart] = []
        var block = PayloadBlock()
        func close(isLast: Bool) {
            var group = group
            group.count = UInt32(block.count)
            // A task without a payload is one of an array of one.
            if pushing.count > 1 || !block.bytes.isEmpty { group.payloads = block }
            let isFirst = parts.isEmpty
            parts.append(
                SubmissionPart(
                    key: key, part: 0, isLast: isLast, header: isFirst ? header : nil,
                    templates: isFirst ? templates : [], groups: [group]))
            block = PayloadBlock()
        }
        for (index, values) in pushing.enumerated() {
            if block.bytes.count >= FunctionParts.partBytes || block.count >= FunctionParts.partTasks {
                close(isLast: false)
            }
            block.bytes += try PythonTask.payload(task.push.merging(values) { $1 })
            guard let end = UInt32(exactly: block.bytes.count) else {
                throw TaskClientError(
                    .overLimit, "the variables of task \(index) have over 4 GiB; write them to a file")
            }
            block.ends.append(end)
        }
        close(isLast: true)
        return parts
    }
}

extension Surroundings {
    /// This process's directory, and no environment: a kernel has that of its engine.
    static var directoryOnly: Surroundings {
        Surroundings(directory: FileManager.default.currentDirectoryPath)
    }
}

extension TaskRecovery {
    /// A Python task, which is given what the task itself was given, too.
    /// - Throws: ``TaskClientError``: `badInput` if a variable cannot be written as JSON.
    public init(
        _ task: PythonTask, retry: RetryPolicy = RetryPolicy(), timeout: Duration? = nil,
        grace: Duration = .seconds(5)
    ) throws(TaskClientError) {
        var template = task.template
        var body = task.body
        for (name, value) in task.push.sorted(by: { $0.key < $1.key }) {
            do {
                let text = try PayloadCodec.json(try PayloadCodec.encode(value))
                body.push.append(JSONMember(name, try JSONValue(parsing: Array(text.utf8))))
            } catch {
                throw TaskClientError(.badInput, "the variable `\(name)`: \(error)")
            }
        }
        template.body = .python(body)
        self.init(template, retry: retry, timeout: timeout, grace: grace)
    }
}
