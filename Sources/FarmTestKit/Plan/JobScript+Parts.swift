extension JobScript {
    /// Cuts a sealed job into parts.
    mutating func seal(
        _ header: JobHeader, _ groups: [GroupSpec], _ templates: [[UInt8]], _ random: inout SimulationRandom
    ) {
        var start = 0
        while start < groups.count {
            let end = random.chance(60) ? groups.count : random.pick((start + 1)...groups.count)
            add(
                SubmissionPart(
                    key: key, part: 0, isLast: end == groups.count, header: start == 0 ? header : nil,
                    templates: Self.templates(of: start..<end, groups, templates),
                    groups: Array(groups[start..<end])),
                after: start == 0 ? 0 : random.time(0...30_000_000))
            start = end
        }
    }

    /// Sends a streaming job as it might come from a map: groups in pieces, with time between, closed at the
    /// end.
    mutating func stream(
        _ header: JobHeader, _ groups: [GroupSpec], _ templates: [[UInt8]], _ random: inout SimulationRandom
    ) {
        for (number, group) in groups.enumerated() {
            var done: UInt32 = 0
            while done < group.count {
                let count =
                    random.chance(40) ? group.count - done : UInt32(random.pick(1...Int(group.count - done)))
                var piece = group
                piece.count = count
                piece.isContinuation = done > 0
                piece.payloads = PayloadBlock()
                if group.payloads.count > 0 {
                    for index in done..<(done + count) {
                        piece.payloads.append(group.payloads.bytes[group.payloads.range(Int(index))])
                    }
                }
                add(
                    SubmissionPart(
                        key: key, part: 0, isLast: false, header: parts.isEmpty ? header : nil,
                        templates: done == 0
                            ? Self.templates(of: number..<number + 1, groups, templates) : [],
                        groups: [piece]),
                    after: parts.isEmpty ? 0 : random.time(0...200_000_000))
                done += count
            }
        }
        if random.chance(50), !parts.isEmpty {
            parts[parts.count - 1].isLast = true
        } else {
            add(
                SubmissionPart(key: key, part: 0, isLast: true, header: parts.isEmpty ? header : nil),
                after: random.time(0...300_000_000))
        }
    }

    /// Makes it one that has to be refused whole.
    mutating func spoil(_ random: inout SimulationRandom) {
        guard parts.count == 1, !parts[0].groups.isEmpty, !mayBeRefused else { return }
        switch random.below(3) {
        case 0:
            parts[0].groups[0].after = [Dependency([.job(JobID(999_999))])]
            refusal = .badDependency
        case 1:
            parts[0].groups[0].after = [Dependency([.group(0)])]
            refusal = .cyclicDependency
        default:
            parts[0].groups[0].template = 77
            refusal = .badSubmission
        }
    }

    /// Those of the groups and of their recoveries: each group's begin with its own.
    private static func templates(
        of numbers: Range<Int>, _ groups: [GroupSpec], _ templates: [[UInt8]]
    ) -> [[UInt8]] {
        let end =
            numbers.upperBound < groups.count ? Int(groups[numbers.upperBound].template) : templates.count
        return Array(templates[Int(groups[numbers.lowerBound].template)..<end])
    }

    private mutating func add(_ part: SubmissionPart, after gap: Int64) {
        parts.append(part)
        gaps.append(gap)
    }
}
