import TaskFarm

/// The way to something within a field of a value: `norms.l2`, `profile[3]`, `runs[0].error`.
struct ResultPath: Hashable {
    private enum Step: Hashable {
        case member(String)
        case item(Int)
    }

    private let steps: [Step]

    /// Nil for what is no path, or a field by itself.
    init?(_ text: String) {
        var steps: [Step] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            var pieces = part.split(separator: "[", omittingEmptySubsequences: false)
            guard let name = pieces.first, !name.isEmpty else { return nil }
            pieces.removeFirst()
            steps.append(.member(String(name)))
            for piece in pieces {
                guard piece.hasSuffix("]"), let index = Int(piece.dropLast()), index >= 0 else { return nil }
                steps.append(.item(index))
            }
        }
        guard steps.count > 1 else { return nil }
        self.steps = steps
    }

    /// The field that it begins with.
    var field: String {
        if case .member(let name)? = steps.first { name } else { "" }
    }

    /// Nil where there is nothing.
    func value(in value: JSONValue) -> JSONValue? {
        var value = value
        for step in steps {
            switch (step, value) {
            case (.member(let name), .object):
                guard let next = value[name] else { return nil }
                value = next
            case (.item(let index), .array(let items)):
                guard items.indices.contains(index) else { return nil }
                value = items[index]
            default: return nil
            }
        }
        return value
    }
}
