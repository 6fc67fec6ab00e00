import Foundation

/// Durations and moments as batch files and the command line write them.
public enum TimeText {
    /// Reads `90` (seconds), `90s`, `1.5h`, `1h30m`, `500ms`, `2d`, or `HH:MM:SS`, in nanoseconds.
    ///
    /// - Returns: nil if it is none of them, negative, or over 2^60, about 36 years: what the wire carries.
    public static func nanoseconds(_ text: String) -> Int64? {
        let seconds = text.contains(":") ? clock(text) : units(text)
        guard let seconds, seconds.isFinite, seconds >= 0 else { return nil }
        let nanoseconds = (seconds * 1e9).rounded()
        return nanoseconds <= Double(RetryPolicy.longestNanoseconds) ? Int64(nanoseconds) : nil
    }

    /// Reads `2026-11-23T06:00:00Z`, also with an offset as `+01:00` in place of the `Z`: seconds since 1970.
    ///
    /// - Returns: nil if it is none.
    public static func moment(_ text: String) -> Double? {
        guard text.contains("T") else { return nil }
        return (try? Date(text, strategy: .iso8601))?.timeIntervalSince1970
    }

    private static func clock(_ text: String) -> Double? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ isDigits($0) && $0.utf8.count <= 6 }),
            let hours = Double(parts[0]), let minutes = Double(parts[1]), let seconds = Double(parts[2]),
            minutes < 60,
            seconds < 60, parts[1].utf8.count == 2, parts[2].utf8.count == 2
        else { return nil }
        return hours * 3600 + minutes * 60 + seconds
    }

    private static func units(_ text: String) -> Double? {
        let units: [(String, Double)] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1), ("ms", 1e-3)]
        var rest = text[...]
        var seconds = 0.0
        var last = -1
        while !rest.isEmpty {
            guard let (number, behind) = split(rest) else { return nil }
            let unit = behind.prefix { $0.isLetter }
            if unit.isEmpty { return last < 0 && behind.isEmpty ? number : nil }
            guard let position = units.firstIndex(where: { $0.0 == unit }), position > last else {
                return nil
            }
            seconds += number * units[position].1
            last = position
            rest = behind.dropFirst(unit.count)
        }
        return last < 0 ? nil : seconds
    }

    /// `1.5h` as 1.5 and `h`.
    private static func split(_ text: Substring) -> (Double, Substring)? {
        let digits = text.prefix { "0123456789.".contains($0) }
        guard digits.utf8.count <= 20, digits.first != ".", digits.last != ".", let number = Double(digits)
        else {
            return nil
        }
        return (number, text[digits.endIndex...])
    }

    private static func isDigits(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }
}
