/// How a value is put into a shell line so that the shell reads exactly that value and nothing else of it.
enum ShellPlace: Equatable, Sendable {
    /// Outside quotes. `isGlued`: right behind a character that could be part of a variable's name.
    case word(isGlued: Bool)
    /// Between double quotes.
    case doubleQuotes(isGlued: Bool)
    /// Between single quotes.
    case singleQuotes
    /// Inside `$((…))`: numbers only, since the shell evaluates words there.
    case arithmetic
    /// Behind `#`.
    case comment
    /// `| raw`.
    case raw

    /// Appends the value.
    ///
    /// - Throws: `badValue` for a word inside `$((…))`.
    func append(_ value: String, to line: inout String) throws(TemplateError) {
        switch self {
        case .raw: line += value
        case .word(let isGlued):
            if !isGlued, Self.isPlain(value) { line += value } else { Self.quote(value, into: &line) }
        case .doubleQuotes(let isGlued):
            // Closing the quotes, quoting singly and opening them again holds wherever double quotes do.
            if !isGlued, Self.isPlain(value) {
                line += value
            } else {
                line += "\""
                Self.quote(value, into: &line)
                line += "\""
            }
        case .singleQuotes: line += value.replacing("'", with: "'\\''")
        case .arithmetic:
            guard !value.isEmpty, value.utf8.allSatisfy(Self.isNumberByte),
                value.utf8.contains(where: Self.isDigit)
            else {
                throw TemplateError(
                    .badValue,
                    "“\(value)” is no number, and only numbers may be put inside $((…)); use `| raw` if "
                        + "it is meant to be evaluated")
            }
            line += value
        case .comment: line += value.replacing("\n", with: " ").replacing("\r", with: " ")
        }
    }

    /// The value as one word of a POSIX shell.
    static func quoted(_ value: String) -> String {
        if isPlain(value) { return value }
        var line = ""
        quote(value, into: &line)
        return line
    }

    private static func quote(_ value: String, into line: inout String) {
        line += "'"
        line += value.utf8.contains(UInt8(ascii: "'")) ? value.replacing("'", with: "'\\''") : value
        line += "'"
    }

    /// Values that mean themselves in any shell, with or without quotes.
    private static func isPlain(_ value: String) -> Bool {
        !value.isEmpty
            && value.utf8.allSatisfy { byte in
                isDigit(byte) || (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A
                    || "_@%+:,./-".utf8.contains(byte)
            }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private static func isNumberByte(_ byte: UInt8) -> Bool { isDigit(byte) || "+-.eE".utf8.contains(byte) }
}

extension String {
    /// As one word of a POSIX shell.
    package var shellQuoted: String { ShellPlace.quoted(self) }
}
