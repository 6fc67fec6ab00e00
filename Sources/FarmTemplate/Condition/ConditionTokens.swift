/// The words and signs of a condition, one at a time.
struct ConditionTokens {
    enum Token: Hashable {
        case word(String)
        case literal(Operand)
        case comparison(Comparison)
        case sign(Character)
        case end
    }

    static let keywords: Set = ["and", "or", "not", "in"]

    /// The one to look at.
    private(set) var current = Token.end
    /// Where it begins, in UTF-8 bytes.
    private(set) var offset = 0
    private let bytes: [UInt8]
    private var next = 0
    /// Names may have dots in them.
    private let hasPaths: Bool

    init(_ text: String, hasPaths: Bool) throws(TemplateError) {
        bytes = Array(text.utf8)
        self.hasPaths = hasPaths
        if bytes.count > Condition.limitBytes {
            throw fault("the expression is longer than \(Condition.limitBytes >> 10) KiB")
        }
        try advance()
    }

    /// What `current` is, for messages.
    var found: String {
        current == .end
            ? "the end" : "“\(Shown.text(String(decoding: bytes[offset..<next], as: UTF8.self)))”"
    }

    var isJoin: Bool { current == .word("and") || current == .word("or") }

    func fault(_ message: String, at place: Int? = nil) -> TemplateError {
        TemplateError(.badExpression, message, field: "sweep", offset: place ?? offset)
    }

    /// Goes on if it is this one.
    mutating func take(_ token: Token) throws(TemplateError) -> Bool {
        guard current == token else { return false }
        try advance()
        return true
    }

    mutating func advance() throws(TemplateError) {
        while next < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[next]) { next += 1 }
        offset = next
        guard next < bytes.count else {
            current = .end
            return
        }
        let byte = bytes[next]
        if "()[],".utf8.contains(byte) {
            next += 1
            current = .sign(Character(Unicode.Scalar(byte)))
        } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
            current = .literal(.text(try quoted(byte)))
        } else if let comparison = Comparison.allCases.first(where: {
            bytes[next...].starts(with: $0.rawValue.utf8)
        }) {
            next += comparison.rawValue.utf8.count
            current = .comparison(comparison)
        } else if isWord(byte) || "+.~".utf8.contains(byte) {
            try word()
        } else {
            try refuse()
        }
    }

    /// There are no escapes; a text with one kind of quotes in it stands in the other.
    private mutating func quoted(_ quote: UInt8) throws(TemplateError) -> [UInt8] {
        guard let end = bytes[(next + 1)...].firstIndex(of: quote) else {
            throw fault("the quoted text has no end")
        }
        let text = Array(bytes[(next + 1)..<end])
        next = end + 1
        return text
    }

    private mutating func word() throws(TemplateError) {
        let isNumeric = bytes[next] >= 0x30 && bytes[next] <= 0x39
        while next < bytes.count {
            // The sign of an exponent belongs to its number.
            let isSign =
                bytes[next] == UInt8(ascii: "+") && (next == offset || bytes[next - 1] | 0x20 == 0x65)
            guard
                isWord(bytes[next]) || ".~".utf8.contains(bytes[next]) || isSign
                    || isNumeric && bytes[next] == UInt8(ascii: ":")
            else { break }
            next += 1
        }
        let text = String(decoding: bytes[offset..<next], as: UTF8.self)
        let value = CoreSchema.resolve(text)
        if case .string = value.value, !isNumeric {
            if Sweep.isIdentifier(text) || hasPaths && Self.isPath(text) {
                current = .word(text)
            } else if text.utf8.allSatisfy({ "+-".utf8.contains($0) }) {
                throw fault("“\(text)” means nothing here: there is no arithmetic")
            } else {
                throw fault(
                    "“\(Shown.text(text))” is neither a parameter nor a number: quote it if it is a text")
            }
        } else {
            current = .literal(Operand(value))
        }
    }

    /// `norms.l2`.
    private static func isPath(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.allSatisfy { !$0.isEmpty && !$0.contains("~") }
            && Sweep.isIdentifier(String(parts[0]))
    }

    private func refuse() throws(TemplateError) {
        let words: [(sign: String, instead: String)] = [
            ("&", "and"), ("|", "or"), ("!", "not"), ("=", "=="),
        ]
        if let word = words.first(where: { bytes[next...].starts(with: $0.sign.utf8) }) {
            throw fault("“\(word.sign)” means nothing here: write `\(word.instead)`")
        }
        let end = bytes[(next + 1)...].firstIndex { $0 & 0xC0 != 0x80 } ?? bytes.count
        let shown = String(decoding: bytes[next..<end], as: UTF8.self)
        if "*/%^".contains(shown) { throw fault("“\(shown)” means nothing here: there is no arithmetic") }
        throw fault("“\(shown)” means nothing here: there are comparisons, and, or, not, in, ( ) and [ ]")
    }

    private func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x30 && byte <= 0x39 || (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
}
