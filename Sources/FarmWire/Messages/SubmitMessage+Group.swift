import FarmCore

extension WireWriter {
    mutating func group(_ group: GroupSpec) {
        u32(group.template)
        u32(group.count)
        string(group.name)
        let policy = group.policy
        i32(policy.priority)
        u32(policy.retry.failure)
        u32(policy.retry.timeout)
        u32(policy.retry.engineLost)
        u32(policy.needs.cpus)
        i64(policy.timeoutNanoseconds)
        i64(policy.graceNanoseconds)
        list(policy.targets) { $0.string($1) }
        list(group.after) { $0.dependency($1) }
        let sections = PolicySection.sections(of: group.policy)
        u8((group.isContinuation ? 1 : 0) | (sections.isEmpty ? 0 : 2))
        list(group.payloads.ends) { $0.u32($1) }
        block(group.payloads.bytes)
        list(group.points) { $0.u32($1) }
        u32(group.pointBase)
        if !sections.isEmpty { list(sections) { $0.policySection($1) } }
    }

    private mutating func dependency(_ dependency: Dependency) {
        let (tag, number): (UInt8, UInt32) =
            switch dependency.quorum {
            case .all: (0, 0)
            case .any: (1, 0)
            case .atLeast(let number): (2, number)
            }
        u8(tag)
        u32(number)
        u8(dependency.when.rawValue)
        list(dependency.sources) { $0.source($1) }
    }

    mutating func source(_ source: Dependency.Source) {
        switch source {
        case .group(let position):
            u8(0)
            u64(UInt64(position))
        case .task(let task):
            u8(1)
            u64(task.raw)
        case .job(let job):
            u8(2)
            u64(UInt64(job.raw))
        }
    }
}

extension WireReader {
    /// A group's fixed fields and its empty lists.
    static let groupBytes = 73

    /// `places` gets the offset of the group's payload bytes.
    mutating func group(payloadsAt places: inout [Int]) throws(WireError) -> GroupSpec {
        let template = try u32("template number")
        let count = try u32("task count")
        let name = try string("group name")
        var policy = try policy()
        let after = try list(itemBytes: 10, limit: WireLimits.dependencies, "dependencies") {
            reader throws(WireError) in try reader.dependency()
        }
        let flags = try u8("group flags")
        guard flags <= 3 else {
            throw badValue(
                "group flags", size: 1, "\(flags) is none of 1 (continuation), 2 (more policy) and both")
        }
        let payloads = try payloads(count: count)
        places.append(offset - payloads.bytes.count)
        let points = try points(count: count)
        let pointBase = try u32("point base")
        guard (points.first ?? pointBase) >= pointBase else {
            throw badValue("point base", size: 4, "\(pointBase) lies behind the first point")
        }
        if flags & 2 != 0 { try policySections(into: &policy) }
        return GroupSpec(
            template: template, count: count, name: name, policy: policy, after: after,
            isContinuation: flags & 1 != 0, payloads: payloads, points: points, pointBase: pointBase)
    }

    private mutating func policy() throws(WireError) -> TaskPolicy {
        TaskPolicy(
            priority: try i32("priority"),
            retry: RetryPolicy(
                failure: try u32("retry failure"), timeout: try u32("retry timeout"),
                engineLost: try u32("retry engine-lost")),
            needs: Needs(cpus: try positive("cpus")),
            timeoutNanoseconds: try nanoseconds("timeout"),
            graceNanoseconds: try nanoseconds("grace"),
            targets: try list(itemBytes: 4, limit: WireLimits.tags, "targets") { reader throws(WireError) in
                try reader.string(limit: WireLimits.shortText, "target")
            })
    }

    private mutating func dependency() throws(WireError) -> Dependency {
        let tag = try u8("quorum")
        guard tag <= 2 else {
            throw badValue("quorum", size: 1, "\(tag) is not 0 (all), 1 (any) or 2 (at least)")
        }
        let number = try u32("quorum number")
        guard tag == 2 || number == 0 else {
            throw badValue("quorum number", size: 4, "\(number) must be 0 unless the quorum is 2 (at least)")
        }
        let when = try choice("when", as: Dependency.When.self)
        let sources = try list(itemBytes: 9, limit: WireLimits.sources, "sources") {
            reader throws(WireError) in
            try reader.source()
        }
        return Dependency(sources, quorum: tag == 0 ? .all : tag == 1 ? .any : .atLeast(number), when: when)
    }

    mutating func source() throws(WireError) -> Dependency.Source {
        let tag = try u8("source kind")
        guard tag <= 2 else {
            throw badValue("source kind", size: 1, "\(tag) is not 0 (group), 1 (task) or 2 (job)")
        }
        let raw = try u64("source")
        if tag == 1 { return .task(TaskID(raw: raw)) }
        guard let number = UInt32(exactly: raw) else {
            throw badValue("source", size: 8, "\(raw) is no group or job: they have 32 bits")
        }
        return tag == 0 ? .group(number) : .job(JobID(number))
    }

    private mutating func points(count: UInt32) throws(WireError) -> [UInt32] {
        let start = offset
        let points = try list(itemBytes: 4, "points") { reader throws(WireError) in try reader.u32("point") }
        guard points.isEmpty || points.count == Int(count) else {
            throw WireError(
                .badValue, "points", at: start, "\(points.count) points for \(count) tasks: one each, or none"
            )
        }
        for (point, next) in zip(points, points.dropFirst()) where next <= point {
            throw WireError(.badValue, "points", at: start, "\(next) comes after \(point): points must rise")
        }
        return points
    }

    /// Whoever holds a `PayloadBlock` slices it without looking, so its ends must rise and fit its bytes.
    private mutating func payloads(count: UInt32) throws(WireError) -> PayloadBlock {
        let start = offset
        let ends = try list(itemBytes: 4, "payload ends") { reader throws(WireError) in
            try reader.u32("payload end")
        }
        guard ends.isEmpty || ends.count == Int(count) else {
            throw WireError(
                .badValue, "payload ends", at: start,
                "\(ends.count) payloads for \(count) tasks: one each, or none")
        }
        var previous: UInt32 = 0
        for end in ends {
            guard end >= previous else {
                throw WireError(
                    .badValue, "payload ends", at: start, "\(end) comes after \(previous): ends must rise")
            }
            previous = end
        }
        let bytesStart = offset
        let bytes = try bytes("payload bytes")
        guard bytes.count == Int(previous) else {
            throw WireError(
                .badValue, "payload bytes", at: bytesStart,
                "\(bytes.count) bytes, but the last payload ends at \(previous)")
        }
        return PayloadBlock(bytes: bytes, ends: ends)
    }
}
