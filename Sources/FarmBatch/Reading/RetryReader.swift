import FarmTemplate

/// Reads `retry:`, a number or a mapping.
struct RetryReader {
    private static let most: UInt32 = 1_000_000

    let log: ProblemLog

    func read(_ item: Item, into retry: inout RetryPolicy) {
        guard case .mapping = item.content else {
            if let value = log.integer(item, "retry", 0...Self.most) { retry.failure = value }
            return
        }
        guard let fields = Fields(item, of: "`retry`", BatchKeys.retry, log) else { return }
        func read(_ key: String, _ path: WritableKeyPath<RetryPolicy, UInt32>) {
            guard let item = fields[key], let value = log.integer(item, "retry." + key, 0...Self.most) else {
                return
            }
            retry[keyPath: path] = value
        }
        read("failure", \.failure)
        read("timeout", \.timeout)
        read("out-of-memory", \.outOfMemory)
        read("engine-lost", \.engineLost)
        if let item = fields["exit-codes"] { retry.exitCodes = exitCodes(item) }
        if let item = fields["errors"] {
            retry.errors = log.words(item, "retry.errors", "the name of an error", "any")
        }
        if let item = fields["delay"], let value = log.duration(item, "retry.delay", atLeast: 0) {
            retry.delayNanoseconds = value
        }
        if let item = fields["max-delay"], let value = log.duration(item, "retry.max-delay", atLeast: 1) {
            retry.maximumDelayNanoseconds = value
        }
        if let item = fields["factor"], let value = log.decimal(item, "retry.factor", 1...1_000_000) {
            retry.factor = value
        }
        if let item = fields["jitter"], let value = log.decimal(item, "retry.jitter", 0...1) {
            retry.jitter = value
        }
        if let item = fields["avoid-engine"], let value = log.boolean(item, "retry.avoid-engine") {
            retry.avoidsEngine = value
        }
        if let item = fields["memory-factor"], let value = log.decimal(item, "retry.memory-factor", 1...1_000)
        {
            retry.memoryFactor = value
            if retry.outOfMemory == 0 {
                log.add(
                    .missing, at: fields.key("memory-factor"),
                    "`memory-factor` needs `out-of-memory` above 0: without it no such end is tried again")
            }
        }
        for key in ["factor", "max-delay", "jitter"] where fields[key] != nil && retry.delayNanoseconds == 0 {
            log.add(
                .missing, at: fields.key(key),
                "`\(key)` needs `delay`: without one there is nothing to change")
        }
    }

    /// `memory-factor` changes what `needs` says: without that it would do nothing.
    func check(_ item: Item, against needs: Needs) {
        guard needs.memoryBytes == 0, case .mapping(let entries) = item.content,
            let entry = entries.first(where: { $0.key == "memory-factor" })
        else { return }
        log.add(
            .missing, at: entry.position,
            "`memory-factor` needs `needs.memory`: without it there is nothing to change")
    }

    private func exitCodes(_ item: Item) -> [Int32] {
        let items: [Item]
        if case .list(let list) = item.content { items = list } else { items = [item] }
        if items.isEmpty {
            log.add(.badValue, at: item.position, "`retry.exit-codes` is empty: leave it out for any code")
        }
        // Minus the number of a signal stands for an end by it, as results show it.
        if items.count > Names.most {
            log.add(
                .limit, at: item.position,
                "`retry.exit-codes` has \(items.count) entries; at most \(Names.most) are possible")
        }
        return items.compactMap { log.integer($0, "retry.exit-codes", -64...255) }
    }
}
