/// Compiles the texts of one template, collecting what is wrong with them.
struct TemplateCompiler {
    private(set) var faults: [TemplateError] = []
    /// Tasks whose results the texts name.
    private(set) var results: Set<String> = []
    private let scope: ExpressionScope
    /// Without placeholders: those are for what was typed on the command line only.
    private let plainScope: ExpressionScope

    init(_ template: TaskTemplate, _ results: TaskResults) {
        plainScope = ExpressionScope(parameters: template.parameters, results: results)
        scope = ExpressionScope(
            parameters: template.parameters, hasPlaceholders: template.hasPlaceholders, results: results)
        if template.sweep == nil, !template.payloadParameters.isEmpty {
            note { () throws(TemplateError) in try Sweep.check(template.payloadParameters) }
        }
        if template.sweep != nil, !template.payloadParameters.isEmpty || template.body == .payload {
            faults.append(
                TemplateError(
                    .badBody, "parameters come from the sweep or from payloads, not from both", field: "sweep"
                ))
        }
    }

    private mutating func note(_ body: () throws(TemplateError) -> Void) {
        do throws(TemplateError) { try body() } catch { faults.append(error) }
    }

    mutating func text(_ text: String?, _ field: String) -> CompiledText? {
        guard let text else { return nil }
        return compile(text, .verbatim, plainScope, field)
    }

    /// The pattern of the tasks' names: the same in every run, so it says nothing of results.
    mutating func name(_ template: TaskTemplate) -> CompiledText? {
        guard let pattern = template.namePattern else { return nil }
        let text = compile(pattern, .verbatim, plainScope, "name")
        if text?.segments.contains(where: \.isResult) ?? false {
            faults.append(
                TemplateError(
                    .badValue, "a task is called the same in every run: its name takes no result",
                    field: "name"))
        }
        return text
    }

    private mutating func compile(
        _ text: String, _ mode: CompiledText.Mode, _ scope: ExpressionScope, _ field: String
    ) -> CompiledText? {
        do throws(TemplateError) {
            let text = try CompiledText(text, mode, scope, field: field)
            results.formUnion(text.results)
            return text
        } catch {
            faults.append(error)
            return nil
        }
    }

    mutating func body(_ template: TaskTemplate) -> CompiledBody {
        let (shell, mode) = self.shell(template.shell)
        var setup: [CompiledText] = []
        for (index, line) in template.setup.enumerated() {
            guard let text = compile(line, mode, plainScope, "setup[\(index)]") else { continue }
            if !text.isBalanced {
                faults.append(
                    TemplateError(
                        .unsafePlace, "the quotes and brackets of a setup line must close",
                        field: "setup[\(index)]"))
            }
            setup.append(text)
        }
        switch template.body {
        case .shell(let line):
            return .shell(setup + [compile(line, mode, scope, "run")].compactMap { $0 }, shell)
        case .arguments(let words):
            if words.isEmpty { faults.append(TemplateError(.badBody, "the command is empty", field: "run")) }
            var texts: [CompiledText] = []
            for (index, word) in words.enumerated() {
                if let text = compile(word, .verbatim, scope, "run[\(index)]") { texts.append(text) }
            }
            return .arguments(texts, setup: setup, shell)
        case .function(let name, let input):
            let input = input.map { CompiledJSON($0, plainScope, "with", &faults) }
            results.formUnion(input?.results ?? [])
            return .function(name, input)
        case .python(let body): return .python(python(body))
        case .payload: return .payload(setup: setup, shell)
        }
    }

    private mutating func python(_ body: PythonBody) -> CompiledPython {
        if let problem = body.problem {
            let field = problem.key.isEmpty ? "python" : "python.\(problem.key)"
            faults.append(TemplateError(.badBody, problem.message, field: field))
        }
        let names = plainScope.parameters.map { $0.replacing("-", with: "_") }
        for (index, name) in names.enumerated() where names[..<index].contains(name) {
            faults.append(
                TemplateError(
                    .badBody, "two parameters would both be the variable `\(name)`: rename one",
                    field: "python"))
        }
        var push: [(key: String, value: CompiledJSON)] = []
        for member in body.push {
            let value = CompiledJSON(member.value, plainScope, "python.push.\(member.key)", &faults)
            results.formUnion(value.results)
            push.append((member.key, value))
        }
        func code(_ text: String?, _ field: String) -> CompiledText? {
            text.flatMap { compile($0, .python, plainScope, "python." + field) }
        }
        return CompiledPython(
            body: body, code: code(body.code, "code"), file: text(body.file, "python.file"),
            expression: code(body.expression, "expression"), push: push)
    }

    /// The line that is run before the body, and its shell.
    mutating func check(_ template: TaskTemplate) -> (text: CompiledText, shell: [String])? {
        guard let line = template.check else { return nil }
        switch template.body {
        case .shell, .arguments, .payload: break
        case .function, .python:
            faults.append(
                TemplateError(
                    .badBody, "only a command can have a check; a Swift function throws `NotHere` instead",
                    field: "check"))
            return nil
        }
        let (shell, mode) = self.shell(template.shell)
        return compile(line, mode, scope, "check").map { ($0, shell) }
    }

    /// The shell's command up to the line, and how to quote for it.
    private func shell(_ words: [String]) -> ([String], CompiledText.Mode) {
        guard let program = words.first?.split(separator: "/").last.map(String.init) else {
            return ([], .shell)
        }
        guard ["sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "busybox"].contains(program) else {
            return (words, .unknownShell(program))
        }
        let takesLine = words.dropFirst().contains {
            $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.contains("c")
        }
        return (takesLine ? words : words + ["-c"], .shell)
    }

    /// The variables that are the same for all tasks, and those that are not; a later one replaces an earlier
    /// one of the same name.
    mutating func environment(
        _ own: [TaskTemplate.Variable], _ inherited: [TaskTemplate.Variable]
    ) -> ([String], [(key: String, text: CompiledText)]) {
        var order: [String] = []
        var constants: [String: String] = [:]
        var variables: [String: CompiledText] = [:]
        for variable in inherited where !variable.name.hasPrefix("TASKS_") {
            if constants.updateValue(variable.value, forKey: variable.name) == nil {
                order.append(variable.name)
            }
        }
        for variable in own {
            let field = "env." + variable.name
            if let message = Self.fault(inVariable: variable.name) {
                faults.append(TemplateError(.badValue, message, field: field))
                continue
            }
            guard let text = compile(variable.value, .verbatim, plainScope, field) else { continue }
            if constants[variable.name] == nil, variables[variable.name] == nil {
                order.append(variable.name)
            }
            constants[variable.name] = text.constant
            variables[variable.name] = text.constant == nil ? text : nil
        }
        return (
            order.compactMap { name in constants[name].map { name + "=" + $0 } },
            order.compactMap { name in variables[name].map { (name + "=", $0) } }
        )
    }

    /// What is wrong with the name of a variable; nil if nothing is.
    static func fault(inVariable name: String) -> String? {
        if name.hasPrefix("TASKS_") { return "variables that begin with TASKS_ are set by the engine" }
        if name.isEmpty || name.utf8.contains(0) || name.utf8.contains(UInt8(ascii: "=")) {
            return "a variable's name cannot be empty or hold “=”; found “\(name)”"
        }
        return nil
    }
}
