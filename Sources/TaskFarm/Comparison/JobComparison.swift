/// Two runs of a job, point by point.
///
/// A point is known by its task's name. Where a name comes more than once in a job, the first of one job is
/// the first of the other, and so on, in the order of their indices. Values and times are compared where both
/// tasks have succeeded. Cost: in proportion to both jobs, with all their values.
public struct JobComparison: Sendable, Equatable {
    /// All that is otherwise: what is worse first, then in the order of the newer job, then what is gone.
    public let changes: [TaskChange]
    /// Points that both have.
    public let sharedCount: Int
    /// Points that both have, and at which something is otherwise.
    public let changedCount: Int
    /// Points at which something is worse.
    public let worseCount: Int
    /// Points that only the newer one has.
    public let newCount: Int
    /// Points that only the older one has.
    public let goneCount: Int
    /// Tasks of the newer one that have not ended: nothing is said of them but that.
    public let unfinishedCount: Int

    /// Whether something got worse, by the rules.
    public var gotWorse: Bool { worseCount > 0 }

    /// Compares the tasks of two jobs, each in the order of their indices.
    public init(old: [ComparedTask], new: [ComparedTask], rules: ComparisonRules = ComparisonRules()) {
        self.init(oldCount: old.count, newCount: new.count, rules: rules) {
            old[$0]
        } new: {
            new[$0]
        }
    }

    /// The same without both jobs in memory: of each task its name is kept, and of the newer job's one after
    /// the other is asked for, with the older job's that it is compared with.
    package init<Trouble: Error>(
        oldCount: Int, newCount: Int, rules: ComparisonRules,
        old: (Int) throws(Trouble) -> ComparedTask, new: (Int) throws(Trouble) -> ComparedTask
    ) throws(Trouble) {
        var names = PointNames()
        for place in 0..<oldCount { names.add(old: try old(place).name, at: place) }
        var isSeen = [Bool](repeating: false, count: oldCount)
        var (worse, others): ([TaskChange], [TaskChange]) = ([], [])
        var (shared, changed, worsePoints, added, unfinished) = (0, 0, 0, 0, 0)
        for index in 0..<newCount {
            let task = try new(index)
            if !task.state.isTerminal { unfinished += 1 }
            let (occurrence, place) = names.find(new: task.name)
            let words = PointNames.words(task.name, occurrence)
            guard let place else {
                added += 1
                others.append(
                    TaskChange(
                        name: words, what: .new, old: nil, new: .string(task.state.word), isWorse: false))
                continue
            }
            isSeen[place] = true
            shared += 1
            let found = Self.changes(words, try old(place), task, rules)
            if found.isEmpty { continue }
            changed += 1
            if found.contains(where: \.isWorse) { worsePoints += 1 }
            for change in found {
                if change.isWorse { worse.append(change) } else { others.append(change) }
            }
        }
        var gone = 0
        for place in 0..<oldCount where !isSeen[place] {
            gone += 1
            let task = try old(place)
            others.append(
                TaskChange(
                    name: PointNames.words(task.name, names.occurrence(ofOld: place)), what: .gone,
                    old: .string(task.state.word), new: nil, isWorse: false))
        }
        changes = worse + others
        sharedCount = shared
        changedCount = changed
        worseCount = worsePoints
        self.newCount = added
        goneCount = gone
        unfinishedCount = unfinished
    }

    // MARK: One point

    private static func changes(
        _ name: String, _ old: ComparedTask, _ new: ComparedTask, _ rules: ComparisonRules
    ) -> [TaskChange] {
        if old.state != new.state {
            let isWorse = old.state == .succeeded && new.state.isTerminal
            return [
                TaskChange(
                    name: name, what: .state, old: .string(old.state.word), new: .string(new.state.word),
                    isWorse: isWorse)
            ]
        }
        guard new.state == .succeeded else { return [] }
        return results(name, old.value, new.value, rules) + time(name, old.seconds, new.seconds, rules)
    }

    private static func results(
        _ name: String, _ old: JSONValue?, _ new: JSONValue?, _ rules: ComparisonRules
    ) -> [TaskChange] {
        if old == new { return [] }
        let before = ResultFields.leaves(of: old ?? .null)
        let now = ResultFields.leaves(of: new ?? .null)
        let wasThere = Dictionary(before.map { ($0.path, $0.value) }) { first, _ in first }
        let isThere = Set(now.map(\.path))
        var found: [TaskChange] = []
        func compare(_ path: String, _ old: JSONValue?, _ new: JSONValue?) {
            if ResultFields.areSame(old, new, tolerance: rules.tolerance(of: path)) { return }
            found.append(
                TaskChange(
                    name: name, what: .result(field: path), old: old, new: new,
                    isWorse: rules.isWorse(path, old, new)))
        }
        for (path, value) in now { compare(path, wasThere[path], value) }
        for (path, value) in before where !isThere.contains(path) { compare(path, value, nil) }
        return found
    }

    private static func time(
        _ name: String, _ old: Double?, _ new: Double?, _ rules: ComparisonRules
    ) -> [TaskChange] {
        guard let ratio = rules.slowerRatio, let old, let new,
            abs(new - old) > ComparisonRules.leastSecondsSlower, new > old * ratio || old > new * ratio
        else { return [] }
        return [
            TaskChange(
                name: name, what: .time, old: .number("\(old)"), new: .number("\(new)"), isWorse: new > old)
        ]
    }
}
