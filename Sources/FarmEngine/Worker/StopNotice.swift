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
            case .timeout: "timed out after \(Self.words(timeoutNanoseconds))"
            case .cancelled: "cancelled"
            case .leaving: "stopped because its engine left"
            }
        return obeyed ? cause : cause + "; it did not end within its grace"
    }

    /// `1h 2m 3s`, `250ms`: the two or three largest units that are not zero.
    static func words(_ nanoseconds: Int64) -> String {
        let milliseconds = nanoseconds / 1_000_000
        if milliseconds < 1000 { return "\(milliseconds)ms" }
        let seconds = milliseconds / 1000
        var parts: [String] = []
        if seconds >= 3600 { parts.append("\(seconds / 3600)h") }
        if seconds / 60 % 60 > 0 { parts.append("\(seconds / 60 % 60)m") }
        let rest = milliseconds % 1000
        if rest > 0, seconds < 60 {
            parts.append("\(seconds).\(String(rest + 1000).dropFirst())s")
        } else if seconds % 60 > 0 {
            parts.append("\(seconds % 60)s")
        }
        return parts.joined(separator: " ")
    }
}
