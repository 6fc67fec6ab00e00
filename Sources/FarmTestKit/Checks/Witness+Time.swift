// How much time engines have left, reckoned from what they have said.
extension Witness {
    /// Nanoseconds that an attempt is said to take; 0 if nothing is said.
    static func length(_ policy: TaskPolicy, stage: Int) -> Int64 {
        let said =
            stage > 0
            ? [policy.recoveries[stage - 1].timeoutNanoseconds]
            : [policy.estimateNanoseconds, policy.timeoutNanoseconds]
        return said.filter { $0 > 0 }.min() ?? 0
    }

    /// The engine has time for the attempt. In a lane nobody asks.
    func checkTime(_ sent: SentDispatch, _ policy: TaskPolicy, stage: Int) {
        let length = Self.length(policy, stage: stage)
        guard policy.lane.isEmpty, length > 0, let until = endsOfTime[sent.engineKey] else { return }
        if now + length > until {
            fault(
                "task \(sent.entry.name.task) was sent to engine \(sent.engine), which has too little time left"
            )
        }
    }

    /// Its time is over, so that it may be killed.
    func hasRunOut(_ engine: UInt32) -> Bool {
        engineKeys[engine].flatMap { endsOfTime[$0] }.map { $0 <= now } ?? false
    }

    /// Whether the engine has so much left that nobody can say it had too little.
    func hasAmpleTime(_ key: UniqueKey, _ policy: TaskPolicy, stage: Int) -> Bool {
        guard let until = endsOfTime[key] else { return true }
        return now + Self.length(policy, stage: stage) / 8 * 10 + 1_000 <= until
    }

    /// An engine that is lost when its time is over costs nobody anything; and nothing else is said to be the
    /// end of its time.
    func checkRunOut(_ entry: OutcomeEntry) {
        guard entry.engine != .none, let key = engineKeys[entry.engine.raw] else { return }
        let until = endsOfTime[key] ?? .never
        let policy = jobs[entry.task.job.raw]?.policy(of: entry.task.index)
        // A collective attempt ends when its last rank has, which may be long after the one that was lost.
        let isRank = policy?.collective == nil || entry.kind == .rank
        if entry.cause == .engineLost, until <= now, isRank, policy?.lane.isEmpty == true {
            fault("task \(entry.task) was charged for engine \(entry.engine), whose time was over")
        }
        if entry.cause == .walltime, until > now + .seconds(1) {
            fault("task \(entry.task) ended with the time of engine \(entry.engine), which is not over")
        }
    }
}

extension WitnessedJob {
    func policy(of index: UInt32) -> TaskPolicy? { group(of: index).map { groups[$0].spec.policy } }
}
