extension Int64 {
    /// So many nanoseconds in words: `1h 2m 3s`, `250ms`; the two or three largest units that are not zero.
    public var durationWords: String {
        let milliseconds = self / 1_000_000
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
