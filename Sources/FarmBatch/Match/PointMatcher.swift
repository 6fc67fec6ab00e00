import FarmTemplate

/// Ties tasks to those of another sweep that have the same values: `after: {match: mesh}`.
///
/// The scheduler knows dependencies between groups, not between points. So an array that matches others, or
/// is matched, becomes a group for each *run*: points in a row that have the same values in all parameters
/// that matter. Sweeps with those parameters first have one run a value (decision 14).
struct PointMatcher {
    /// Groups that all arrays of a file may be split into.
    static let mostGroups = 100_000
    /// Tasks that these may have in all, since each is looked at.
    static let mostPoints: UInt64 = 1_000_000
    /// Groups that all of them may name in their `after`.
    static let mostSources = 1_000_000

    let log: ProblemLog
    /// The runs of arrays that are split, by the task's position.
    private(set) var runs: [Int: [Range<UInt32>]] = [:]
    /// For such a task what each of its runs waits for, an entry for each `match`: runs of another.
    private(set) var matches: [Int: [Match]] = [:]

    /// A `match`, found.
    struct Match {
        /// The other task's position.
        var task: Int
        var when: Dependency.When
        /// For each run of this task the runs of the other.
        var runs: [[Int]]
        /// What the other is called, if its results are named; then there is one task of it a run.
        var result: String?
    }

    /// A `match` as it is written.
    private struct Edge {
        var from: Int
        var to: Int
        /// The parameters that both have, in the order of the one that waits.
        var names: [String]
        var draft: DependencyDraft
    }

    /// One task, by what counts here.
    typealias Named = (name: String, draft: TaskDraft)

    /// - Returns: nil, and a problem in the log, if some points have no partner or there are too many.
    init?(_ tasks: [Named], _ log: ProblemLog) {
        self.log = log
        let before = log.faultCount
        let edges = edges(tasks)
        guard log.faultCount == before else { return nil }
        if edges.isEmpty { return }
        var names: [Int: Set<String>] = [:]
        for edge in edges {
            for task in [edge.from, edge.to] { names[task, default: []].formUnion(edge.names) }
        }
        let split = names.keys.sorted()
        for task in split where !check(tasks[task], edges.first { $0.from == task || $0.to == task }) {
            return nil
        }
        let points = split.reduce(0) { $0 + tasks[$1].draft.count }
        if points > Self.mostPoints {
            let shown = split.map { "`\(tasks[$0].name)`" }.joined(separator: " and ")
            refuse(
                edges[0], .limit,
                "`match` ties single tasks, and \(shown) have \(points); at most \(Self.mostPoints) are possible: "
                    + "wait for all of them with `after: NAME`")
            return nil
        }
        do throws(TemplateError) {
            var groups = 0
            for task in split {
                guard let sweep = tasks[task].draft.template.sweep, let wanted = names[task] else { continue }
                let columns = sweep.names.indices.filter { wanted.contains(sweep.names[$0]) }
                runs[task] = try Self.runs(of: sweep, columns, atMost: Self.mostGroups - groups)
                groups += runs[task]?.count ?? 0
                if groups >= Self.mostGroups {
                    tooMany(edges, tasks)
                    return nil
                }
            }
            for edge in edges where try !tie(edge, tasks) { return nil }
        } catch {
            refuse(edges[0], .badValue, error.message)
            return nil
        }
    }

    private func refuse(_ edge: Edge, _ code: BatchProblem.Code, _ message: String) {
        log.add(code, at: edge.draft.position, message)
    }

    private func tooMany(_ edges: [Edge], _ tasks: [Named]) {
        let names = Set(edges.flatMap(\.names)).sorted().joined(separator: ", ")
        refuse(
            edges[0], .limit,
            "`match` makes too many groups of these sweeps: put the parameters that are matched (\(names)) first in"
                + " each, so that points with the same values follow each other, or wait for all tasks with"
                + " `after: NAME`")
    }

    /// All `match` of the file.
    private func edges(_ tasks: [Named]) -> [Edge] {
        let places = Dictionary(tasks.enumerated().map { ($1.name, $0) }) { first, _ in first }
        var edges: [Edge] = []
        for (from, task) in tasks.enumerated() {
            for draft in task.draft.after where draft.isMatch {
                // Names that are not there are told with those of other dependencies.
                guard case .task(let name)? = draft.sources.first?.name, let to = places[name] else {
                    continue
                }
                guard let own = task.draft.template.sweep, let other = tasks[to].draft.template.sweep else {
                    let without = task.draft.template.sweep == nil ? task.name : name
                    log.add(
                        .dependency, at: draft.position,
                        "`match` ties points of two sweeps, and `\(without)` has no sweep: write `after: \(name)`"
                    )
                    continue
                }
                let theirs = Set(other.names)
                let names = own.names.filter { theirs.contains($0) }
                if names.isEmpty {
                    log.add(
                        .dependency, at: draft.position,
                        "`\(task.name)` and `\(name)` have no parameter in common to be matched by")
                }
                edges.append(Edge(from: from, to: to, names: names, draft: draft))
            }
        }
        return edges
    }

