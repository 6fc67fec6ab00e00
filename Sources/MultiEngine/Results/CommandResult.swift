/// What one engine says to a text that it has executed.
public struct CommandResult: Sendable, CustomStringConvertible {
    /// The engine.
    public let engine: EngineID
    /// The number of its prompt, from 1.
    public let prompt: Int
    /// What was executed; empty where the engine does not tell.
    public let code: String
    /// What Python shows of the last expression's value (`repr`); nil if the text ends with none, or that is
    /// `None`.
    public let result: String?
    /// What it has written to standard output, as far as it was kept.
    public let standardOutput: String
    /// What it has written to standard error.
    public let standardError: String

    init(_ engine: EngineID, _ answer: EngineCalls.Answer, code: String?) {
        self.engine = engine
        prompt = answer.prompt
        self.code = code ?? answer.code ?? ""
        result = answer.result
        standardOutput = answer.stdout
        standardError = answer.stderr
    }

    /// The same without the beginning of what it has written, which somebody has been shown already.
    /// - Parameters: bytes of standard output and of standard error.
    public func dropping(output: Int, errors: Int) -> CommandResult {
        CommandResult(
            engine,
            EngineCalls.Answer(
                prompt: prompt, code: code, result: result,
                stdout: String(standardOutput.utf8.dropFirst(output)) ?? standardOutput,
                stderr: String(standardError.utf8.dropFirst(errors)) ?? standardError), code: code)
    }

    /// As the original prints it: `[0] In [1]: …`, `[0] Out[1]: …` with what was printed, then the value,
    /// and `[0] Err[1]: …`.
    public var description: String {
        var text = "[\(engine)] In [\(prompt)]: \(code)\n"
        let shown = standardOutput + (result.map { "\($0)\n" } ?? "")
        if !shown.isEmpty {
            text += "[\(engine)] Out[\(prompt)]: \(shown)" + (shown.hasSuffix("\n") ? "" : "\n")
        }
        if !standardError.isEmpty {
            text +=
                "[\(engine)] Err[\(prompt)]: \(standardError)" + (standardError.hasSuffix("\n") ? "" : "\n")
        }
        return text
    }
}
