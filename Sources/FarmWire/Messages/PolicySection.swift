import FarmCore

/// What a policy says beyond its fixed fields: u8 tag · u32 length · bytes; only what is not the default,
/// each tag at most once. A reader refuses tags that it does not know: a task must not run without its
/// policy.
struct PolicySection {
    /// Raw values are those of the wire.
    enum Tag: UInt8 {
        case retry = 1
        case deadline = 2
        case startWithin = 3
        case estimate = 4
        case recoveries = 5
        case needs = 6
        case brake = 7
        case speculate = 8
        case follow = 9
        case placement = 10
        case collective = 11
        case lane = 12
        case results = 13
        case skipUnchanged = 14
    }

    var tag: Tag
    var bytes: [UInt8] = []

    private init(_ tag: Tag, _ body: (inout WireWriter) -> Void) {
        self.tag = tag
        WireWriter.append(to: &bytes, body)
    }

    /// Those of a policy, by rising tag; none for what most tasks have.
    static func sections(of policy: TaskPolicy) -> [PolicySection] {
        var sections: [PolicySection] = []
        if policy.retry.hasMore { sections.append(PolicySection(.retry) { $0.moreOfRetry(policy.retry) }) }
        switch policy.deadline {
        case .none: break
        case .at(let instant):
            sections.append(
                PolicySection(.deadline) {
                    $0.u8(0)
                    $0.instant(instant)
                })
        case .after(let nanoseconds):
            sections.append(
                PolicySection(.deadline) {
                    $0.u8(1)
                    $0.i64(nanoseconds)
                })
        }
        if policy.startWithinNanoseconds != 0 {
            sections.append(PolicySection(.startWithin) { $0.i64(policy.startWithinNanoseconds) })
        }
        if policy.estimateNanoseconds != 0 {
            sections.append(PolicySection(.estimate) { $0.i64(policy.estimateNanoseconds) })
        }
        if !policy.recoveries.isEmpty {
            sections.append(PolicySection(.recoveries) { $0.list(policy.recoveries) { $0.recovery($1) } })
        }
        if policy.needs != Needs(cpus: policy.needs.cpus) {
            sections.append(PolicySection(.needs) { $0.moreOfNeeds(policy.needs) })
        }
        if !policy.brake.isNone { sections.append(PolicySection(.brake) { $0.brake(policy.brake) }) }
        if policy.speculate { sections.append(PolicySection(.speculate) { _ in }) }
        if let follow = policy.follow {
            sections.append(
                PolicySection(.follow) {
                    $0.bool(follow.isAll)
                    $0.list(follow.sources) { $0.source($1) }
                })
        }
        let retries = [policy.retry] + policy.recoveries.map(\.retry)
        if retries.contains(where: { $0.avoidsEngine || $0.memoryFactor != 1 }) {
            sections.append(
                PolicySection(.placement) {
                    $0.list(retries) { writer, retry in
                        writer.bool(retry.avoidsEngine)
                        writer.u64(retry.memoryFactor.bitPattern)
                    }
                })
        }
        if let collective = policy.collective {
            sections.append(PolicySection(.collective) { $0.u32(collective) })
        }
        if !policy.lane.isEmpty { sections.append(PolicySection(.lane) { $0.string(policy.lane) }) }
        if !policy.results.isEmpty {
            sections.append(
                PolicySection(.results) {
                    $0.list(policy.results) { writer, result in
                        writer.string(result.name)
                        writer.source(result.source)
                    }
                })
        }
        if policy.skipsUnchanged { sections.append(PolicySection(.skipUnchanged) { _ in }) }
        return sections
    }
}

extension RetryPolicy {
    fileprivate var hasMore: Bool {
        self
            != RetryPolicy(
                failure: failure, timeout: timeout, engineLost: engineLost, avoidsEngine: avoidsEngine,
                memoryFactor: memoryFactor)
    }
}

extension WireWriter {
    mutating func policySection(_ section: PolicySection) {
        u8(section.tag.rawValue)
        block(section.bytes)
    }

    fileprivate mutating func moreOfRetry(_ retry: RetryPolicy) {
        u32(retry.outOfMemory)
        list(retry.exitCodes) { $0.i32($1) }
        list(retry.errors) { $0.string($1) }
        i64(retry.delayNanoseconds)
        u64(retry.factor.bitPattern)
        i64(retry.maximumDelayNanoseconds)
        u64(retry.jitter.bitPattern)
    }

    fileprivate mutating func moreOfNeeds(_ needs: Needs) {
        u64(needs.memoryBytes)
        u32(needs.gpus)
        list(needs.named) { $0.amount($1) }
        list(needs.tags) { $0.string($1) }
    }

    fileprivate mutating func recovery(_ recovery: Recovery) {
        u32(recovery.template)
        u32(recovery.retry.failure)
        u32(recovery.retry.timeout)
        u32(recovery.retry.engineLost)
        moreOfRetry(recovery.retry)
        i64(recovery.timeoutNanoseconds)
        i64(recovery.graceNanoseconds)
    }
}

