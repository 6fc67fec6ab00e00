import FarmTemplate

/// A place in a file, from 1; columns count Unicode scalars.
struct Position: Hashable, Sendable {
    var line: Int
    var column: Int
    /// Which file: that which was given, or one that it extends, by position in `ProblemLog.files`.
    var file = 0
}

/// A piece of a YAML or JSON document, with its place.
struct Item: Sendable {
    enum Content: Sendable {
        /// `isPlain`: written without quotes, so that it may be a number, a boolean or null.
        case scalar(String, isPlain: Bool)
        case list([Item])
        case mapping([Entry])
    }

    /// A key, its place, and its value.
    struct Entry: Sendable {
        var key: String
        var position: Position
        var value: Item
    }

    var content: Content
    var position: Position

    /// The value of a scalar by YAML's core schema; nil for lists and mappings.
    var scalar: ParameterValue? {
        guard case .scalar(let text, let isPlain) = content else { return nil }
        return isPlain ? CoreSchema.resolve(text) : ParameterValue(.string(text))
    }

    /// The text of a scalar as it was written, but nil for null, lists and mappings.
    var text: String? {
        guard case .scalar(let text, _) = content, scalar?.value != .null else { return nil }
        return text
    }

    /// Nothing was written, or `null`.
    var isNull: Bool { scalar?.value == .null }

    /// What it is, for messages.
    var found: String {
        switch content {
        case .list: return "a list"
        case .mapping: return "a mapping"
        case .scalar(let text, _):
            let shown = Shown.text(text)
            switch scalar?.value {
            case .null: return "nothing"
            case .bool: return "the boolean \(shown)"
            case .number: return "the number \(shown)"
            default: return "“\(shown)”"
            }
        }
    }

    /// The value for `with` and parameters; nothing is lost but the way in which scalars were written.
    var json: JSONValue {
        switch content {
        case .scalar: return scalar?.value ?? .null
        case .list(let items): return .array(items.map(\.json))
        case .mapping(let entries): return .object(entries.map { JSONMember($0.key, $0.value.json) })
        }
    }

    /// The same item, as one of another file.
    func moved(to file: Int) -> Item {
        func moved(_ position: Position) -> Position {
            Position(line: position.line, column: position.column, file: file)
        }
        let content: Content =
            switch self.content {
            case .scalar: self.content
            case .list(let items): .list(items.map { $0.moved(to: file) })
            case .mapping(let entries):
                .mapping(
                    entries.map {
                        Entry(
                            key: $0.key, position: moved($0.position), value: $0.value.moved(to: file))
                    })
            }
        return Item(content: content, position: moved(position))
    }

    /// The value of the first of these keys in it, however deep.
    func first(_ keys: [String]) -> Item? {
        switch content {
        case .scalar: nil
        case .list(let items): items.lazy.compactMap { $0.first(keys) }.first
        case .mapping(let entries):
            entries.first { keys.contains($0.key) }?.value
                ?? entries.lazy.compactMap { $0.value.first(keys) }.first
        }
    }

    /// Whether a NUL stands in any text of it; commands, paths and variables cannot hold one.
    var nul: Position? {
        switch content {
        case .scalar(let text, _): return text.utf8.contains(0) ? position : nil
        case .list(let items): return items.lazy.compactMap(\.nul).first
        case .mapping(let entries):
            return entries.lazy.compactMap { $0.key.utf8.contains(0) ? $0.position : $0.value.nul }.first
        }
    }
}
