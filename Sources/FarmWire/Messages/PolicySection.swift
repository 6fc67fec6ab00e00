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
        return sections
    }
}

extension RetryPolicy {
    fileprivate var hasMore: Bool {
        self != RetryPolicy(failure: failure, timeout: timeout, engineLost: engineLost)
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
