import FarmTransport

// Work for certain engines, one task each.
extension TaskClient {
    /// Submits a call of a function to each of several engines, as one job: task `i` goes to `engines[i]`, in
    /// the lane that the options name, if they name one.
    ///
    /// What goes to all of them is sent to the controller once and to each engine once: the function's name,
    /// the directory, and what the options share (``TaskOptions/share(_:)``).
    /// - Parameter inputs: one for each engine; nil: each call gets nothing but what is shared. The
    ///   functions of an engine's namespace take that for their input.
    /// - Throws: ``TaskClientError``: `badInput` for no engines, `unequalLengths` for other than one input an
    ///   engine, `refused` for an engine that is not there; else as `submit` for one function.
    public func submit<Function: TaskFunction>(
        _ function: Function.Type, inputs: [Function.Input]? = nil, toEach engines: [EngineID],
        options: TaskOptions = TaskOptions()
    ) async throws(TaskClientError) -> ArrayHandle<Function.Output> {
        guard !engines.isEmpty else {
            throw TaskClientError(.badInput, "a job needs at least one task, and no engine is named")
        }
        guard inputs.map({ $0.count == engines.count }) ?? true else {
            throw TaskClientError(
                .unequalLengths, "there are \(inputs?.count ?? 0) inputs for \(engines.count) engines")
        }
        let parts = try FunctionParts.each(function, inputs, engines, options)
        return ArrayHandle(job: try await submit(parts), count: engines.count)
    }
}

extension FunctionParts {
    /// A group for each engine, and a part for each so many bytes.
    static func each<Function: TaskFunction>(
        _ function: Function.Type, _ inputs: [Function.Input]?, _ engines: [EngineID],
        _ options: TaskOptions
    ) throws(TaskClientError) -> [SubmissionPart] {
        let key = UniqueKey.random()
        var parts: [SubmissionPart] = []
        var groups: [GroupSpec] = []
        var size = 0
        for (index, engine) in engines.enumerated() {
            var options = options
            options.targets = [engine.description]
            var group = try options.group(function.name)
            group.count = 1
            if let inputs { try append(inputs[index], to: &group.payloads, index: index) }
            size += group.payloads.bytes.count
            groups.append(group)
            guard size >= partBytes || groups.count >= partTasks || index == engines.count - 1 else {
                continue
            }
            let isFirst = parts.isEmpty
            parts.append(
                SubmissionPart(
                    key: key, part: 0, isLast: index == engines.count - 1,
                    header: isFirst
                        ? try options.header(
                            isStreaming: false, surroundings: surroundings(function.name)) : nil,
                    templates: isFirst ? options.templates(template(function)) : [], groups: groups))
            groups = []
            size = 0
        }
        return parts
    }
}
