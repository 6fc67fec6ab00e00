// What options come to in a submission. All that is wrong with them is said here, since a controller mutes
// who sends it what no program of its version would.
extension TaskOptions {
    /// - Throws: `badInput`.
    func header(isStreaming: Bool, surroundings: Surroundings?) throws(TaskClientError) -> JobHeader {
        guard (0.01...1000).contains(weight) else {
            throw TaskClientError(.badInput, "the weight is \(weight); it has to be 0.01 to 1000")
        }
        let surroundings = surroundings ?? (recoveries.contains(where: \.isCommand) ? .current() : nil)
        return JobHeader(
            name: name, labels: labels.sorted { $0.key < $1.key }.map { Label(key: $0.key, value: $0.value) },
            isStreaming: isStreaming, surroundings: surroundings?.encoded() ?? [], isDurable: durable,
            weight: UInt32((weight * 100).rounded()), brake: try brake())
    }

    /// The tasks' template and those of their recoveries.
    func templates(_ template: TaskTemplate) -> [[UInt8]] {
        ([template] + recoveries.map(\.template)).map { template in
            guard case .function = template.body else { return template.encoded() }
            var template = template
            template.shared = shared
            return template.encoded()
        }
    }

    /// The group that tasks of these options make, without its tasks. Its template is the job's first, and
    /// those of the recoveries follow.
    /// - Throws: `badInput`.
    func group(_ name: String) throws(TaskClientError) -> GroupSpec {
        let policy = TaskPolicy(
            priority: Int32(clamping: priority), retry: try Self.checked(retry, "retry"),
            needs: try allNeeds(),
            timeoutNanoseconds: try Self.limit(timeout, "timeout"),
            graceNanoseconds: try Self.nanoseconds(grace, "grace"),
            targets: try Self.words(targets, "targets"),
            deadline: try checkedDeadline(),
            startWithinNanoseconds: try Self.limit(startWithin, "startWithin"),
            estimateNanoseconds: try Self.limit(estimate, "estimate"), recoveries: try recoverySpecs(),
            speculate: speculate, follow: follow, collective: try ranks(), lane: lane ?? "")
        if lane == "" { throw TaskClientError(.badInput, "lane has no name; leave it nil for none") }
        if !policy.lane.isEmpty, let problem = policy.problem() {
            throw TaskClientError(.badInput, "a task with these options \(problem)")
        }
        if let follow, follow.sources.isEmpty {
            throw TaskClientError(.badInput, "follow names no task; leave it nil for any engine")
        }
        if collective != nil, speculate || follow != nil {
            throw TaskClientError(
                .badInput,
                "a collective task can neither have copies (speculate) nor follow others; leave that out")
        }
        return GroupSpec(template: 0, count: 0, name: name, policy: policy, after: after)
    }

    private func checkedDeadline() throws(TaskClientError) -> Deadline {
        if case .after(let nanoseconds) = deadline {
            try Self.check(nanoseconds, "deadline, in nanoseconds,", 1...RetryPolicy.longestNanoseconds)
        }
        return deadline
    }

    /// As the policy has it: 0 for all.
    private func ranks() throws(TaskClientError) -> UInt32? {
        switch collective {
        case nil: return nil
        case .all: return 0
        case .count(let count):
            try Self.check(count, "collective", 1...Int(PoolSeat.most))
            return UInt32(count)
        }
    }

    private func allNeeds() throws(TaskClientError) -> Needs {
        try Self.check(cpus, "cpus", 1...Int(Needs.mostUnits))
        try Self.check(memoryBytes, "memoryBytes", 0...Int(Needs.mostBytes))
        try Self.check(gpus, "gpus", 0...Int(Needs.mostUnits))
        _ = try Self.words(Array(needs.keys), "the names in needs")
        for (name, amount) in needs { try Self.check(amount, "needs[\"\(name)\"]", 1...Int(Needs.mostNamed)) }
        return Needs(
            cpus: UInt32(cpus), memoryBytes: UInt64(memoryBytes), gpus: UInt32(gpus),
            named: needs.map { NamedAmount($0.key, UInt64($0.value)) },
            tags: try Self.words(Array(Set(tags)), "tags"))
    }

