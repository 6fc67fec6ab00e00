import Glibc

/// Numbers as a page shows them. Without Foundation, which takes long to load.
enum NumberText {
    /// Four significant digits: `0.001235`, `1.2e-7`.
    static func short(_ value: Double) -> String { format(value, "g", 4) }

    /// A tick at a multiple of `step`, with as many digits as tell it from the next one.
    static func tick(_ value: Double, step: Double) -> String {
        if value == 0 { return "0" }
        let size = abs(value)
        if size >= 1e-4, size < 1e6 {
            return format(value, "f", max(0, min(12, -Int(floor(log10(step) + 1e-9)))))
        }
        let digits = Int(floor(log10(size))) - Int(floor(log10(step) + 1e-9)) + 1
        return format(value, "g", max(1, min(15, digits)))
    }

    /// A place in a drawing, to a tenth.
    static func place(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let tenths = Int((min(max(value, -1e6), 1e6) * 10).rounded())
        if tenths % 10 == 0 { return "\(tenths / 10)" }
        return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }

    private static func format(_ value: Double, _ kind: String, _ digits: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
        var buffer = [CChar](repeating: 0, count: 64)
        let count = withVaList([Int32(digits), value]) { vsnprintf(&buffer, buffer.count, "%.*\(kind)", $0) }
        let length = min(max(0, Int(count)), buffer.count - 1)
        let text = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // `1e-07` as `1e-7`.
        guard let mark = text.firstIndex(of: "e") else { return text }
        let exponent = Int(text[text.index(after: mark)...].drop { $0 == "+" }) ?? 0
        return text[..<mark] + "e\(exponent)"
    }
}
