import FoundationEssentials
import Glibc

/// Dates as files hold them (`2026-11-30T12:00:00Z`) and as programs do (seconds since 1970).
enum Timestamp {
    /// The last second of the year 9999, the last that the text form can hold.
    static let latest: Int64 = 253_402_300_799

    static func now() -> Int64 { Int64(time(nil)) }

    static func text(_ unixSeconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(min(max(unixSeconds, 0), latest))).formatted(.iso8601)
    }

    static func parse(_ text: String) -> Int64? {
        guard let date = try? Date(text, strategy: .iso8601) else { return nil }
        let seconds = date.timeIntervalSince1970.rounded(.down)
        return seconds >= 0 && seconds <= Double(latest) ? Int64(seconds) : nil
    }
}
