import FarmTemplate

/// Reads `max-running`, `max-failures` and `canary`, of a task or of the whole file.
struct BrakeReader {
    private static let most = Int(Sweep.limit)

    let log: ProblemLog

    func read(_ fields: Fields, into brake: inout Brake) {
        if let item = fields["max-running"], let value = log.integer(item, "max-running", 1...Self.most) {
            brake.maxRunning = UInt32(value)
        }
        if let item = fields["max-failures"], let limit = failures(item) { brake.maxFailures = limit }
        if let item = fields["canary"], let value = log.integer(item, "canary", 1...Self.most) {
            brake.canary = UInt32(value)
        }
    }

    private func failures(_ item: Item) -> Brake.FailureLimit? {
        guard let text = log.fixed(item, "max-failures", "a number of tasks or a share") else { return nil }
        guard let limit = Quantity.failureLimit(text) else {
            log.add(
                .badValue, at: item.position,
                "`max-failures` must be a number of tasks from 0 on, or a share from 0% to 100% as 5% or 2.25%, found"
                    + " \(item.found)")
            return nil
        }
        return limit
    }
}
