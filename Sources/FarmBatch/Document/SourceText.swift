import FarmTemplate

/// The bytes of a file, for finding places inside its scalars.
struct SourceText {
    let bytes: [UInt8]

    /// Where the `ordinal`-th `${{` behind a place stands: the same in every style of scalar, whatever its
    /// quotes and indentation. The place itself if there is none (it was written with escapes).
    func expression(_ ordinal: Int, behind start: Position) -> Position {
        var position = Position(line: 1, column: 1, file: start.file)
        var left = ordinal
        var i = 0
        while i < bytes.count {
            let isBehind = (position.line, position.column) >= (start.line, start.column)
            if isBehind, bytes[i] == UInt8(ascii: "$"), bytes[i...].starts(with: "${{".utf8) {
                if left == 0 { return position }
                left -= 1
            }
            if bytes[i] == UInt8(ascii: "\n") {
                position = Position(line: position.line + 1, column: 1, file: start.file)
            } else if i + 1 == bytes.count || bytes[i + 1] & 0xC0 != 0x80 {
                position.column += 1
            }
            i += 1
        }
        return start
    }

    /// Where byte `offset` of a scalar's text stands; nil if the scalar is not written as its text is, with
    /// escapes or over several lines.
    func place(of offset: Int, in text: String, at start: Position) -> Position? {
        var position = Position(line: 1, column: 1, file: start.file)
        var i = 0
        while i < bytes.count, position != start {
            if bytes[i] == UInt8(ascii: "\n") {
                position = Position(line: position.line + 1, column: 1, file: start.file)
            } else if i + 1 == bytes.count || bytes[i + 1] & 0xC0 != 0x80 {
                position.column += 1
            }
            i += 1
        }
        for quotes in 0...1 where bytes.dropFirst(i + quotes).starts(with: text.utf8) {
            if text.utf8.contains(UInt8(ascii: "\n")) { return nil }
            let before = String(decoding: text.utf8.prefix(offset), as: UTF8.self).unicodeScalars.count
            return Position(
                line: start.line, column: start.column + quotes + before, file: start.file)
        }
        return nil
    }

    /// Refuses what is no text: bytes that are not UTF-8, and control characters.
    static func check(_ bytes: [UInt8], _ log: ProblemLog, firstLine: Int = 1) -> Bool {
        if let i = bytes.firstIndex(where: {
            $0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D || $0 == 0x7F
        }) {
            let what = bytes[i] == 0 ? "a NUL byte" : "control character \(bytes[i])"
            log.add(.notText, at: position(of: i, in: bytes, firstLine), "expected text, found \(what)")
            return false
        }
        if bytes.withUnsafeBufferPointer({ String(validating: $0, as: UTF8.self) }) != nil { return true }
        let i = firstInvalid(bytes)
        let shown = String(bytes[min(i, bytes.count - 1)], radix: 16)
        log.add(
            .notText, at: position(of: i, in: bytes, firstLine),
            "expected UTF-8, found the byte 0x\(shown): save the file as UTF-8")
        return false
    }

    static func position(of offset: Int, in bytes: [UInt8], _ firstLine: Int = 1) -> Position {
        var position = Position(line: firstLine, column: 1)
        for byte in bytes.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                position = Position(line: position.line + 1, column: 1)
            } else if byte & 0xC0 != 0x80 {
                position.column += 1
            }
        }
        return position
    }

    private static func firstInvalid(_ bytes: [UInt8]) -> Int {
        var decoder = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var offset = 0
        while true {
            switch decoder.parseScalar(from: &iterator) {
            case .valid(let scalar): offset += scalar.count
            default: return offset
            }
        }
    }
}
