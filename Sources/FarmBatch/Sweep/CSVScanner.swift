/// Takes a CSV text apart by RFC 4180: fields between commas, rows between CRLF or LF; a field in quotes may
/// hold both, and quotes doubled. Blank lines are passed over, and so are blanks and tabs around a field,
/// which in YAML are no part of a value either; in quotes they stay.
struct CSVScanner {
    struct Field {
        var text: String
        var isQuoted: Bool
        var position: Position
    }

    struct Row {
        var fields: [Field]
        var line: Int
    }

    struct Fault: Error {
        var position: Position
        var message: String
    }

    private let bytes: [UInt8]
    private var next = 0
    private var position = Position(line: 1, column: 1)

    /// - Parameter bytes: UTF-8.
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next row; nil at the end.
    mutating func row() throws(Fault) -> Row? {
        while let end = endOfBlanks, end == bytes.count || isLineEnd(end) {
            while next < end { advance() }
            if end == bytes.count { return nil }
            advance()
        }
        guard next < bytes.count else { return nil }
        var row = Row(fields: [], line: position.line)
        while true {
            row.fields.append(try field())
            guard next < bytes.count, bytes[next] == UInt8(ascii: ",") else { break }
            advance()
        }
        if next < bytes.count { advance() }
        return row
    }

    private var isLineEnd: Bool { isLineEnd(next) }

    private func isLineEnd(_ place: Int) -> Bool {
        bytes[place] == UInt8(ascii: "\n")
            || bytes[place] == UInt8(ascii: "\r")
                && (place + 1 == bytes.count || bytes[place + 1] == UInt8(ascii: "\n"))
    }

    /// Where the blanks from here end; nil at the end of the file.
    private var endOfBlanks: Int? {
        guard next < bytes.count else { return nil }
        return bytes[next...].firstIndex { !Self.isBlank($0) } ?? bytes.count
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private mutating func passBlanks() {
        while next < bytes.count, Self.isBlank(bytes[next]) { advance() }
    }

    private mutating func field() throws(Fault) -> Field {
        passBlanks()
        let start = position
        if next < bytes.count, bytes[next] == UInt8(ascii: "\"") {
            return Field(text: try quoted(), isQuoted: true, position: start)
        }
        let first = next
        while next < bytes.count, bytes[next] != UInt8(ascii: ","), !isLineEnd {
            if bytes[next] == UInt8(ascii: "\"") {
                throw Fault(
                    position: position,
                    message: "a quote inside a field: put the whole field in quotes, and write it twice")
            }
            advance()
        }
        var end = next
        while end > first, Self.isBlank(bytes[end - 1]) { end -= 1 }
        let text = String(decoding: bytes[first..<end], as: UTF8.self)
        return Field(text: text, isQuoted: false, position: start)
    }

    private mutating func quoted() throws(Fault) -> String {
        let start = position
        let quote = UInt8(ascii: "\"")
        var text: [UInt8] = []
        advance()
        while true {
            guard next < bytes.count else {
                throw Fault(position: start, message: "the field's quotes are not closed")
            }
            if bytes[next] == quote {
                advance()
                guard next < bytes.count, bytes[next] == quote else { break }
            }
            text.append(bytes[next])
            advance()
        }
        passBlanks()
        if next < bytes.count, bytes[next] != UInt8(ascii: ","), !isLineEnd {
            throw Fault(position: position, message: "expected a comma or the line's end behind the quotes")
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Passes one byte; columns count characters, and CRLF is one line's end.
    private mutating func advance() {
        let byte = bytes[next]
        next += 1
        if byte == UInt8(ascii: "\n") {
            position = Position(line: position.line + 1, column: 1)
        } else if byte & 0xC0 != 0x80 {
            position.column += 1
        }
    }
}
