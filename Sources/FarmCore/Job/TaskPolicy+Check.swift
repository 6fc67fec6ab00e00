// What a policy must be like to be taken; clients look before they send.
extension TaskPolicy {
    /// What is wrong with the policy, in words that follow what has it; nil if nothing is. Without
    /// `templates`, their number, those that it names are not looked for.
    public func problem(templates: Int? = nil) -> String? {
        if let problem = needs.problem { return problem }
        for (retry, whose) in [(retry, "")] + recoveries.map({ ($0.retry, "its recovery's ") }) {
            if let problem = retry.problem {
                return "cannot be tried again as \(whose)retry says: \(problem)"
            }
        }
        for (value, what) in [
            (timeoutNanoseconds, "timeout"), (graceNanoseconds, "grace"),
            (startWithinNanoseconds, "start-within"), (estimateNanoseconds, "estimate"),
        ]
            + recoveries.flatMap({
                [($0.timeoutNanoseconds, "recovery's timeout"), ($0.graceNanoseconds, "recovery's grace")]
            }) where value < 0 || value > RetryPolicy.longestNanoseconds
        {
            return "has a \(what) that is not 0 to 36 years"
        }
        switch deadline {
        case .after(let nanoseconds) where nanoseconds <= 0: return "has a deadline before its submission"
        case .after(let nanoseconds) where nanoseconds > RetryPolicy.longestNanoseconds:
            return "has a deadline more than 36 years away"
        default: break
        }
        if recoveries.count > Recovery.most {
            return "has \(recoveries.count) recoveries; a task may have \(Recovery.most)"
        }
        if let templates, let missing = recoveries.first(where: { Int($0.template) >= templates }) {
            return "names template \(missing.template) of \(templates) for its recovery"
        }
        if let problem = brake.problem { return problem }
        if let follow, follow.sources.isEmpty { return "follows nothing: its 'follow' names no task" }
        if let problem = collectiveProblem { return problem }
        if results.count > NamedResult.most {
            return "takes the results of \(results.count) tasks; at most \(NamedResult.most) are possible"
        }
        if skipsUnchanged, collective != nil {
            return "is collective: what its ranks leave behind is not looked up; leave 'skip-unchanged' out"
        }
        return lane.isEmpty ? nil : laneProblem
    }

    private var collectiveProblem: String? {
        guard let collective else { return nil }
        if collective > PoolSeat.most {
            return "needs \(collective) ranks; a pool has at most \(PoolSeat.most)"
        }
        if speculate { return "is collective, and no copy of it can run beside it: leave 'speculate' out" }
        if follow != nil {
            return "is collective, and where others ran is one engine: leave 'follow' out, or name 'targets'"
        }
        return nil
    }
}

extension JobHeader {
    /// What is wrong with it, in words that follow "the job"; nil if nothing is.
    public var problem: String? {
        if weight < 1 || weight > 100_000 { return "has a weight that is not 0.01 to 1,000" }
        return brake.problem
    }
}

extension Needs {
    fileprivate var problem: String? {
        if cpus > Self.mostUnits { return "needs \(cpus) CPUs; at most \(Self.mostUnits) can be asked for" }
        if gpus > Self.mostUnits { return "needs \(gpus) GPUs; at most \(Self.mostUnits) can be asked for" }
        if memoryBytes > Self.mostBytes { return "needs \(memoryBytes) bytes of memory; at most 2^50 can be" }
        for (index, need) in named.enumerated() {
            if need.name.isEmpty || need.amount == 0 || need.amount > Self.mostNamed {
                return
                    "needs \(need.amount) of '\(need.name)'; what has a name can be needed 1 to 10^12 times"
            }
            if index > 0, named[index - 1].name == need.name { return "needs '\(need.name)' twice" }
        }
        return nil
    }
}

extension Brake {
    fileprivate var problem: String? {
        if case .share(let share) = maxFailures, share > 10_000 {
            return "has a max-failures of more than 100 %"
        }
        return nil
    }
}

extension RetryPolicy {
    fileprivate var problem: String? {
        if delayNanoseconds < 0 || delayNanoseconds > Self.longestNanoseconds {
            return "delay must be 0 to 36 years"
        }
        if maximumDelayNanoseconds < 0 || maximumDelayNanoseconds > Self.longestNanoseconds {
            return "max-delay must be 0 to 36 years"
        }
        // Written so that what is no number fails, too.
        if !(factor >= 1 && factor <= 1_000_000) { return "factor must be 1 to 1,000,000" }
        if !(jitter >= 0 && jitter <= 1) { return "jitter must be 0 to 1" }
        if !(memoryFactor >= 1 && memoryFactor <= 1_000) { return "memory-factor must be 1 to 1,000" }
        return nil
    }
}
