/// The parameters that a filter asks for, each once, in the order in which they were asked for first.
struct FilterColumns {
    private(set) var sources: [SweepNode.Source] = []
    private let node: SweepNode
    private let names: [String]
    private let places: [String: Int]
    private var columns: [String: Int] = [:]

    /// Precondition: no name is there twice.
    init(_ node: SweepNode) {
        self.node = node
        names = node.axis.names
        places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    }

    /// All of a condition.
    mutating func add(_ condition: Condition) throws(TemplateError) {
        if let name = names.first(where: Condition.isValue) {
            throw TemplateError(
                .badValue,
                "`when` reads “\(name)” as a value, and cannot go with a parameter of that name: rename it",
                field: "sweep")
        }
        for (name, offset) in zip(condition.names, condition.offsets) where places[name] == nil {
            throw unknown(name, at: offset, hint(inCondition: name))
        }
        for name in condition.names { _ = try column(name) }
    }

    /// Where among the sources a parameter is.
    ///
    /// - Throws: `unknownName`.
    mutating func column(_ name: String) throws(TemplateError) -> Int {
        if let column = columns[name] { return column }
        guard let place = places[name] else { throw unknown(name, at: 0, "") }
        columns[name] = sources.count
        sources.append(node.source(of: place))
        return sources.count - 1
    }

    private func unknown(_ name: String, at offset: Int, _ advice: String) -> TemplateError {
        var hint = Spelling.hint(name, in: names)
        if hint.isEmpty {
            hint = "; it has " + names.prefix(20).joined(separator: ", ") + (names.count > 20 ? ", …" : "")
        }
        return TemplateError(
            .unknownName, "the sweep has no parameter “\(Shown.text(name))”\(hint)\(advice)", field: "sweep",
            offset: offset)
    }

    /// What else than a parameter it may have been.
    private func hint(inCondition name: String) -> String {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        if parts.count > 1, parts.allSatisfy({ places[$0] != nil || DecimalNumber.double($0) != nil }) {
            return "; there is no arithmetic"
        }
        return "; write '\(Shown.text(name))' if it is a text"
    }
}
