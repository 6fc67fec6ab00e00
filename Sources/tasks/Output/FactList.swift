import FarmTemplate

/// All that is known of one thing: a line for each fact, or one object.
enum FactList {
    /// Writes them; those that are empty are for programs only.
    static func write(_ facts: [JSONMember], _ format: OutputFormat) {
        guard format == .table else {
            var table = Table(facts.map { .init($0.key) })
            table.rows = [facts.map(\.value)]
            return table.write(format)
        }
        let known = facts.filter { $0.value != .null && $0.value != .object([]) && $0.value != .array([]) }
        let width = known.map(\.key.count).max() ?? 0
        for fact in known {
            let lines = lines(fact.value)
            for (index, line) in lines.enumerated() {
                let key = index == 0 ? fact.key : ""
                Terminal.write(key + String(repeating: " ", count: width - key.count + 2) + line + "\n")
            }
        }
    }

    private static func lines(_ value: JSONValue) -> [String] {
        switch value {
        case .object(let members): members.map { "\($0.key)=\($0.value.text)" }
        case .array(let items): items.map(\.text)
        default: value.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
    }
}
