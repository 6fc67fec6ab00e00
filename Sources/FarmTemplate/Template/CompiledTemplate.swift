/// A template made ready for one job and group: rendering a task of it looks nothing up and parses nothing.
///
/// Cost of `render`: well under 2 µs for a command without expressions.
public struct CompiledTemplate: Sendable {
    /// The group's name.
    public let name: String
    let parameters: [String]
    private let template: TaskTemplate
    private let body: CompiledBody
    private let check: (text: CompiledText, shell: [String])?
    private let pattern: CompiledText?
    private let environment: [String]
    private let variables: [(key: String, text: CompiledText)]
    private let parameterKeys: [String]
    private let submitDirectory: String
    private let directory: CompiledText?
    private let stdin: CompiledText?
    private let stdout: CompiledText?
    private let stderr: CompiledText?
    private let resultFile: CompiledText?
    private let inputs: [CompiledText]
    private let outputs: [CompiledText]
    /// Of `environment`, what tasks depend on; nil unless they skip what is unchanged.
    private let dependsOn: [String]?

    /// - Parameters:
    ///   - name: the group's name, may be empty.
    ///   - results: what it may say of other tasks.
    /// - Throws: the first of the template's faults, among them a result that has not what is named.
    public init(
        _ template: TaskTemplate, name: String, surroundings: Surroundings, results: TaskResults = .unknown
    ) throws(TemplateError) {
        var compiler = TemplateCompiler(template, results)
        self.init(template, name, surroundings, &compiler)
        if let first = compiler.faults.first { throw first }
    }

    /// All that is wrong with a template, rather than only the first, and whose results it names.
    ///
    /// - Parameter tasks: whose results it may name.
    public static func check(
        _ template: TaskTemplate, name: String, tasks: [String] = []
    ) -> (faults: [TemplateError], results: Set<String>) {
        var compiler = TemplateCompiler(template, .names(tasks))
        _ = CompiledTemplate(template, name, Surroundings(directory: "/"), &compiler)
        return (compiler.faults, compiler.results)
    }

    private init(
        _ template: TaskTemplate, _ name: String, _ surroundings: Surroundings,
        _ compiler: inout TemplateCompiler
    ) {
        self.template = template
        self.name = name
        parameters = template.parameters
        parameterKeys = parameters.map { Sweep.variable($0) + "=" }
        submitDirectory = surroundings.directory
        body = compiler.body(template)
        check = compiler.check(template)
        pattern = compiler.name(template)
        directory = compiler.text(template.directory, "dir")
        switch template.stdin {
        case .file(let path): stdin = compiler.text(path, "stdin")
        case .text(let text): stdin = compiler.text(text, "stdin")
        case nil: stdin = nil
        }
        stdout = compiler.text(template.stdout?.file, "stdout")
        stderr = compiler.text(template.stderr?.file, "stderr")
        if case .file(let path) = template.result {
            resultFile = compiler.text(path, "result")
        } else {
            resultFile = nil
        }
        compiler.checkDeclared(template)
        inputs = compiler.texts(template.inputs ?? [], "inputs")
        outputs = compiler.texts(template.outputs, "outputs")
        (environment, variables) = compiler.environment(template.environment, surroundings.environment)
        dependsOn = Self.variables(of: template, in: environment)
    }

    /// Those of `environment` that the template names.
    private static func variables(of template: TaskTemplate, in environment: [String]) -> [String]? {
        guard let rules = template.skipUnchanged else { return nil }
        let names = Set(template.environment.map(\.name) + rules.variables)
        return environment.filter { names.contains(String($0.prefix { $0 != "=" })) }.sorted()
    }

    /// What the engine runs for one task.
    ///
    /// - Parameters:
    ///   - index: the task's, within its group's array.
    ///   - payload: as it came with the dispatch: a codec byte and the value, or nothing.
    /// - Throws: `badBody` for a payload that does not fit the template, `badValue` for a value that cannot
    ///   stand where the template puts it, or an index that the sweep does not have.
    public func render(
        task: TaskID, index: UInt32,
        payload: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    ) throws(TemplateError) -> RenderedTask {
        let (points, given) = try values(index, payload)
        var values = RenderValues(task: task, index: index, parameters: points, name: name)
        values.name = try taskName(values)
        let place = try directory.map { (text) throws(TemplateError) in
            PathText.join(submitDirectory, try text.render(values))
        }
        let home = place ?? submitDirectory
        func path(_ text: CompiledText?) throws(TemplateError) -> String? {
            guard let text else { return nil }
            return PathText.join(home, try text.render(values))
        }
        var own = ["TASKS_TASK_ID=" + task.description, "TASKS_JOB=" + task.job.description]
        own.reserveCapacity(3 + parameterKeys.count + variables.count)
        own.append("TASKS_NAME=" + values.name)
        for (key, value) in zip(parameterKeys, points) { own.append(key + value.text) }
        for (key, text) in variables { own.append(key + (try text.render(values))) }
        var input = template.stdin
        switch template.stdin {
        case .file: input = try path(stdin).map { .file($0) }
        case .text: input = try stdin.map { (text) throws(TemplateError) in .text(try text.render(values)) }
        case nil: break
        }
        var result = template.result
        if case .file = result, let file = try path(resultFile) { result = .file(file) }
        var task = RenderedTask(
            name: values.name,
            body: try body.render(values, parameters, given: given, payload: payload, in: home),
            check: try check.map { (check) throws(TemplateError) in
                .shell(line: try check.text.render(values), shell: check.shell, arguments: [])
            },
            environment: environment, variables: own, directory: home, makesDirectory: place != nil,
            stdin: input,
            stdout: try path(stdout).map {
                .init(file: $0, isAppended: template.stdout?.isAppended ?? false)
            },
            stderr: try path(stderr).map {
                .init(file: $0, isAppended: template.stderr?.isAppended ?? false)
            },
            outputLimitBytes: template.outputLimitBytes, result: result)
        if !inputs.isEmpty || !outputs.isEmpty {
            let here = PathText.literal(home)
            for text in inputs { task.inputs.append(PathText.join(here, try text.render(values))) }
            for text in outputs { task.outputs.append(PathText.join(here, try text.render(values))) }
        }
        task.mpi = template.mpi
        // What names the task alone is not what it depends on.
        task.dependsOn = dependsOn.map { $0 + own.dropFirst(3) }
        return task
    }

