/// How a text that somebody else wrote is put into a message.
package enum Shown {
    /// Characters that are shown.
    static let longest = 40

    /// The beginning of a text, on one line: control characters are written `\n`, `\r`, `\t`, `\u{7}`.
    package static func text(_ text: some StringProtocol) -> String {
        var shown = ""
        var count = 0
        // By scalars: a single character may hold any number of them.
        for scalar in text.unicodeScalars {
            if count == longest { return shown + "…" }
            count += 1
            switch scalar {
            case "\n": shown += "\\n"
            case "\r": shown += "\\r"
            case "\t": shown += "\\t"
            case _
            where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                || [0x2028, 0x2029].contains(scalar.value):
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}