    /// A brake holds a group, and would hold each of many.
    private func check(_ task: Named, _ edge: Edge?) -> Bool {
        guard let edge, !task.draft.policy.brake.isNone else { return true }
        refuse(
            edge, .badValue,
            "`match` makes several groups of `\(task.name)`, and its brakes (`max-running`, `max-failures`, `canary`)"
                + " would hold for each: put them at the top of the file")
        return false
    }

    private static func runs(
        of sweep: Sweep, _ columns: [Int], atMost limit: Int
    ) throws(TemplateError) -> [Range<UInt32>] {
        var runs: [Range<UInt32>] = []
        var start: UInt32 = 0
        var key = try sweep.key(at: 0, of: columns)
        for index in 1..<max(sweep.count, 1) {
            let next = try sweep.key(at: index, of: columns)
            if next == key { continue }
            runs.append(start..<index)
            (start, key) = (index, next)
            if runs.count >= limit { return runs }
        }
        runs.append(start..<sweep.count)
        return runs
    }

    /// Finds for each run of the task that waits those of the other one; false, and a problem in the log, if
    /// one has none.
    private mutating func tie(_ edge: Edge, _ tasks: [Named]) throws(TemplateError) -> Bool {
        guard let own = tasks[edge.from].draft.template.sweep, let mine = runs[edge.from],
            let other = tasks[edge.to].draft.template.sweep, let theirs = runs[edge.to]
        else { return false }
        let ownColumns = edge.names.compactMap { own.names.firstIndex(of: $0) }
        let otherColumns = edge.names.compactMap { other.names.firstIndex(of: $0) }
        var partners: [Sweep.Key: [Int]] = [:]
        for (number, run) in theirs.enumerated() {
            partners[try other.key(at: run.lowerBound, of: otherColumns), default: []].append(number)
        }
        var match = Match(task: edge.to, when: edge.draft.when, runs: [])
        for run in mine {
            guard let found = partners[try own.key(at: run.lowerBound, of: ownColumns)] else {
                let point = try own.values(at: run.lowerBound)
                let shown = zip(edge.names, ownColumns).map { "\($0)=\(Shown.text(point[$1].text))" }
                    .joined(separator: ",")
                refuse(
                    edge, .dependency,
                    "no task of `\(tasks[edge.to].name)` has \(shown), as one of `\(tasks[edge.from].name)` has"
                )
                return false
            }
            match.runs.append(found)
        }
        let name = tasks[edge.to].name
        if tasks[edge.from].draft.results.contains(name) {
            guard match.runs.allSatisfy({ $0.count == 1 && theirs[$0[0]].count == 1 }) else {
                refuse(
                    edge, .dependency,
                    "several tasks of “\(name)” have the values of one of `\(tasks[edge.from].name)`, so `${{ tasks.\(name)… }}`"
                        + " does not say whose result is meant")
                return false
            }
            match.result = name
        }
        matches[edge.from, default: []].append(match)
        let sources = matches.values.flatMap { $0 }.reduce(0) { $0 + $1.runs.reduce(0) { $0 + $1.count } }
        if sources > Self.mostSources {
            tooMany([edge], tasks)
            return false
        }
        return true
    }

    /// How many groups a task becomes.
    func groupCount(of task: Int) -> UInt32 { UInt32(runs[task]?.count ?? 1) }

    /// The groups of a task.
    ///
    /// - Parameters:
    ///   - whole: the task as one group.
    ///   - numbers: the number of each task's first group.
    func groups(of task: Int, _ whole: GroupSpec, numbers: [Int: UInt32]) -> [GroupSpec] {
        guard let runs = runs[task] else { return [whole] }
        return runs.enumerated().map { number, run in
            var group = whole
            group.count = UInt32(run.count)
            // The sweep goes on from group to group.
            group.pointBase = run.lowerBound
            for match in matches[task] ?? [] {
                let first = numbers[match.task] ?? 0
                let sources = match.runs[number].map { Dependency.Source.group(first + UInt32($0)) }
                group.after.append(Dependency(sources, when: match.when))
                if let name = match.result { group.policy.results.append(NamedResult(name, sources[0])) }
            }
            group.policy.results.sort { $0.name < $1.name }
            return group
        }
    }
}
