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

    /// The whole submission, in one part. `points`: the tasks by their index, rising.
    mutating func part(_ points: [UInt32], key: UniqueKey, root: JobID) -> SubmissionPart {
        var chosen: [(group: Int, points: [UInt32])] = []
        var next = 0
        for number in groups.indices {
            let end = groups[number].base + groups[number].spec.count
            let start = next
            while next < points.count, points[next] < end { next += 1 }
            if next > start { chosen.append((number, Array(points[start..<next]))) }
        }
        let places = Dictionary(uniqueKeysWithValues: chosen.enumerated().map { ($1.group, UInt32($0)) })
        var header = header
        header.isStreaming = false
        header.supersedes = root
        let specs = chosen.map { number, points in
            var spec = groups[number].spec
            // What has run had what it waited for.
            let hasRun = points.allSatisfy { states[Int($0)] != TaskState.impossible.rawValue }
            spec.after = hasRun ? [] : spec.after.compactMap { translated($0, places, chosen) }
            spec.count = UInt32(points.count)
            spec.isContinuation = false
            spec.points = points
            spec.pointBase = groups[number].base
            spec.payloads = payloads(of: number, points)
            return spec
        }
        return SubmissionPart(
            key: key, part: 0, isLast: true, header: header, templates: templates, groups: specs)
    }

    /// The dependency on those of its sources that are done again, as far as the others have not met it.
    private func translated(
        _ dependency: Dependency, _ places: [Int: UInt32], _ chosen: [(group: Int, points: [UInt32])]
    ) -> Dependency? {
        var sources: [Dependency.Source] = []
        var hits = 0
        for source in dependency.sources {
            guard case .group(let old) = source else {
                sources.append(source)
                continue
            }
            let group = groups[Int(old)]
            let again = places[Int(old)].map { Set(chosen[Int($0)].points) } ?? []
            hits += (group.base..<group.base + group.spec.count).count { index in
                guard !again.contains(index), let state = TaskState(rawValue: states[Int(index)]) else {
                    return false
                }
                return state.isTerminal && dependency.when.counts(state)
            }
            if let place = places[Int(old)] { sources.append(.group(place)) }
        }
        guard !sources.isEmpty else { return nil }
        let needed: Int
        switch dependency.quorum {
        case .all: return Dependency(sources, quorum: .all, when: dependency.when)
        case .any: needed = 1
        case .atLeast(let number): needed = Int(number)
        }
        guard hits < needed else { return nil }
        return Dependency(sources, quorum: .atLeast(UInt32(needed - hits)), when: dependency.when)
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
