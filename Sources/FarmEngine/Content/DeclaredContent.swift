import FarmTemplate

/// What a template says of the files of its tasks, and whether what is unchanged is skipped.
struct DeclaredContent: Sendable {
    let template: CompiledTemplate
    /// Nil: each task runs.
    let skipUnchanged: TaskTemplate.SkipUnchanged?
    /// Of the function, if one is called; empty for that of the engine's executable.
    let version: String
    let isCall: Bool

    /// Nil if nothing is declared, or the template cannot be used.
    init?(_ template: TaskTemplate?, _ kind: LoadedGroup.Kind) {
        guard let template, Self.isDeclared(by: template) else { return nil }
        switch kind {
        case .renderedCall(let compiled, let runner):
            (self.template, version, isCall) = (compiled, runner.version, true)
        case .command(let compiled), .python(let compiled):
            (self.template, version, isCall) = (compiled, "", false)
        case .call, .namespace, .broken: return nil
        }
        skipUnchanged = template.skipUnchanged
    }

    /// Whether there is anything to be looked at.
    static func isDeclared(by template: TaskTemplate) -> Bool {
        template.skipUnchanged != nil || template.inputs?.isEmpty == false || !template.outputs.isEmpty
    }
}
