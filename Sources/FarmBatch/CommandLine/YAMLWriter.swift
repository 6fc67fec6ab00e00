import FarmTemplate

/// Writes texts into a batch file so that they are read back as they are.
public enum YAMLWriter {
    /// A text in a list, a mapping or alone.
    public static func text(_ text: String) -> String {
        if isPlain(text), case .string = CoreSchema.resolve(text).value { return text }
        return quoted(text)
    }

    /// What someone typed, which may be a number or a boolean: by the same rules as in a file.
    static func value(_ text: String) -> String {
        if case .string = CoreSchema.resolve(text).value { return self.text(text) }
        return text
    }

    /// Several lines below a key, or one in quotes where such a block would not be read back the same.
    static func block(_ text: String, indent: Int) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let isSafe = lines.allSatisfy { line in
            guard let first = line.utf8.first, first != 0x20, line.utf8.last != 0x20 else { return false }
            return line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F }
        }
        guard isSafe else { return quoted(text) }
        let margin = String(repeating: " ", count: indent)
        return "|-" + lines.map { "\n" + margin + $0 }.joined()
    }

    /// What was read, on one line.
    static func flow(_ item: Item) -> String {
        switch item.content {
        case .scalar(let text, let isPlain): isPlain ? value(text) : self.text(text)
        case .list(let items): "[\(items.map(flow).joined(separator: ", "))]"
        case .mapping(let entries):
            "{\(entries.map { "\(text($0.key)): \(flow($0.value))" }.joined(separator: ", "))}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = []
        JSONValue.encode(text, into: &bytes)
        var result = String.UnicodeScalarView()
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar.value {
            // YAML folds lines at some of these, and knows no text with the others.
            case 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                let zeros = String(repeating: "0", count: 4 - digits.count)
                result.append(contentsOf: "\\u\(zeros)\(digits)".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// Whether no sign of it means something in YAML, wherever it stands.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, isWord(first) || first == UInt8(ascii: "/") else { return false }
        return text.utf8.allSatisfy { isWord($0) || "/.-+@=".utf8.contains($0) }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x30 && byte <= 0x39 || (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A
            || byte == UInt8(ascii: "_")
    }
}
