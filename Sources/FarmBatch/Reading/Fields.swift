import FarmTemplate

/// The keys of one mapping, checked against those that may be there.
struct Fields {
    let position: Position
    private var values: [String: Item.Entry] = [:]

    /// - Parameters:
    ///   - later: keys of the format that this version does not support yet.
    ///   - others: what some are called elsewhere.
    /// - Returns: nil, and a problem in the log, if the item is no mapping.
    init?(
        _ item: Item, of what: String, _ known: [String], later: Set<String> = [],
        others: [String: String] = [:], _ log: ProblemLog
    ) {
        position = item.position
        guard case .mapping(let entries) = item.content else {
            log.add(
                .wrongType, at: item.position,
                "expected \(what), a mapping with the keys \(known.joined(separator: ", ")), found \(item.found)"
            )
            return nil
        }
        for entry in entries {
            if known.contains(entry.key) {
                values[entry.key] = entry
            } else if later.contains(entry.key) {
                log.add(.unsupported, at: entry.position, "`\(entry.key)` is not supported yet: leave it out")
            } else if entry.key == "<<" {
                log.add(
                    .unknownKey, at: entry.position,
                    "`<<` is not part of YAML 1.2: put what tasks share into `defaults:`")
            } else {
                let hint =
                    others[entry.key].map { "; did you mean “\($0)”?" }
                    ?? Spelling.hint(entry.key, in: known + later.sorted())
                log.add(
                    .unknownKey, at: entry.position,
                    "`\(Shown.text(entry.key))` is not a key of \(what)"
                        + (hint.isEmpty ? "; expected one of \(known.joined(separator: ", "))" : hint))
            }
        }
    }

    subscript(key: String) -> Item? { values[key]?.value }

    /// Where a key stands.
    func key(_ key: String) -> Position { values[key]?.position ?? position }
}

extension ProblemLog {
    /// A text in which nothing is expanded; nil, and a problem, for anything else.
    func text(_ item: Item, _ key: String, _ what: String) -> String? {
        guard let text = item.text else {
            add(.wrongType, at: item.position, "`\(key)` must be \(what), found \(item.found)")
            return nil
        }
        if let nul = item.nul {
            add(.badValue, at: nul, "a NUL character cannot stand in `\(key)`")
            return nil
        }
        return text
    }

    /// The same for a field that the scheduler reads.
    func fixed(_ item: Item, _ key: String, _ what: String) -> String? {
        guard let text = text(item, key, what) else { return nil }
        if text.contains("${{") {
            add(
                .expression, at: item.position,
                "`${{ }}` cannot stand in `\(key)`: what the scheduler reads is the same for all tasks of an array"
            )
            return nil
        }
        return text
    }

    /// A whole number within bounds.
    func integer<Value: FixedWidthInteger>(
        _ item: Item, _ key: String, _ range: ClosedRange<Value>
    ) -> Value? {
        // Read as wide as there is, so that a number beyond the bounds is told from what is none.
        let wide = Int(range.lowerBound)...Int(range.upperBound)
        return number(item, key, "a whole number", wide) { Int($0) }.map { Value($0) }
    }

    /// A number within bounds.
    func decimal(_ item: Item, _ key: String, _ range: ClosedRange<Double>) -> Double? {
        number(item, key, "a number", range) { Double($0) }
    }

    private func number<Value>(
        _ item: Item, _ key: String, _ what: String, _ range: ClosedRange<Value>,
        _ read: (String) -> Value?
    ) -> Value? {
        guard let text = fixed(item, key, what) else { return nil }
        guard case .number(let digits)? = item.scalar?.value, let value = read(digits) else {
            add(.wrongType, at: item.position, "`\(key)` must be \(what), found \(item.found)")
            return nil
        }
        guard range.contains(value) else {
            add(
                .badValue, at: item.position,
                "`\(key)` must be \(range.lowerBound) to \(range.upperBound), found \(text)")
            return nil
        }
        return value
    }

    /// `true` or `false`.
    func boolean(_ item: Item, _ key: String) -> Bool? {
        guard case .bool(let value)? = item.scalar?.value else {
            add(.wrongType, at: item.position, "`\(key)` must be true or false, found \(item.found)")
            return nil
        }
        return value
    }

    /// Nanoseconds.
    func duration(_ item: Item, _ key: String, atLeast least: Int64) -> Int64? {
        guard let text = fixed(item, key, "a duration") else { return nil }
        guard let nanoseconds = Quantity.nanoseconds(text) else {
            let example =
                text.hasPrefix("-") ? "a duration cannot be negative" : "write 90, 90s, 1h30m or HH:MM:SS"
            add(
                .badValue, at: item.position,
                "`\(key)` must be a duration of at most 36 years, found \(item.found): \(example)")
            return nil
        }
        if nanoseconds < least {
            add(
                .badValue, at: item.position,
                "`\(key)` must be more than 0, found \(item.found); leave it out for no limit")
            return nil
        }
        return nanoseconds
    }

    /// A list of texts, or one text as a list of one.
    func texts(_ item: Item, _ key: String, _ what: String) -> [(String, Item)] {
        guard case .list(let items) = item.content else {
            return text(item, key, "\(what), or a list of them").map { [($0, item)] } ?? []
        }
        return items.compactMap { item in text(item, key, what).map { ($0, item) } }
    }

    /// A list of words that the scheduler reads, or one word; none is empty, or longer than the wire takes.
    ///
    /// - Parameter absent: what leaving the key out means.
    func words(_ item: Item, _ key: String, _ what: String, _ absent: String) -> [String] {
        if case .list(let items) = item.content, items.isEmpty {
            add(.badValue, at: item.position, "`\(key)` is empty: leave it out for \(absent)")
        }
        let words = texts(item, key, what).compactMap { text, item -> String? in
            guard let text = fixed(item, key, what) else { return nil }
            guard (1...Names.longest).contains(text.utf8.count) else {
                add(
                    .badValue, at: item.position,
                    "`\(key)` must be \(what) of 1 to \(Names.longest) bytes, found \(text.utf8.count)")
                return nil
            }
            return text
        }
        if words.count > Names.most {
            add(
                .limit, at: item.position,
                "`\(key)` has \(words.count) entries; at most \(Names.most) are possible")
        }
        return words
    }
}
