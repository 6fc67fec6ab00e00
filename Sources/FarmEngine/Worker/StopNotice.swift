import FarmTransport

/// That and why an attempt was told to end, and what is said about it.
struct StopNotice: Sendable {
    var reason: StopReason
    /// When it was told.
    var at: Instant

    /// The attempt's error text.
    ///
    /// - Parameter obeyed: false if it did not end within its grace.
    func message(timeoutNanoseconds: Int64, obeyed: Bool) -> String {
        let cause =
            switch reason {
            case .timeout: "timed out after \(timeoutNanoseconds.durationWords)"
            case .cancelled: "cancelled"
            case .leaving: "stopped because its engine left"
            }
        return obeyed ? cause : cause + "; it did not end within its grace"
    }
}
