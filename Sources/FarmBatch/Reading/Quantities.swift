import FarmTemplate
import Foundation

/// Durations and sizes as batch files and the command line write them.
public enum Quantity {
    /// Nanoseconds that a duration may have, about 36 years: what the wire carries.
    public static let longestNanoseconds = RetryPolicy.longestNanoseconds

    /// Reads `90` (seconds), `90s`, `1.5h`, `1h30m`, `500ms`, `2d`, or `HH:MM:SS`, in nanoseconds.
    ///
    /// - Returns: nil if it is none of them, negative, or over `longestNanoseconds`.
    public static func nanoseconds(_ text: String) -> Int64? {
        TimeText.nanoseconds(text)
    }

    /// Reads `1048576`, `64KiB`, `1.5MB`, `2GiB`, in bytes.
    ///
    /// - Returns: nil if it is none of them, negative, or over 2^50.
    public static func bytes(_ text: String) -> Int? {
        ByteSize.parse(text).map { Int($0) }
    }
}
