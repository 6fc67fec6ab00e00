/// Reads JSON piece by piece, so that whoever needs positions (batch files) can build a tree of its own.
package struct JSONReader {
    /// Levels of arrays and objects that are read.
    package static let deepest = 128

    package let bytes: UnsafeRawBufferPointer
    package private(set) var offset = 0

    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The next byte that is no white space; nil at the end.
    package mutating func peek() -> UInt8? {
        while offset < bytes.count {
            let byte = bytes[offset]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            offset += 1
        }
        return nil
    }

    /// Takes the next byte if it is the one given.
    package mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    package mutating func expect(_ character: Unicode.Scalar, _ what: String) throws(JSONError) {
        if !take(character) { throw JSONError("expected \(what), found \(found())", at: offset) }
    }

    /// Nothing but white space may follow.
    package mutating func end() throws(JSONError) {
        if peek() != nil {
            throw JSONError("expected the end of the JSON text, found \(found())", at: offset)
        }
    }

    package mutating func value(depth: Int = 0) throws(JSONError) -> JSONValue {
        switch peek() {
        case UInt8(ascii: "{"):
            var members: [JSONMember] = []
            var keys: Set<String> = []
            try self.members(depth: depth) { (reader, key, at, depth) throws(JSONError) in
                guard keys.insert(key).inserted else {
                    throw JSONError("the key “\(key)” is given twice", at: at)
                }
                members.append(JSONMember(key, try reader.value(depth: depth)))
            }
            return .object(members)
        case UInt8(ascii: "["):
            var items: [JSONValue] = []
            try self.items(depth: depth) { (reader, depth) throws(JSONError) in
                items.append(try reader.value(depth: depth))
            }
            return .array(items)
        case UInt8(ascii: "\""): return .string(try string())
        default: return try scalar()
        }
    }

    /// Reads an object; `body` is called behind each colon and reads the value.
    package mutating func members(
        depth: Int, _ body: (inout JSONReader, String, Int, Int) throws(JSONError) -> Void
    ) throws(JSONError) {
        try expect("{", "“{”")
        if depth >= Self.deepest { throw JSONError("more than \(Self.deepest) levels", at: offset) }
        if take("}") { return }
        repeat {
            _ = peek()
            let at = offset
            let key = try string()
            try expect(":", "“:”")
            try body(&self, key, at, depth + 1)
        } while take(",")
        try expect("}", "“,” or “}”")
    }

    /// Reads an array; `body` is called before each item and reads it.
    package mutating func items(
        depth: Int, _ body: (inout JSONReader, Int) throws(JSONError) -> Void
    ) throws(JSONError) {
        try expect("[", "“[”")
        if depth >= Self.deepest { throw JSONError("more than \(Self.deepest) levels", at: offset) }
        if take("]") { return }
        repeat { try body(&self, depth + 1) } while take(",")
        try expect("]", "“,” or “]”")
    }

    /// Reads `null`, `true`, `false` or a number.
    package mutating func scalar() throws(JSONError) -> JSONValue {
        guard let first = peek() else { throw JSONError("expected a JSON value, found the end", at: offset) }
        let start = offset
        var end = offset
        while end < bytes.count, Self.isWordByte(bytes[end]) { end += 1 }
        let word = String(decoding: bytes[start..<end], as: UTF8.self)
        switch word {
        case "null", "true", "false":
            offset = end
            return word == "null" ? .null : .bool(word == "true")
        default:
            let isNumber = first == UInt8(ascii: "-") || (first >= 0x30 && first <= 0x39)
            guard isNumber, JSONNumber.isValid(word.utf8) else {
                throw JSONError("expected a JSON value, found \(found())", at: start)
            }
            offset = end
            return .number(word)
        }
    }

    /// What stands at the next byte, for messages.
    package mutating func found() -> String {
        guard let byte = peek() else { return "the end" }
        var end = offset
        while end < bytes.count, end < offset + 40, Self.isWordByte(bytes[end]) { end += 1 }
        if end > offset { return "“\(String(decoding: bytes[offset..<end], as: UTF8.self))”" }
        if byte >= 0x80 { return "a character that is not ASCII" }
        return byte < 0x20 ? "control character \(byte)" : "“\(Character(Unicode.Scalar(byte)))”"
    }

    package mutating func string() throws(JSONError) -> String {
        try expect("\"", "a string in double quotes")
        let start = offset
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\"") {
                let piece = try text(bytes[start..<offset], at: start)
                offset += 1
                return piece
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            if byte < 0x20 { throw JSONError("control character \(byte) inside a string", at: offset) }
            offset += 1
        }
        throw JSONError("the string is not closed", at: start - 1)
    }

    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var collected = Array(bytes[start..<offset])
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let result = String(validating: collected, as: UTF8.self) else {
                    throw JSONError("the string is not UTF-8", at: start)
                }
                return result
            case UInt8(ascii: "\\"):
                collected.append(contentsOf: String(try escape()).utf8)
            case 0..<0x20: throw JSONError("control character \(byte) inside a string", at: offset - 1)
            default: collected.append(byte)
            }
        }
        throw JSONError("the string is not closed", at: start - 1)
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        guard offset < bytes.count else { throw JSONError("the string is not closed", at: offset) }
        let byte = bytes[offset]
        offset += 1
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "u"):
            let at = offset - 2
            let high = try fourDigits()
            if let scalar = Unicode.Scalar(high) { return scalar }
            if high < 0xDC00, offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"),
                bytes[offset + 1] == UInt8(ascii: "u")
            {
                offset += 2
                let low = try fourDigits()
                if (0xDC00..<0xE000).contains(low),
                    let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
                {
                    return scalar
                }
            }
            throw JSONError("half of a surrogate pair", at: at)
        default: throw JSONError("unknown escape in a string", at: offset - 2)
        }
    }

    private mutating func fourDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard offset < bytes.count, let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue
            else {
                throw JSONError("expected four hexadecimal digits behind \\u", at: offset)
            }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        return value
    }

    private func text(_ slice: Slice<UnsafeRawBufferPointer>, at start: Int) throws(JSONError) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else {
            throw JSONError("the string is not UTF-8", at: start)
        }
        return text
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

/// JSON's grammar of numbers.
package enum JSONNumber {
    /// Whether the text is a number as JSON writes it: `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?`.
    package static func isValid(_ text: some Collection<UInt8>) -> Bool {
        var rest = Substring(String(decoding: text, as: UTF8.self)).utf8
        if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        guard let lead = rest.first, isDigit(lead) else { return false }
        let whole = digits(&rest)
        if lead == UInt8(ascii: "0"), whole > 1 { return false }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            if digits(&rest) == 0 { return false }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
            if digits(&rest) == 0 { return false }
        }
        return rest.isEmpty
    }

    private static func digits(_ rest: inout Substring.UTF8View) -> Int {
        var count = 0
        while let byte = rest.first, isDigit(byte) {
            rest.removeFirst()
            count += 1
        }
        return count
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
