import FarmTemplate

extension OptionTexts {
    /// What `after:` of a file says for these values of `--after`; nil for none. On the command line a name is a
    /// job's, in a file a task's.
    /// - Throws: what is wrong with them, as where they are read as options.
    public static func afterInFile(_ texts: [String]) throws(BatchError) -> String? {
        var links = TaskLinks()
        var reader = OptionReader()
        reader.after(texts, into: &links)
        return try inFile(texts, "--after", reader)
    }

    /// The same for `follow:`.
    public static func followInFile(_ texts: [String]) throws(BatchError) -> String? {
        var links = TaskLinks()
        var reader = OptionReader()
        reader.follow(texts, into: &links)
        return try inFile(texts, "--follow", reader)
    }

    private static func inFile(
        _ texts: [String], _ option: String, _ reader: OptionReader
    ) throws(BatchError) -> String? {
        guard reader.problems.isEmpty else { throw BatchError(reader.problems) }
        var items: [Item] = []
        for text in texts {
            guard isMapping(text) else {
                items.append(job(Item(content: .scalar(text, isPlain: false), position: start)))
                continue
            }
            guard let item = YAMLComposer.compose(Array(text.utf8), ProblemLog(file: option)) else {
                continue
            }
            switch item.content {
            case .list(let list): items += list.map(outer)
            // In a list `follow` takes names alone, which all are followed.
            case .mapping(let entries)
            where option == "--follow" && texts.count > 1 && entries.first?.key == "all":
                if case .list(let list)? = entries.first?.value.content {
                    items += list.map(named)
                } else {
                    items += entries.prefix(1).map { named($0.value) }
                }
            default: items.append(outer(item))
            }
        }
        if items.count == 1 { return YAMLWriter.flow(items[0]) }
        return items.isEmpty ? nil : YAMLWriter.flow(Item(content: .list(items), position: start))
    }

    private static var start: Position { Position(line: 1, column: 1) }

    /// `heat` as `{job: heat}`; of a mapping what it lists.
    private static func outer(_ item: Item) -> Item {
        guard case .mapping(let entries) = item.content else { return named(item) }
        var changed = item
        changed.content = .mapping(
            entries.map { entry in
                guard ["all", "any", "of"].contains(entry.key) else { return entry }
                var entry = entry
                if case .list(let list) = entry.value.content {
                    entry.value.content = .list(list.map(named))
                } else {
                    entry.value = named(entry.value)
                }
                return entry
            })
        return changed
    }

    private static func named(_ item: Item) -> Item {
        if case .scalar(let text, _) = item.content {
            return job(Item(content: .scalar(text, isPlain: false), position: item.position))
        }
        return item
    }

    private static func job(_ name: Item) -> Item {
        Item(
            content: .mapping([Item.Entry(key: "job", position: name.position, value: name)]),
            position: name.position)
    }
}
