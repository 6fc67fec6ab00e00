import ZeroMQ

/// Handshakes that failed, a line for the log now and then: whoever sends garbage must not fill it.
struct FailureLog {
    /// Between two lines.
    static let pauseNanoseconds = Int64.seconds(10)

    private var unsaid = 0
    private var nextAt = Instant.zero

    /// Notes a failure; the line to be logged, if one is due.
    mutating func add(_ reason: HandshakeFailure, _ endpoint: String, at now: Instant) -> String? {
        unsaid += 1
        guard now >= nextAt else { return nil }
        defer {
            unsaid = 0
            nextAt = now + Self.pauseNanoseconds
        }
        let others = unsaid > 1 ? "; with those since the last line: \(unsaid)" : ""
        return
            "\(endpoint): a connection failed: \(reason); no peer of this farm, or one with another controller's capability\(others)"
    }
}
