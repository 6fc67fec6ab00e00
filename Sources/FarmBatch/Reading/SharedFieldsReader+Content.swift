import FarmTemplate

extension SharedFieldsReader {
    /// What the task reads and leaves behind, and whether it is run when nothing of that has changed.
    func readContent(_ fields: Fields, into draft: inout TaskDraft) {
        if let item = fields["inputs"] { draft.template.inputs = paths(item, "inputs", &draft) }
        if let item = fields["outputs"] { draft.template.outputs = paths(item, "outputs", &draft) }
        if let item = fields["skip-unchanged"] {
            draft.template.skipUnchanged = rules(item)
            draft.origins["skip-unchanged"] = item
        }
        draft.policy.skipsUnchanged = draft.template.skipUnchanged != nil
    }

    private func paths(_ item: Item, _ key: String, _ draft: inout TaskDraft) -> [String] {
        let paths = log.texts(item, key, "a path")
        for (index, path) in paths.enumerated() { draft.origins["\(key)[\(index)]"] = path.1 }
        return paths.map(\.0)
    }

    private func rules(_ item: Item) -> TaskTemplate.SkipUnchanged? {
        guard case .mapping = item.content else {
            guard case .bool(let skips)? = item.scalar?.value else {
                log.add(
                    .wrongType, at: item.position,
                    "`skip-unchanged` must be true, false, or {env: [VARIABLE, …]}, found \(item.found)")
                return nil
            }
            return skips ? .init() : nil
        }
        guard let fields = Fields(item, of: "`skip-unchanged`", BatchKeys.skipUnchanged, log) else {
            return nil
        }
        guard let names = fields["env"] else {
            log.add(.missing, at: item.position, "`skip-unchanged` needs `env`, or is just true")
            return nil
        }
        let variables = log.texts(names, "skip-unchanged.env", "a variable's name")
        for (name, item) in variables where !Names.isVariable(name) {
            log.add(.badValue, at: item.position, "`\(Shown.text(name))` is not the name of a variable")
        }
        return .init(variables: variables.map(\.0))
    }
}
