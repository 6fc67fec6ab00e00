/// Text of a page as it is built up. Whatever comes from tasks goes in by `text`, which escapes it.
struct Markup {
    private(set) var bytes: [UInt8] = []

    /// As it stands: ours alone.
    mutating func raw(_ markup: String) { bytes.append(contentsOf: markup.utf8) }

    /// Anybody's text: shown as it is, never read as markup, also inside of an attribute.
    mutating func text(_ text: String) { raw(Self.escaped(text)) }

    /// An element with a text.
    mutating func element(_ name: String, _ attributes: String = "", _ text: String) {
        raw("<\(name)\(attributes.isEmpty ? "" : " ")\(attributes)>")
        self.text(text)
        raw("</\(name)>")
    }

    mutating func append(_ other: Markup) { bytes += other.bytes }

    /// What a parser of XML, too, takes for the same text: characters that it knows none of are shown as `�`.
    static func escaped(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            byte >= 0x20 && byte < 0x7F && byte != 0x26 && byte != 0x3C && byte != 0x3E && byte != 0x22
                && byte != 0x27
        }
        if isPlain { return text }
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out.append(contentsOf: "&amp;".unicodeScalars)
            case "<": out.append(contentsOf: "&lt;".unicodeScalars)
            case ">": out.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": out.append(contentsOf: "&quot;".unicodeScalars)
            case "'": out.append(contentsOf: "&#39;".unicodeScalars)
            case "\n", "\t": out.append(scalar)
            default: out.append(isShown(scalar) ? scalar : "\u{FFFD}")
            }
        }
        return String(out)
    }

    /// Not controls, nor what turns the direction of the text around it.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0xFFFE, 0xFFFF: false
        default: true
        }
    }
}