extension WireReader {
    /// Reads the list of sections.
    mutating func policySections(into policy: inout TaskPolicy) throws(WireError) {
        let count = try count(itemBytes: 5, limit: 16, "policy sections")
        var last: UInt8 = 0
        for _ in 0..<count {
            let raw = try u8("policy section")
            guard let tag = PolicySection.Tag(rawValue: raw) else {
                throw badValue(
                    "policy section", size: 1,
                    "\(raw) is nothing that this version knows of a policy; use programs of one version")
            }
            guard raw > last else { throw badValue("policy section", size: 1, "\(raw) comes after \(last)") }
            last = raw
            var section = WireReader(try slice("policy section"))
            try section.read(tag, into: &policy)
            try section.end()
        }
        guard PolicySection.sections(of: policy).count == count else {
            throw badValue("policy section", size: 0, "one of them says nothing that is not so anyway")
        }
    }

    private mutating func read(_ tag: PolicySection.Tag, into policy: inout TaskPolicy) throws(WireError) {
        switch tag {
        case .retry: try moreOfRetry(into: &policy.retry)
        case .deadline:
            policy.deadline =
                try bool("deadline kind")
                ? .after(try nanoseconds("deadline")) : .at(try instant("deadline"))
        case .startWithin: policy.startWithinNanoseconds = try nanoseconds("start-within")
        case .estimate: policy.estimateNanoseconds = try nanoseconds("estimate")
        case .recoveries:
            policy.recoveries = try list(itemBytes: 72, limit: Recovery.most, "recoveries") {
                reader throws(WireError) in try reader.recovery()
            }
        case .needs: try moreOfNeeds(into: &policy.needs)
        case .brake: policy.brake = try brake()
        case .speculate: policy.speculate = true
        case .skipUnchanged: policy.skipsUnchanged = true
        case .follow:
            let isAll = try bool("follow all")
            policy.follow = Follow(
                try list(itemBytes: 9, limit: WireLimits.sources, "follow sources") {
                    reader throws(WireError) in try reader.source()
                }, isAll: isAll)
        case .collective: policy.collective = try u32("collective ranks")
        case .lane: policy.lane = try string(limit: WireLimits.shortText, "lane")
        case .results:
            policy.results = try list(itemBytes: 13, limit: NamedResult.most, "results") {
                reader throws(WireError) in
                NamedResult(
                    try reader.string(limit: WireLimits.shortText, "result's name"), try reader.source())
            }
            for (result, next) in zip(policy.results, policy.results.dropFirst())
            where next.name <= result.name {
                throw badValue("results", size: 4, "'\(next.name)' comes after '\(result.name)'")
            }
        case .placement:
            let retries = try list(itemBytes: 9, limit: Recovery.most + 1, "placements") {
                reader throws(WireError) in
                (
                    avoids: try reader.bool("avoid-engine"),
                    factor: Double(bitPattern: try reader.u64("memory-factor"))
                )
            }
            guard retries.count == policy.recoveries.count + 1 else {
                throw badValue(
                    "placements", size: 4,
                    "\(retries.count) for a task and \(policy.recoveries.count) recoveries")
            }
            policy.retry.avoidsEngine = retries[0].avoids
            policy.retry.memoryFactor = retries[0].factor
            for (index, retry) in retries.dropFirst().enumerated() {
                policy.recoveries[index].retry.avoidsEngine = retry.avoids
                policy.recoveries[index].retry.memoryFactor = retry.factor
            }
        }
    }

    private mutating func moreOfNeeds(into needs: inout Needs) throws(WireError) {
        needs.memoryBytes = try u64("memory")
        needs.gpus = try u32("gpus")
        needs.named = try amounts("named needs")
        needs.tags = try list(itemBytes: 4, limit: WireLimits.tags, "needed tags") {
            reader throws(WireError) in try reader.string(limit: WireLimits.shortText, "needed tag")
        }
        for (tag, next) in zip(needs.tags, needs.tags.dropFirst()) where next <= tag {
            throw badValue("needed tags", size: 4, "'\(next)' comes after '\(tag)'")
        }
    }

    private mutating func moreOfRetry(into retry: inout RetryPolicy) throws(WireError) {
        retry.outOfMemory = try u32("retry out-of-memory")
        retry.exitCodes = try list(itemBytes: 4, limit: WireLimits.tags, "exit codes") {
            reader throws(WireError) in try reader.i32("exit code")
        }
        retry.errors = try list(itemBytes: 4, limit: WireLimits.tags, "errors") { reader throws(WireError) in
            try reader.string(limit: WireLimits.shortText, "error")
        }
        retry.delayNanoseconds = try nanoseconds("retry delay")
        retry.factor = Double(bitPattern: try u64("retry factor"))
        retry.maximumDelayNanoseconds = try nanoseconds("retry max-delay")
        retry.jitter = Double(bitPattern: try u64("retry jitter"))
    }

    private mutating func recovery() throws(WireError) -> Recovery {
        var recovery = Recovery(template: try u32("recovery template"))
        recovery.retry = RetryPolicy(
            failure: try u32("retry failure"), timeout: try u32("retry timeout"),
            engineLost: try u32("retry engine-lost"))
        try moreOfRetry(into: &recovery.retry)
        recovery.timeoutNanoseconds = try nanoseconds("timeout")
        recovery.graceNanoseconds = try nanoseconds("grace")
        return recovery
    }
}
