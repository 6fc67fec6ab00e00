/// Numbers of bytes as people write them.
public enum ByteSize {
    /// The most that can be read: 2^50.
    public static let most: UInt64 = 1 << 50

    /// Reads `1048576`, `64KiB`, `1.5MB`, `2GiB`; `K`, `M`, `G` and `T` alone are powers of 1024.
    ///
    /// - Returns: nil if it is none of them, negative, or over `most`.
    public static func parse(_ text: String) -> UInt64? {
        let digits = text.prefix { "0123456789.".contains($0) }
        guard digits.utf8.count <= 20, digits.first != ".", digits.last != ".", let number = Double(digits),
            let factor = factors[String(text[digits.endIndex...])]
        else { return nil }
        let bytes = (number * factor).rounded()
        return bytes <= Double(most) ? UInt64(bytes) : nil
    }

    private static let factors = [
        "": 1, "B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "KiB": 0x1p10, "MiB": 0x1p20,
        "GiB": 0x1p30, "TiB": 0x1p40, "PiB": 0x1p50, "K": 0x1p10, "M": 0x1p20, "G": 0x1p30, "T": 0x1p40,
    ]

    /// `1.5 GiB`, `64 MiB`: the largest unit with a number from 1 on, to a tenth.
    public static func words(_ bytes: UInt64) -> String {
        let units = ["bytes", "KiB", "MiB", "GiB", "TiB"]
        var unit = 0
        var value = Double(bytes)
        // What would be rounded to 1024 is 1 of the next.
        while value >= 1023.95, unit + 1 < units.count {
            value /= 1024
            unit += 1
        }
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0
            ? "\(tenths / 10) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
