import FarmTemplate

extension SharedFieldsReader {
    func readPolicy(_ fields: Fields, into draft: inout TaskDraft) {
        if let item = fields["priority"], let value = log.integer(item, "priority", -1_000_000...1_000_000) {
            draft.policy.priority = Int32(value)
        }
        if let item = fields["timeout"], let value = log.duration(item, "timeout", atLeast: 1) {
            draft.policy.timeoutNanoseconds = value
        }
        if let item = fields["grace"], let value = log.duration(item, "grace", atLeast: 0) {
            draft.policy.graceNanoseconds = value
        }
        if let item = fields["retry"] { readRetry(item, into: &draft.policy.retry) }
        if let item = fields["needs"] { readNeeds(item, into: &draft.policy.needs) }
        if let item = fields["targets"] {
            draft.policy.targets = log.texts(item, "targets", "an engine's name or number").compactMap {
                text, item in
                log.fixed(item, "targets", "an engine's name or number") == nil ? nil : text
            }
            if case .list(let items) = item.content, items.isEmpty {
                log.add(.badValue, at: item.position, "`targets` is empty: leave it out for any engine")
            }
        }
    }

    private func readRetry(_ item: Item, into retry: inout RetryPolicy) {
        let most = 1_000_000
        guard case .mapping = item.content else {
            if let value = log.integer(item, "retry", 0...most) { retry.failure = UInt32(value) }
            return
        }
        let later: Set = [
            "out-of-memory", "exit-codes", "errors", "delay", "factor", "max-delay", "jitter", "avoid-engine",
            "memory-factor",
        ]
        let keys = ["failure", "timeout", "engine-lost"]
        guard let fields = Fields(item, of: "`retry`", keys, later: later, log) else { return }
        func read(_ key: String, _ path: WritableKeyPath<RetryPolicy, UInt32>) {
            guard let item = fields[key], let value = log.integer(item, "retry." + key, 0...most) else {
                return
            }
            retry[keyPath: path] = UInt32(value)
        }
        read("failure", \.failure)
        read("timeout", \.timeout)
        read("engine-lost", \.engineLost)
    }

    private func readNeeds(_ item: Item, into needs: inout Needs) {
        guard let fields = Fields(item, of: "`needs`", ["cpus"], later: ["memory", "gpus", "tags"], log)
        else { return }
        if let item = fields["cpus"], let value = log.integer(item, "needs.cpus", 1...65_536) {
            needs.cpus = UInt32(value)
        }
    }
}
