import FarmWire

/// Values of the core, drawn at random within what the wire allows.
extension SeededRandom {
    mutating func key() -> UniqueKey { UniqueKey(using: &self) }
    mutating func job() -> JobID { JobID(integer()) }
    mutating func task() -> TaskID { TaskID(raw: integer()) }
    mutating func name() -> DispatchName { DispatchName(task: task(), attempt: integer(), epoch: integer()) }
    mutating func instant() -> Instant { Instant(nanoseconds: Int64(integer(UInt64.self) >> 1)) }
    mutating func nanoseconds() -> Int64 { Int64.random(in: 0...WireLimits.nanoseconds, using: &self) }
    mutating func code() -> WireCode { WireCode(rawValue: integer()) }

    mutating func choice<E: CaseIterable>(_ type: E.Type = E.self) -> E {
        type.allCases.randomElement(using: &self)!
    }

    /// A first task and a count that stay below the last index.
    mutating func range() -> (first: TaskID, count: UInt32) {
        let index: UInt32 = integer()
        let most = UInt64(1) << 32 - UInt64(index)
        let count = 1 + next() % (most == 0 ? 1 : most)
        return (TaskID(job(), index), UInt32(clamping: count))
    }

    mutating func engineInfo() -> EngineInfo {
        EngineInfo(
            key: key(), name: word(), host: word(), pid: Int32(bitPattern: integer()),
            slots: UInt32(1 + below(Int(WireLimits.slots))), cpus: UInt32(1 + below(Int(WireLimits.slots))),
            tags: list { $0.word() }, memoryBytes: integer(), gpus: integer(),
            named: (0..<below(4)).map { NamedAmount("fpga-\($0)", integer()) },
            pool: below(2) == 0 ? nil : seat())
    }

    private mutating func seat() -> PoolSeat {
        let size = 1 + UInt32(below(Int(PoolSeat.most)))
        return PoolSeat(key: key(), rank: UInt32(below(Int(size))), size: size)
    }

    private mutating func amounts() -> [NamedAmount] {
        Set(list { $0.text() }).map { NamedAmount($0, integer()) }
    }

    mutating func claim() -> Claim {
        Claim(name: name(), phase: [.queued, .running, .finished][below(3)])
    }

    mutating func report() -> AttemptReport {
        AttemptReport(
            name: name(), state: [.succeeded, .failed, .cancelled][below(3)], cause: choice(),
            exitCode: Int32(bitPattern: integer()), startedAt: instant(), durationNanoseconds: nanoseconds(),
            cpuNanoseconds: nanoseconds(), peakMemoryKiB: integer())
    }

    mutating func outcome() -> OutcomeEntry {
        let (task, count) = range()
        var entry = OutcomeEntry(
            kind: [.terminal, .attempt, .range, .sealed, .rank][below(5)], task: task, count: count,
            state: choice(),
            cause: choice(), attempt: integer(), engine: EngineID(integer()),
            exitCode: Int32(bitPattern: integer()),
            startedAt: instant(), endedAt: instant(), cpuNanoseconds: nanoseconds(), peakMemoryKiB: integer(),
            root: self.task())
        if entry.kind == .rank { entry.rank = UInt16(below(Int(PoolSeat.most))) }
        return entry
    }

    mutating func submission() -> SubmissionPart {
        SubmissionPart(
            key: key(), part: integer(), isLast: Bool.random(using: &self),
            follows: Bool.random(using: &self),
            header: below(2) == 0
                ? nil
                : JobHeader(
                    name: text(), labels: list { Label(key: $0.text(), value: $0.text()) },
                    isStreaming: Bool.random(using: &self), surroundings: bytes(),
                    weight: below(2) == 0 ? 100 : integer(), brake: brake()),
            templates: list(upTo: 3) { $0.bytes() }, groups: list(upTo: 3) { $0.group() })
    }

    private mutating func group() -> GroupSpec {
        var payloads = PayloadBlock()
        for _ in 0..<below(4) { payloads.append(bytes(upTo: 6)) }
        return GroupSpec(
            template: integer(), count: payloads.count > 0 ? UInt32(payloads.count) : integer(), name: text(),
            policy: policy(),
            after: list(upTo: 3) { $0.dependency() }, isContinuation: Bool.random(using: &self),
            payloads: payloads)
    }

    private mutating func policy() -> TaskPolicy {
        var policy = TaskPolicy(
            priority: Int32(bitPattern: integer()),
            retry: RetryPolicy(failure: integer(), timeout: integer(), engineLost: integer()),
            needs: Needs(cpus: max(1, integer())), timeoutNanoseconds: nanoseconds(),
            graceNanoseconds: nanoseconds(), targets: list { $0.text() })
        if below(2) == 0 { policy.retry = retry() }
        switch below(3) {
        case 0: policy.deadline = .at(Instant(nanoseconds: nanoseconds()))
        case 1: policy.deadline = .after(nanoseconds())
        default: break
        }
        if below(2) == 0 { policy.startWithinNanoseconds = nanoseconds() }
        if below(2) == 0 { policy.estimateNanoseconds = nanoseconds() }
        policy.recoveries = list(upTo: 3) { random in
            Recovery(
                template: random.integer(), retry: random.retry(), timeoutNanoseconds: random.nanoseconds(),
                graceNanoseconds: random.nanoseconds())
        }
        if below(2) == 0 {
            policy.needs = Needs(
                cpus: policy.needs.cpus, memoryBytes: integer(), gpus: integer(), named: amounts(),
                tags: Array(Set(list { $0.text() })))
        }
        policy.brake = brake()
        policy.speculate = below(2) == 0
        policy.skipsUnchanged = below(2) == 0
        if below(4) == 0 { policy.lane = "lane \(below(9))" }
        if below(2) == 0 { policy.follow = Follow(list { $0.source() }, isAll: below(2) == 0) }
        if below(2) == 0 { policy.collective = integer() }
        if below(2) == 0 {
            policy.results = Set(list { $0.text() }).sorted().map { NamedResult($0, source()) }
        }
        return policy
    }

    private mutating func brake() -> Brake {
        guard below(2) == 0 else { return Brake() }
        return Brake(
            maxRunning: integer(), maxFailures: [.none, .count(integer()), .share(integer())][below(3)],
            canary: integer())
    }

    private mutating func retry() -> RetryPolicy {
        RetryPolicy(
            failure: integer(), timeout: integer(), outOfMemory: integer(), engineLost: integer(),
            exitCodes: list { Int32(bitPattern: $0.integer()) }, errors: list { $0.text() },
            delayNanoseconds: nanoseconds(), factor: Double(below(1_000)) / 8,
            maximumDelayNanoseconds: nanoseconds(), jitter: Double(below(8)) / 8,
            avoidsEngine: below(2) == 0, memoryFactor: Double(8 + below(8)) / 8)
    }

    private mutating func dependency() -> Dependency {
        Dependency(
            list { $0.source() },
            quorum: [.all, .any, .atLeast(integer())][below(3)], when: choice())
    }

    private mutating func source() -> Dependency.Source {
        switch below(3) {
        case 0: .group(integer())
        case 1: .task(task())
        default: .job(job())
        }
    }
}
