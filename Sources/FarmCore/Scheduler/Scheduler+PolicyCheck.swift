// What a policy must be like to be taken.
extension Scheduler {
    /// What is wrong with the policy, in words that follow what has it; nil if nothing is. Without
    /// `templates` those that it names are not looked for.
    func problem(with policy: TaskPolicy, of what: String, templates: Int?) -> String? {
        if policy.needs.cpus > settings.maximumCPUs {
            return "needs \(policy.needs.cpus) CPUs; at most \(settings.maximumCPUs) can be asked for"
        }
        for (retry, whose) in [(policy.retry, "")] + policy.recoveries.map({ ($0.retry, "its recovery's ") })
        {
            if let problem = problem(with: retry) {
                return "cannot be tried again as \(whose)retry says: \(problem)"
            }
        }
        if policy.startWithinNanoseconds < 0 || policy.estimateNanoseconds < 0 {
            return "has a negative start-within or estimate"
        }
        if case .after(let nanoseconds) = policy.deadline, nanoseconds <= 0 {
            return "has a deadline before its submission"
        }
        if policy.recoveries.count > Recovery.most {
            return "has \(policy.recoveries.count) recoveries; a task may have \(Recovery.most)"
        }
        if let templates, let missing = policy.recoveries.first(where: { Int($0.template) >= templates }) {
            return "names template \(missing.template) of \(templates) for its recovery"
        }
        return nil
    }

    private func problem(with retry: RetryPolicy) -> String? {
        let longest = RetryPolicy.longestNanoseconds
        if retry.delayNanoseconds < 0 || retry.delayNanoseconds > longest {
            return "delay must be 0 to 36 years"
        }
        if retry.maximumDelayNanoseconds < 0 || retry.maximumDelayNanoseconds > longest {
            return "max-delay must be 0 to 36 years"
        }
        // Written so that what is no number fails, too.
        if !(retry.factor >= 1 && retry.factor <= 1_000_000) { return "factor must be 1 to 1,000,000" }
        if !(retry.jitter >= 0 && retry.jitter <= 1) { return "jitter must be 0 to 1" }
        return nil
    }
}
