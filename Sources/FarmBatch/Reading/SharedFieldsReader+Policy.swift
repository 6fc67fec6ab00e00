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
        if let item = fields["retry"] { RetryReader(log: log).read(item, into: &draft.policy.retry) }
        if let item = fields["deadline"], let deadline = deadline(item) { draft.policy.deadline = deadline }
        if let item = fields["start-within"], let value = log.duration(item, "start-within", atLeast: 1) {
            draft.policy.startWithinNanoseconds = value
        }
        if let item = fields["estimate"], let value = log.duration(item, "estimate", atLeast: 1) {
            draft.policy.estimateNanoseconds = value
        }
        if let item = fields["needs"] { NeedsReader(log: log).read(item, into: &draft.policy.needs) }
        if let item = fields["targets"] {
            draft.policy.targets = log.words(item, "targets", "an engine's name or number", "any engine")
        }
        if let item = fields["lane"], let name = log.fixed(item, "lane", "a lane's name") {
            draft.policy.lane = name
            draft.origins["lane"] = item
        }
        if let item = fields["speculate"], let value = log.boolean(item, "speculate") {
            draft.policy.speculate = value
        }
        if let item = fields["collective"], let ranks = ranks(item) { draft.policy.collective = ranks }
        BrakeReader(log: log).read(fields, into: &draft.policy.brake)
    }

    /// A number of ranks, or `all`, which is 0.
    private func ranks(_ item: Item) -> UInt32? {
        guard let text = log.fixed(item, "collective", "a number of ranks, or all") else { return nil }
        if text == "all" { return 0 }
        guard let count = UInt32(text), (1...PoolSeat.most).contains(count) else {
            log.add(
                .badValue, at: item.position,
                "`collective` must be a number of ranks, 1 to \(PoolSeat.most), or all; found \(item.found)")
            return nil
        }
        return count
    }

    /// A duration from the submission, or a moment with its zone.
    private func deadline(_ item: Item) -> Deadline? {
        guard let text = log.fixed(item, "deadline", "a duration or a moment") else { return nil }
        if let fault = Quantity.fault(inDeadline: text) {
            log.add(.badValue, at: item.position, "`deadline` \(fault); found \(item.found)")
        }
        return Quantity.deadline(text)
    }
}
