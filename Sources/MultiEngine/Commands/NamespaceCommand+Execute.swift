import Foundation

// Texts, and the state of the namespace.
extension NamespaceCommand where Result == ResultList {
    /// Executes a Python text.
    public static func execute(_ code: String) -> NamespaceCommand { execute(code, file: nil, shown: code) }

    /// Executes a Python file of this host, by its text, as a script: it finds its path as `__file__`,
    /// tracebacks name it, and only what it prints comes back. Its prompt reads `%run FILE`.
    /// - Throws: ``MultiEngineError`` with `badInput` if it cannot be read.
    public static func run(file path: String) throws(MultiEngineError) -> NamespaceCommand {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw MultiEngineError(.badInput, "\(path) cannot be read; run takes a file of this host")
        }
        guard let code = String(data: data, encoding: .utf8) else {
            throw MultiEngineError(.badInput, "\(path) is not UTF-8 text")
        }
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
        return execute(code, file: absolute, shown: "%run \(path)")
    }

    private static func execute(_ code: String, file: String?, shown: String) -> NamespaceCommand {
        NamespaceCommand(
            "execute", EngineCalls.Execute.self, .same(EngineCalls.Code(code: code, file: file))
        ) { (engine, outcome) throws(PayloadError) in
            CommandResult(engine, try outcome.value(as: EngineCalls.Answer.self), code: shown)
        } gather: {
            ResultList($0)
        }
    }

    /// What a prompt came to, or the last one with nil. A prompt that failed fails again.
    public static func getResult(_ prompt: Int? = nil) -> NamespaceCommand {
        NamespaceCommand("getResult", EngineCalls.Result.self, .same(prompt)) {
            (engine, outcome) throws(PayloadError) in
            CommandResult(engine, try outcome.value(as: EngineCalls.Answer.self), code: nil)
        } gather: {
            ResultList($0)
        }
    }
}

extension NamespaceCommand where Result == [[String]] {
    /// The names in each engine's namespace, sorted; without modules, and names that begin with `_`.
    public static func keys() -> NamespaceCommand {
        NamespaceCommand("keys", EngineCalls.Keys.self, .same(Nothing())) {
            (_, outcome) throws(PayloadError) in
            try outcome.value(as: [String].self)
        } gather: {
            $0
        }
    }
}

extension NamespaceCommand where Result == Void {
    /// Empties the namespaces.
    public static func reset() -> NamespaceCommand {
        plain("reset", EngineCalls.Reset.self, .same(Nothing()))
    }

    /// Ends the kernels at once, also what they run; the next command starts new ones.
    public static func restart() -> NamespaceCommand {
        plain("restart", EngineCalls.Restart.self, .same(Nothing()), lane: "control")
    }

    /// A command that gives nothing.
    static func plain<Call: EngineCall>(
        _ name: String, _ call: Call.Type, _ input: Input<Call.Input>, lane: String = Self.lane
    ) -> NamespaceCommand {
        NamespaceCommand(name, call, input, lane: lane) { (_, _) throws(PayloadError) in
        } gather: {
            _ in
        }
    }
}