    private func brake() throws(TaskClientError) -> Brake {
        if let maxRunning { try Self.check(maxRunning, "maxRunning", 1...Int(UInt32.max)) }
        if let canary { try Self.check(canary, "canary", 1...Int(UInt32.max)) }
        if case .share(let share) = maxFailures, share > 10_000 {
            throw TaskClientError(
                .badInput, "maxFailures is a share of the tasks: it has to be 0 to 100 percent")
        }
        return Brake(
            maxRunning: UInt32(maxRunning ?? 0), maxFailures: maxFailures, canary: UInt32(canary ?? 0))
    }

    private func recoverySpecs() throws(TaskClientError) -> [Recovery] {
        guard recoveries.count <= Recovery.most else {
            throw TaskClientError(
                .badInput, "a task has at most \(Recovery.most) recoveries, this one \(recoveries.count)")
        }
        var specs: [Recovery] = []
        for (number, recovery) in recoveries.enumerated() {
            let what = "of recovery \(number + 1)"
            specs.append(
                Recovery(
                    template: UInt32(number) + 1, retry: try Self.checked(recovery.retry, "retry \(what)"),
                    timeoutNanoseconds: try Self.limit(recovery.timeout, "timeout \(what)"),
                    graceNanoseconds: try Self.nanoseconds(recovery.grace, "grace \(what)")))
        }
        return specs
    }

    private static func checked(_ retry: RetryPolicy, _ what: String) throws(TaskClientError) -> RetryPolicy {
        try check(retry.delayNanoseconds, "delayNanoseconds of \(what)", 0...RetryPolicy.longestNanoseconds)
        try check(
            retry.maximumDelayNanoseconds, "maximumDelayNanoseconds of \(what)",
            0...RetryPolicy.longestNanoseconds)
        try check(retry.factor, "factor of \(what)", 1...1_000_000)
        try check(retry.jitter, "jitter of \(what)", 0...1)
        try check(retry.memoryFactor, "memoryFactor of \(what)", 1...1000)
        try check(retry.exitCodes.count, "the number of exitCodes of \(what)", 0...mostWords)
        _ = try words(retry.errors, "errors of \(what)")
        return retry
    }

    /// Nanoseconds of a limit; 0 for none.
    private static func limit(_ duration: Duration?, _ what: String) throws(TaskClientError) -> Int64 {
        guard let duration else { return 0 }
        guard duration > .zero else {
            throw TaskClientError(.badInput, "\(what) is \(duration); it has to be above 0, or nil for none")
        }
        return max(1, try nanoseconds(duration, what))
    }

    private static func nanoseconds(_ duration: Duration, _ what: String) throws(TaskClientError) -> Int64 {
        let longest = RetryPolicy.longestNanoseconds
        guard duration >= .zero, duration.wholeNanoseconds <= longest else {
            throw TaskClientError(.badInput, "\(what) is \(duration); it has to be 0 to 36 years")
        }
        return duration.wholeNanoseconds
    }

    /// Words in one list, and bytes of one, that the wire takes.
    private static let mostWords = 1024
    private static let longestWord = 1024

    private static func words(_ words: [String], _ what: String) throws(TaskClientError) -> [String] {
        try check(words.count, "the number of \(what)", 0...mostWords)
        for word in words where !(1...longestWord).contains(word.utf8.count) {
            throw TaskClientError(
                .badInput,
                "\(what): “\(word.prefix(40))” has \(word.utf8.count) bytes; 1 to \(longestWord) are possible"
            )
        }
        return words
    }

    /// Written so that what is no number fails, too.
    private static func check<Value: Comparable>(
        _ value: Value, _ what: String, _ range: ClosedRange<Value>
    ) throws(TaskClientError) {
        guard range.contains(value) else {
            throw TaskClientError(
                .badInput, "\(what) is \(value); it has to be \(range.lowerBound) to \(range.upperBound)")
        }
    }
}
