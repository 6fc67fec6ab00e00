/// A filter ready to look at points: each parameter that it asks for is fetched by itself, and only when its
/// axis has moved.
struct FilterProgram: Sendable {
    /// How many points there are to look at.
    let count: UInt64
    private let condition: Condition?
    private let exclusions: [Exclusions]
    /// Where the parameters come from that anything asks for.
    private let sources: [SweepNode.Source]
    private let last = LastBlock()

    /// Exclusions by the same parameters, found by one look-up.
    private struct Exclusions: Sendable {
        var columns: [Int]
        var points: Set<[Operand]>
    }

    /// What the parameters were at the point looked at last.
    private struct Cache {
        var values: [Operand]
        var indices: [UInt64]
    }

    /// - Throws: what `SweepFilter.init` says.
    init(
        _ node: SweepNode, _ condition: Condition?, _ excluded: [[SweepExclusion]]
    ) throws(TemplateError) {
        func fault(_ code: TemplateError.Code, _ message: String, _ offset: Int = 0) -> TemplateError {
            TemplateError(code, message, field: "sweep", offset: offset)
        }
        if node.axis.hasFilter { throw fault(.badValue, "a filter cannot stand in a filter") }
        count = node.count
        if count > SweepFilter.limit {
            throw fault(
                .tooMany,
                "`when` and `exclude` look at each of \(count) points; at most \(SweepFilter.limit) are possible"
            )
        }
        if excluded.count > SweepFilter.maximumExclusions {
            throw fault(
                .tooMany,
                "`exclude` lists \(excluded.count) points; at most \(SweepFilter.maximumExclusions) are possible"
            )
        }
        let names = node.axis.names
        var sources: [SweepNode.Source] = []
        var columns: [String: Int] = [:]
        func column(_ name: String, _ offset: Int) throws(TemplateError) -> Int {
            if let column = columns[name] { return column }
            guard let index = names.firstIndex(of: name) else {
                let hint = Spelling.hint(name, in: names)
                throw fault(
                    .unknownName,
                    "the sweep has no parameter “\(name)”"
                        + (hint.isEmpty ? "; it has \(names.joined(separator: ", "))" : hint), offset)
            }
            columns[name] = sources.count
            sources.append(node.source(of: index))
            return sources.count - 1
        }
        // Those of the condition come first, so that its numbers for them are ours.
        if let condition {
            for (name, offset) in zip(condition.names, condition.offsets) {
                _ = try column(name, offset)
            }
        }
        var groups: [[Int]: Set<[Operand]>] = [:]
        for point in excluded {
            if point.isEmpty { throw fault(.badValue, "`exclude` has a point without parameters") }
            var pairs: [(Int, Operand)] = []
            for part in point { pairs.append((try column(part.name, 0), Operand(part.value))) }
            pairs.sort { $0.0 < $1.0 }
            groups[pairs.map(\.0), default: []].insert(pairs.map(\.1))
        }
        self.condition = condition
        self.sources = sources
        exclusions = groups.map { Exclusions(columns: $0.key, points: $0.value) }
    }

    /// Looks at all points.
    func counted() -> BlockCounts {
        var counts = BlockCounts()
        var cache = emptyCache
        var start: UInt64 = 0
        while start < count {
            let end = min(start + BlockCounts.block, count)
            var passed: UInt32 = 0
            for index in start..<end where passes(index, &cache) { passed += 1 }
            counts.append(passed)
            start = end
        }
        return counts
    }

    /// The point of the base that is number `index` of those that stay; nil if the counts were wrong.
    func raw(_ index: UInt64, _ counts: BlockCounts) -> UInt64? {
        let (block, before) = counts.place(of: index)
        let start = UInt64(block) * BlockCounts.block
        guard start < count else { return nil }
        let offset = last.offset(of: before, in: block) {
            var cache = emptyCache
            return (0..<min(BlockCounts.block, count - start)).filter { passes(start + $0, &cache) }
                .map { UInt16($0) }
        }
        return offset.map { start + $0 }
    }

    private var emptyCache: Cache {
        Cache(
            values: [Operand](repeating: .null, count: sources.count),
            indices: [UInt64](repeating: .max, count: sources.count))
    }

    private func passes(_ index: UInt64, _ cache: inout Cache) -> Bool {
        for position in sources.indices {
            let own = sources[position].index(at: index)
            if own != cache.indices[position] {
                cache.indices[position] = own
                cache.values[position] = sources[position].operand(own)
            }
        }
        for group in exclusions where group.points.contains(group.columns.map({ cache.values[$0] })) {
            return false
        }
        guard let condition else { return true }
        return condition.holds(cache.values)
    }
}