    /// The name of one task, for plans: where its payload is at hand.
    public func name(
        task: TaskID, index: UInt32,
        payload: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    ) throws(TemplateError) -> String {
        let (points, _) = try values(index, payload)
        return try taskName(RenderValues(task: task, index: index, parameters: points, name: name))
    }

    /// The name of one task where its payload is not at hand – one that is made of parameters in the payload
    /// is its number within its group –, and its point of the sweep: no values without one.
    package func nameAndPoint(
        task: TaskID, index: UInt32
    ) throws(TemplateError) -> (name: String, values: [ParameterValue]) {
        guard template.sweep == nil, !parameters.isEmpty else {
            let (points, _) = try values(index, UnsafeRawBufferPointer(start: nil, count: 0))
            return (
                try taskName(RenderValues(task: task, index: index, parameters: points, name: name)),
                template.sweep == nil ? [] : points
            )
        }
        let values = RenderValues(
            task: task, index: index, parameters: parameters.map { _ in ParameterValue(.string("")) },
            name: name)
        if let pattern, !pattern.references.contains(where: \.isParameter) {
            return (try pattern.render(values), [])
        }
        return (name.isEmpty ? String(index) : "\(name)/\(index)", [])
    }

    /// The paths that are made of the point's values, but are the same for two tasks of one point: neither
    /// `index` nor `task_id` is in them, nor a name with these.
    package var fieldsSharedByEqualPoints: [String] {
        func tells(_ text: CompiledText?) -> Bool {
            text?.references.contains {
                $0 == .index || $0 == .taskID || ($0 == .name && pattern != nil && tells(pattern))
            } ?? false
        }
        func isShared(_ text: CompiledText?) -> Bool {
            text.map { $0.constant == nil && !tells($0) } ?? false
        }
        func isShared(_ output: TaskTemplate.Output?, _ text: CompiledText?) -> Bool {
            guard let output, !output.isAppended, isShared(text) else { return false }
            return !tells(directory) || output.file.hasPrefix("/")
        }
        return (isShared(directory) ? ["dir"] : []) + (isShared(template.stdout, stdout) ? ["stdout"] : [])
            + (isShared(template.stderr, stderr) ? ["stderr"] : [])
    }

    /// The values of one point of the sweep, by the parameters' names; empty without a sweep.
    public func point(_ index: UInt32) -> [(name: String, value: ParameterValue)] {
        guard let sweep = template.sweep, index < sweep.count else { return [] }
        return zip(sweep.names, sweep.point(index)).map { ($0, $1) }
    }

    /// The values of one task whose parameters came in its payload, by their names; empty if it has none.
    ///
    /// - Parameter given: the payload's object, without its codec.
    package func point(given: [UInt8]) -> [(name: String, value: ParameterValue)] {
        guard template.sweep == nil, !parameters.isEmpty, let object = try? JSONValue(parsing: given),
            let values = try? values(of: object)
        else { return [] }
        return zip(parameters, values).map { ($0, $1) }
    }

    /// The task's parameters, and the whole object of its payload where it has one.
    private func values(
        _ index: UInt32, _ payload: UnsafeRawBufferPointer
    ) throws(TemplateError) -> ([ParameterValue], JSONValue?) {
        if let sweep = template.sweep {
            guard index < sweep.count else {
                throw TemplateError(
                    .badValue, "the sweep has \(sweep.count) points, none with index \(index)")
            }
            return (try sweep.values(at: index), nil)
        }
        guard !parameters.isEmpty || template.body == .payload else { return ([], nil) }
        if payload.isEmpty, template.body != .payload {
            return (parameters.map { _ in ParameterValue(.string("")) }, nil)
        }
        let given = try PayloadObject.read(payload)
        return (try values(of: given), given)
    }

    /// What an object says of each parameter.
    private func values(of given: JSONValue) throws(TemplateError) -> [ParameterValue] {
        var values: [ParameterValue] = []
        values.reserveCapacity(parameters.count)
        for name in parameters {
            guard let json = given[name] else {
                throw TemplateError(.badBody, "the task's payload has no parameter “\(name)”")
            }
            // An object with `text` and `value` carries a value written otherwise than its JSON.
            let value =
                json["text"] != nil && json["value"] != nil ? try ParameterValue(json: json) : .init(json)
            guard !value.text.utf8.contains(0) else {
                throw TemplateError(.badValue, "the parameter “\(name)” holds a NUL character")
            }
            values.append(value)
        }
        return values
    }

    private func taskName(_ values: RenderValues) throws(TemplateError) -> String {
        if let pattern { return try pattern.render(values) }
        if template.sweep != nil || (!parameters.isEmpty && !template.hasPlaceholders) {
            return TaskNaming.name(name, parameters, values.parameters)
        }
        if name.isEmpty { return String(values.index) }
        return values.index > 0 || template.hasPlaceholders ? "\(name)/\(values.index)" : name
    }
}
