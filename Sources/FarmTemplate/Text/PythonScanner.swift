/// Follows Python code far enough to know where a literal can be put: not inside a string, where its quotes
/// would end the string's.
struct PythonScanner {
    private enum State: Equatable {
        case code, comment
        case string(quote: UInt8, isTriple: Bool)
    }

    private let bytes: [UInt8]
    private var state = State.code

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Why no literal can be put here; nil if one can.
    var objection: String? {
        guard case .string = state else { return nil }
        return
            "it stands inside a Python string: a value becomes a literal, with its own quotes, so write it "
            + "outside of the string; parameters are variables, too, as in f\"{n}\""
    }

    /// Follows the piece `from..<to`.
    mutating func advance(from: Int, to: Int) {
        var i = from
        while i < to { step(&i, to) }
    }

    private mutating func step(_ i: inout Int, _ end: Int) {
        let byte = bytes[i]
        switch state {
        case .comment:
            if byte == UInt8(ascii: "\n") { state = .code }
            i += 1
        case .code:
            if byte == UInt8(ascii: "#") { state = .comment }
            guard byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") else {
                i += 1
                return
            }
            let isTriple = isThrice(byte, at: i, end)
            state = .string(quote: byte, isTriple: isTriple)
            i += isTriple ? 3 : 1
        case .string(let quote, let isTriple):
            if byte == UInt8(ascii: "\\") {
                i += 2
            } else if byte == quote, !isTriple || isThrice(quote, at: i, end) {
                state = .code
                i += isTriple ? 3 : 1
            } else {
                // A line's end ends it, too: that is an error, which Python will tell.
                if byte == UInt8(ascii: "\n"), !isTriple { state = .code }
                i += 1
            }
        }
    }

    private func isThrice(_ byte: UInt8, at i: Int, _ end: Int) -> Bool {
        i + 2 < end && bytes[i + 1] == byte && bytes[i + 2] == byte
    }
}

extension JSONValue {
    /// The value as Python writes it.
    var pythonLiteral: String {
        switch self {
        case .null: "None"
        case .bool(let value): value ? "True" : "False"
        case .number(let text): text
        case .string(let text): Self.pythonString(text)
        case .array(let items): "[" + items.map(\.pythonLiteral).joined(separator: ", ") + "]"
        case .object(let members):
            "{"
                + members.map { Self.pythonString($0.key) + ": " + $0.value.pythonLiteral }
                .joined(separator: ", ") + "}"
        }
    }

    private static func pythonString(_ text: String) -> String {
        var literal = "'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": literal += "\\\\"
            case "'": literal += "\\'"
            case "\n": literal += "\\n"
            case "\r": literal += "\\r"
            case "\t": literal += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                literal += "\\x" + (digits.count < 2 ? "0" : "") + digits
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "'"
    }
}
