import FarmTemplate

/// One line of a JSON Lines file, split at its keys.
struct JSONLine {
    /// A key of the line's object with the bytes of its value as they were written.
    struct Member {
        var key: String
        var position: Position
        var raw: Range<Int>
        var item: Item
    }

    let bytes: [UInt8]
    let number: Int
    let members: [Member]

    /// - Returns: nil, and a problem in the log, if the line is no JSON object.
    init?(_ bytes: [UInt8], number: Int, _ log: ProblemLog) {
        self.bytes = bytes
        self.number = number
        let places = LinePlaces(bytes, number)
        do throws(JSONError) {
            members = try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
                var reader = JSONReader(UnsafeRawBufferPointer(buffer))
                var members: [Member] = []
                try reader.members(depth: 0) { (reader, key, at, depth) throws(JSONError) in
                    if members.contains(where: { $0.key == key }) {
                        throw JSONError("the key “\(key)” is given twice", at: at)
                    }
                    _ = reader.peek()
                    let start = reader.offset
                    let item = try Self.item(&reader, depth, places)
                    members.append(
                        Member(key: key, position: places[at], raw: start..<reader.offset, item: item))
                }
                try reader.end()
                return members
            }
        } catch {
            log.add(.syntax, at: places[error.offset], "not a JSON object on one line: \(error.message)")
            return nil
        }
    }

    subscript(key: String) -> Member? { members.first { $0.key == key } }

    func contains(_ text: String, in member: Member) -> Bool {
        let wanted = Array(text.utf8)
        return member.raw.contains {
            bytes[$0] == wanted[0] && bytes[$0..<member.raw.upperBound].starts(with: wanted)
        }
    }

    /// The line as a task.
    func task() -> Item {
        let entries = members.map { member in
            Item.Entry(key: member.key, position: member.position, value: member.item)
        }
        return Item(content: .mapping(entries), position: Position(line: number, column: 1))
    }

    private static func item(_ reader: inout JSONReader, _ depth: Int, _ places: LinePlaces) throws(JSONError)
        -> Item
    {
        let first = reader.peek()
        let position = places[reader.offset]
        switch first {
        case UInt8(ascii: "{"):
            var entries: [Item.Entry] = []
            var keys: Set<String> = []
            try reader.members(depth: depth) { (reader, key, at, depth) throws(JSONError) in
                guard keys.insert(key).inserted else {
                    throw JSONError("the key “\(key)” is given twice", at: at)
                }
                let value = try item(&reader, depth, places)
                entries.append(Item.Entry(key: key, position: places[at], value: value))
            }
            return Item(content: .mapping(entries), position: position)
        case UInt8(ascii: "["):
            var items: [Item] = []
            try reader.items(depth: depth) { (reader, depth) throws(JSONError) in
                items.append(try item(&reader, depth, places))
            }
            return Item(content: .list(items), position: position)
        case UInt8(ascii: "\""):
            return Item(content: .scalar(try reader.string(), isPlain: false), position: position)
        default:
            return Item(content: .scalar(try reader.scalar().text, isPlain: true), position: position)
        }
    }
}

/// Turns offsets in a line into places; columns count Unicode scalars.
struct LinePlaces {
    private let line: Int
    /// Scalars before each byte; nil for a line in ASCII, where those are the bytes.
    private let columns: [Int32]?

    init(_ bytes: [UInt8], _ line: Int) {
        self.line = line
        guard bytes.contains(where: { $0 >= 0x80 }) else {
            columns = nil
            return
        }
        var count: Int32 = 0
        columns =
            bytes.map { byte in
                defer { if byte & 0xC0 != 0x80 { count += 1 } }
                return count
            } + [count]
    }

    subscript(offset: Int) -> Position {
        guard let columns else { return Position(line: line, column: offset + 1) }
        return Position(line: line, column: Int(columns[min(offset, columns.count - 1)]) + 1)
    }
}
