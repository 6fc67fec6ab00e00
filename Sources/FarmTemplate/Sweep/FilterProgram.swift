/// A filter ready to look at points: each parameter that it asks for is fetched by itself, and only when its
/// axis has moved.
struct FilterProgram: Sendable {
    /// What is looked at.
    let node: SweepNode
    private let condition: Condition?
    private let exclusions: [Exclusions]
    /// Where the parameters come from that anything asks for.
    private let sources: [SweepNode.Source]
    /// For each source the exclusions that look at it, by position.
    private let watchers: [[Int]]
    private let last = LastBlock()

    /// Exclusions by the same parameters, found by one look-up.
    private struct Exclusions: Sendable {
        var columns: [Int]
        /// The values, and which exclusion says so first.
        var points: [[Operand]: Int]
    }

    /// What the parameters were at the point looked at last.
    private struct Cache {
        var values: [Operand]
        var indices: [UInt64]
        /// What each of `exclusions` found for them; nil if it has to look again.
        var excludes: [Bool?]
        /// Which exclusions have left out a point; empty if nobody asks.
        var isMatched: [Bool] = []
    }

    /// - Throws: what `SweepFilter.init` says.
    init(_ base: SweepAxis, _ condition: Condition?, _ excluded: [[SweepExclusion]]) throws(TemplateError) {
        // Before all else: what follows takes time in the number of parameters.
        try Sweep.check(base.names)
        if base.hasFilter {
            throw TemplateError(.badValue, "a filter cannot stand in a filter", field: "sweep")
        }
        node = try SweepNode(base)
        try Self.check(node, excluded)
        var columns = FilterColumns(node)
        // Those of the condition come first, so that its numbers for them are ours.
        if let condition { try columns.add(condition) }
        var groups: [[Int]: [[Operand]: Int]] = [:]
        for (number, point) in excluded.enumerated() {
            if point.isEmpty {
                throw TemplateError(.badValue, "`exclude` has a point without parameters", field: "sweep")
            }
            var pairs: [(Int, Operand)] = []
            for part in point { pairs.append((try columns.column(part.name), Operand(part.value))) }
            pairs.sort { $0.0 < $1.0 }
            groups[pairs.map(\.0), default: [:]][pairs.map(\.1), default: number] += 0
            if groups.count > SweepFilter.maximumSets {
                throw TemplateError(
                    .tooMany,
                    "`exclude` names parameters in more than \(SweepFilter.maximumSets) different sets, and each"
                        + " is looked up for each point: say it with `when`, or list the points that stay",
                    field: "sweep")
            }
        }
        self.condition = condition
        sources = columns.sources
        exclusions = groups.map { Exclusions(columns: $0.key, points: $0.value) }
        if exclusions.reduce(0, { $0 + $1.columns.count }) > SweepFilter.maximumColumns {
            throw TemplateError(
                .tooMany,
                "the sets of parameters that `exclude` names have more than \(SweepFilter.maximumColumns) in all:"
                    + " name only those that tell the points apart", field: "sweep")
        }
        var watchers = [[Int]](repeating: [], count: sources.count)
        for (position, group) in exclusions.enumerated() {
            for column in group.columns { watchers[column].append(position) }
        }
        self.watchers = watchers
    }

    private static func check(_ node: SweepNode, _ excluded: [[SweepExclusion]]) throws(TemplateError) {
        if node.count > SweepFilter.limit {
            throw TemplateError(
                .tooMany,
                "`when` and `exclude` look at each of \(node.count) points; at most \(SweepFilter.limit) are"
                    + " possible: make several sweeps of it, or list the points that stay", field: "sweep")
        }
        if excluded.count > SweepFilter.maximumExclusions {
            throw TemplateError(
                .tooMany,
                "`exclude` lists \(excluded.count) points; at most \(SweepFilter.maximumExclusions) are possible:"
                    + " list the points that stay", field: "sweep")
        }
    }

    /// What looking at one point takes at most: a step for each parameter that is fetched or looked up, and
    /// for each comparison.
    var stepsPerPoint: Int {
        sources.count + exclusions.reduce(0) { $0 + $1.columns.count } + (condition?.size ?? 0)
    }

    /// Looks at all points: how many stay, and which exclusions leave out none.
    func counted() -> (counts: BlockCounts, unmatched: [Int]) {
        var counts = BlockCounts()
        var cache = emptyCache
        let most = exclusions.lazy.flatMap { $0.points.values }.max() ?? -1
        cache.isMatched = [Bool](repeating: false, count: most + 1)
        var start: UInt64 = 0
        while start < node.count {
            let end = min(start + BlockCounts.block, node.count)
            var passed: UInt32 = 0
            for index in start..<end where passes(index, &cache) { passed += 1 }
            counts.append(passed)
            start = end
        }
        let unmatched = exclusions.flatMap { $0.points.values.filter { !cache.isMatched[$0] } }
        return (counts, unmatched.sorted())
    }

    /// The point of the base that is number `index` of those that stay; nil if the counts were wrong.
    func raw(_ index: UInt64, _ counts: BlockCounts) -> UInt64? {
        let (block, before) = counts.place(of: index)
        let start = UInt64(block) * BlockCounts.block
        guard start < node.count else { return nil }
        let offset = last.offset(of: before, in: block) {
            var cache = emptyCache
            return (0..<min(BlockCounts.block, node.count - start)).filter { passes(start + $0, &cache) }
                .map { UInt16($0) }
        }
        return offset.map { start + $0 }
    }

    private var emptyCache: Cache {
        Cache(
            values: [Operand](repeating: .null, count: sources.count),
            indices: [UInt64](repeating: .max, count: sources.count),
            excludes: [Bool?](repeating: nil, count: exclusions.count))
    }

    private func passes(_ index: UInt64, _ cache: inout Cache) -> Bool {
        for position in sources.indices {
            let own = sources[position].index(at: index)
            if own != cache.indices[position] {
                cache.indices[position] = own
                cache.values[position] = sources[position].operand(own)
                for watcher in watchers[position] { cache.excludes[watcher] = nil }
            }
        }
        var isExcluded = false
        for (position, group) in exclusions.enumerated() {
            if let known = cache.excludes[position] {
                isExcluded = isExcluded || known
                continue
            }
            let match = group.points[group.columns.map { cache.values[$0] }]
            cache.excludes[position] = match != nil
            if let match {
                isExcluded = true
                if !cache.isMatched.isEmpty { cache.isMatched[match] = true }
            }
        }
        if isExcluded { return false }
        guard let condition else { return true }
        return condition.holds(cache.values)
    }
}
