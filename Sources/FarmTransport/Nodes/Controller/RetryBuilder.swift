/// Puts together the submission of a job that does some tasks of another again.
struct RetryBuilder {
    private struct Group {
        var spec: GroupSpec
        var base: UInt32
        /// Payloads came in these blocks, one after the other.
        var payloads: [PayloadBlock]
    }

    private let header: JobHeader
    private let templates: [[UInt8]]
    private var groups: [Group] = []
    private let states: [UInt8]

    /// Nil if the parts are not all of a submission. `states`: what has become of each of its tasks.
    init?(_ parts: [SubmissionPart], _ states: [UInt8]) {
        guard let header = parts.first?.header else { return nil }
        self.header = header
        self.states = states
        templates = parts.flatMap(\.templates)
        var base: UInt32 = 0
        for spec in parts.flatMap(\.groups) {
            if spec.isContinuation, !groups.isEmpty {
                groups[groups.count - 1].spec.count += spec.count
                groups[groups.count - 1].payloads.append(spec.payloads)
            } else {
                groups.append(Group(spec: spec, base: base, payloads: [spec.payloads]))
            }
            base += spec.count
        }
    }

    /// A part is closed when it holds so much.
    private static let partBytes = 192 << 10
    private static let partGroups = 4_096
    private static let groupTasks = 8_192

    /// The whole submission, sealed. `points`: the tasks by their index, rising.
    func parts(_ points: [UInt32], key: UniqueKey, root: JobID) -> [SubmissionPart] {
        let pieces = pieces(points)
        // One old group may have become several.
        var places: [Int: [UInt32]] = [:]
        for (place, piece) in pieces.enumerated() { places[piece.group, default: []].append(UInt32(place)) }
        let again = Dictionary(grouping: pieces, by: \.group).mapValues { Set($0.flatMap(\.points)) }
        var header = header
        header.isStreaming = false
        header.supersedes = root
        var parts = [SubmissionPart(key: key, part: 0, isLast: false, header: header)]
        var numbers: [UInt32: UInt32] = [:]
        var bytes = 0
        for piece in pieces {
            var spec = groups[piece.group].spec
            spec.after = spec.after.compactMap { translated($0, places, again, root) }
            spec.policy.follow = spec.policy.follow.map { translated($0, places, again, root) }
            for index in spec.policy.results.indices {
                guard case .group(let old) = spec.policy.results[index].source else { continue }
                spec.policy.results[index].source =
                    places[Int(old)]?.first.map { .group($0) } ?? .task(TaskID(root, groups[Int(old)].base))
            }
            spec.count = UInt32(piece.points.count)
            spec.isContinuation = false
            spec.points = piece.points
            // Of an array in several groups the template counts on from one to the next; it began with a
            // task of this job.
            let base = groups[piece.group].base
            spec.pointBase = base - min(spec.pointBase, base)
            spec.payloads = payloads(of: piece.group, piece.points)
            if bytes > Self.partBytes || parts[parts.count - 1].groups.count >= Self.partGroups {
                parts.append(
                    SubmissionPart(key: key, part: UInt32(parts.count), isLast: false, header: nil))
                bytes = 0
            }
            // Only the templates that are used, each with the first part that needs it.
            for template in [spec.template] + spec.policy.recoveries.map(\.template)
            where numbers[template] == nil && Int(template) < templates.count {
                numbers[template] = UInt32(numbers.count)
                parts[parts.count - 1].templates.append(templates[Int(template)])
                bytes += templates[Int(template)].count
            }
            spec.template = numbers[spec.template] ?? 0
            for index in spec.policy.recoveries.indices {
                spec.policy.recoveries[index].template = numbers[spec.policy.recoveries[index].template] ?? 0
            }
            bytes += spec.payloads.bytes.count + piece.points.count * 4
            parts[parts.count - 1].groups.append(spec)
        }
        parts[parts.count - 1].isLast = true
        return parts
    }

    /// Runs of points that lie in one group and fit one part.
    private func pieces(_ points: [UInt32]) -> [(group: Int, points: [UInt32])] {
        var pieces: [(group: Int, points: [UInt32])] = []
        var next = 0
        for number in groups.indices {
            let end = groups[number].base + groups[number].spec.count
            while next < points.count, points[next] < end {
                var piece: [UInt32] = []
                var bytes = 0
                while next < points.count, points[next] < end, piece.count < Self.groupTasks,
                    bytes <= Self.partBytes
                {
                    bytes += payloadBytes(of: number, points[next])
                    piece.append(points[next])
                    next += 1
                }
                pieces.append((number, piece))
            }
        }
        return pieces
    }

    /// The dependency on those of its sources that are done again, as far as the others have not met it.
    private func translated(
        _ dependency: Dependency, _ places: [Int: [UInt32]], _ again: [Int: Set<UInt32>], _ root: JobID
    ) -> Dependency? {
        var sources: [Dependency.Source] = []
        var hits = 0
        var miss: TaskID?
        for source in dependency.sources {
            guard case .group(let old) = source else {
                sources.append(source)
                continue
            }
            let group = groups[Int(old)]
            for index in group.base..<group.base + group.spec.count
            where again[Int(old)]?.contains(index) != true {
                let state = TaskState(rawValue: states[Int(index)])
                if let state, state.isTerminal, dependency.when.counts(state) {
                    hits += 1
                } else if miss == nil {
                    miss = TaskID(root, index)
                }
            }
            sources += (places[Int(old)] ?? []).map { .group($0) }
        }
        let needed: Int
        switch dependency.quorum {
        case .all:
            // One that did not end as asked, and is not done again, stands in the way as it did.
            if let miss { sources.append(.task(miss)) }
            return sources.isEmpty ? nil : Dependency(sources, quorum: .all, when: dependency.when)
        case .any: needed = 1
        case .atLeast(let number): needed = Int(number)
        }
        guard hits < needed, !sources.isEmpty else { return nil }
        return Dependency(sources, quorum: .atLeast(UInt32(needed - hits)), when: dependency.when)
    }

    /// Whoever is done again is followed to where that ran, the others to where they did.
    private func translated(
        _ follow: Follow, _ places: [Int: [UInt32]], _ again: [Int: Set<UInt32>], _ root: JobID
    ) -> Follow {
        var follow = follow
        follow.sources = follow.sources.flatMap { source -> [Dependency.Source] in
            guard case .group(let old) = source else { return [source] }
            let (group, redone) = (groups[Int(old)], again[Int(old)] ?? [])
            let others = (group.base..<group.base + group.spec.count).filter { !redone.contains($0) }
            return (places[Int(old)] ?? []).map { .group($0) } + others.map { .task(TaskID(root, $0)) }
        }
        return follow
    }

    private func payloadBytes(of number: Int, _ point: UInt32) -> Int {
        var first = groups[number].base
        for block in groups[number].payloads {
            if point < first + UInt32(block.count) { return block.range(Int(point - first)).count }
            first += UInt32(block.count)
        }
        return 0
    }

    private func payloads(of number: Int, _ points: [UInt32]) -> PayloadBlock {
        var block = PayloadBlock()
        var first = groups[number].base
        var next = 0
        for old in groups[number].payloads {
            guard old.count > 0 else { continue }
            let end = first + UInt32(old.count)
            while next < points.count, points[next] < end {
                block.append(old.bytes[old.range(Int(points[next] - first))])
                next += 1
            }
            first = end
        }
        return block
    }
}
