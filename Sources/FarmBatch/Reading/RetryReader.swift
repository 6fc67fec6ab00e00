import FarmTemplate

/// Reads `retry:`, a number or a mapping.
struct RetryReader {
    /// Keys of later versions.
    private static let later: Set = ["out-of-memory", "avoid-engine", "memory-factor"]
    private static let keys = [
        "failure", "timeout", "engine-lost", "exit-codes", "errors", "delay", "factor", "max-delay", "jitter",
    ]
    private static let most = 1_000_000

    let log: ProblemLog

    func read(_ item: Item, into retry: inout RetryPolicy) {
        guard case .mapping = item.content else {
            if let value = log.integer(item, "retry", 0...Self.most) { retry.failure = UInt32(value) }
            return
        }
        guard let fields = Fields(item, of: "`retry`", Self.keys, later: Self.later, log) else { return }
        func read(_ key: String, _ path: WritableKeyPath<RetryPolicy, UInt32>) {
            guard let item = fields[key], let value = log.integer(item, "retry." + key, 0...Self.most) else {
                return
            }
            retry[keyPath: path] = UInt32(value)
        }
        read("failure", \.failure)
        read("timeout", \.timeout)
        read("engine-lost", \.engineLost)
        if let item = fields["exit-codes"] { retry.exitCodes = exitCodes(item) }
        if let item = fields["errors"] {
            retry.errors = log.texts(item, "retry.errors", "the name of an error").map(\.0)
        }
        if let item = fields["delay"], let value = log.duration(item, "retry.delay", atLeast: 0) {
            retry.delayNanoseconds = min(value, RetryPolicy.longestNanoseconds)
        }
        if let item = fields["max-delay"], let value = log.duration(item, "retry.max-delay", atLeast: 1) {
            retry.maximumDelayNanoseconds = min(value, RetryPolicy.longestNanoseconds)
        }
        if let item = fields["factor"], let value = log.decimal(item, "retry.factor", 1...1_000_000) {
            retry.factor = value
        }
        if let item = fields["jitter"], let value = log.decimal(item, "retry.jitter", 0...1) {
            retry.jitter = value
        }
        for key in ["factor", "max-delay", "jitter"] where fields[key] != nil && retry.delayNanoseconds == 0 {
            log.add(
                .missing, at: fields.key(key),
                "`\(key)` needs `delay`: without one there is nothing to change")
        }
    }

    private func exitCodes(_ item: Item) -> [Int32] {
        let items: [Item]
        if case .list(let list) = item.content { items = list } else { items = [item] }
        if items.isEmpty {
            log.add(.badValue, at: item.position, "`retry.exit-codes` is empty: leave it out for any code")
        }
        // Minus the number of a signal stands for an end by it, as results show it.
        return items.compactMap { log.integer($0, "retry.exit-codes", -64...255).map { Int32($0) } }
    }
}
