private import CYaml
import FarmTemplate

/// Turns YAML into `Item`s, straight from the parser's events.
///
/// Yams' own composer is passed by for what a file could do to it: it recurses without bound through chains
/// of aliases, hashes whole trees to compare keys (an alias used as a key can take it hours), and says of a
/// duplicate key only where the first one stands.
final class YAMLComposer {
    /// Lists and mappings inside one another, aliases followed.
    static let deepest = 64
    /// Items beyond one for each byte of the file that aliases may stand for.
    static let aliasedItems = 100_000

    private let log: ProblemLog
    private let limit: Int
    private var parser = yaml_parser_t()
    private var anchors: [String: Anchor] = [:]
    private var itemCount = 0

    /// An anchored item, with what it costs to use it again.
    private struct Anchor {
        var item: Item
        var size: Int
        var height: Int
    }

    /// Ends the composing; what was wrong is in the log.
    private struct Stop: Error {}

    private init(_ log: ProblemLog, byteCount: Int) {
        self.log = log
        limit = byteCount + Self.aliasedItems
    }

    /// The document's root; nil if there is none, or it cannot be read, and then `log` says why.
    static func compose(_ bytes: [UInt8], _ log: ProblemLog) -> Item? {
        let composer = YAMLComposer(log, byteCount: bytes.count)
        return bytes.withUnsafeBufferPointer { composer.run($0) }
    }

    private func run(_ bytes: UnsafeBufferPointer<UInt8>) -> Item? {
        guard yaml_parser_initialize(&parser) == 1 else { return nil }
        defer { yaml_parser_delete(&parser) }
        yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
        do {
            try next { _ in }
            let isDocument = try next { $0.type == YAML_DOCUMENT_START_EVENT }
            guard isDocument else { return nil }
            let root = try item(depth: 0).item
            try next { _ in }
            try next { event throws(Stop) in
                if event.type == YAML_STREAM_END_EVENT { return }
                try self.stop(
                    .syntax, Self.position(event.start_mark), "expected one document, found another “---”")
            }
            return root
        } catch {
            return nil
        }
    }

    /// Hands the next event to `body`, and frees it.
    @discardableResult
    private func next<R>(_ body: (yaml_event_t) throws(Stop) -> R) throws(Stop) -> R {
        var event = yaml_event_t()
        guard yaml_parser_parse(&parser, &event) == 1 else {
            let problem = parser.problem.map { String(cString: $0) } ?? "it cannot be read"
            let context = parser.context.map { String(cString: $0) + ": " } ?? ""
            let mark = parser.error == YAML_READER_ERROR ? parser.mark : parser.problem_mark
            try stop(.syntax, Self.position(mark), "not YAML: \(context)\(problem)")
        }
        defer { yaml_event_delete(&event) }
        return try body(event)
    }

    private func stop(_ code: BatchProblem.Code, _ position: Position, _ message: String) throws(Stop)
        -> Never
    {
        log.add(code, at: position, message)
        throw Stop()
    }

    private enum Event {
        case alias(String)
        case scalar(String, isPlain: Bool, anchor: String?)
        case list(anchor: String?)
        case mapping(anchor: String?)
        case end
    }

    private func event() throws(Stop) -> (Event, Position) {
        try next { event throws(Stop) in
            let position = Self.position(event.start_mark)
            let data = event.data
            switch event.type {
            case YAML_ALIAS_EVENT: return (.alias(Self.string(data.alias.anchor) ?? ""), position)
            case YAML_SCALAR_EVENT:
                let text = String(
                    decoding: UnsafeBufferPointer(start: data.scalar.value, count: data.scalar.length),
                    as: UTF8.self)
                let tag = Self.string(data.scalar.tag)
                if let tag, tag != "!", tag != "tag:yaml.org,2002:str" { try self.refuse(tag, position) }
                let isPlain = tag == nil && data.scalar.style == YAML_PLAIN_SCALAR_STYLE
                return (.scalar(text, isPlain: isPlain, anchor: Self.string(data.scalar.anchor)), position)
            case YAML_SEQUENCE_START_EVENT:
                if let tag = Self.string(data.sequence_start.tag), !tag.hasSuffix(":seq") {
                    try self.refuse(tag, position)
                }
                return (.list(anchor: Self.string(data.sequence_start.anchor)), position)
            case YAML_MAPPING_START_EVENT:
                if let tag = Self.string(data.mapping_start.tag), !tag.hasSuffix(":map") {
                    try self.refuse(tag, position)
                }
                return (.mapping(anchor: Self.string(data.mapping_start.anchor)), position)
            default: return (.end, position)
            }
        }
    }

    private func refuse(_ tag: String, _ position: Position) throws(Stop) {
        try stop(.unsupported, position, "the tag “\(tag)” is not supported: leave it out")
    }

    /// The next item, how many items it stands for, and how deep it is.
    private func item(depth: Int) throws(Stop) -> Anchor {
        let (event, position) = try event()
        return try item(event, position, depth: depth)
    }

    private func item(_ event: Event, _ position: Position, depth: Int) throws(Stop) -> Anchor {
        var made: Anchor
        let name: String?
        switch event {
        case .alias(let alias):
            guard var anchor = anchors[alias] else {
                try stop(
                    .syntax, position,
                    "the alias “*\(alias)” names no anchor above it\(Spelling.hint(alias, in: anchors.keys))")
            }
            anchor.item.position = position
            try count(anchor.size, depth: depth + anchor.height, position)
            return anchor
        case .scalar(let text, let isPlain, let anchor):
            name = anchor
            made = Anchor(
                item: Item(content: .scalar(text, isPlain: isPlain), position: position), size: 1, height: 0)
            try count(1, depth: depth, position)
        case .list(let anchor):
            name = anchor
            made = try list(position, depth: depth)
        case .mapping(let anchor):
            name = anchor
            made = try mapping(position, depth: depth)
        case .end: try stop(.syntax, position, "not YAML: a value was expected")
        }
        if let name { anchors[name] = made }
        return made
    }

    private func list(_ position: Position, depth: Int) throws(Stop) -> Anchor {
        try count(1, depth: depth + 1, position)
        var items: [Item] = []
        var (size, height) = (1, 0)
        while true {
            let (event, place) = try event()
            if case .end = event { break }
            let made = try item(event, place, depth: depth + 1)
            items.append(made.item)
            size += made.size
            height = max(height, made.height)
        }
        return Anchor(item: Item(content: .list(items), position: position), size: size, height: height + 1)
    }

    private func mapping(_ position: Position, depth: Int) throws(Stop) -> Anchor {
        try count(1, depth: depth + 1, position)
        var entries: [Item.Entry] = []
        var seen: [String: Position] = [:]
        var (size, height) = (1, 0)
        while true {
            let (event, place) = try event()
            if case .end = event { break }
            let key = try item(event, place, depth: depth + 1)
            guard case .scalar(let text, _) = key.item.content else {
                try stop(.wrongType, place, "expected a key, found \(key.item.found)")
            }
            var value = try item(depth: depth + 1)
            // Of a value that was left out, only the key is to be seen.
            if case .scalar("", isPlain: true) = value.item.content { value.item.position = place }
            size += value.size + 1
            height = max(height, value.height)
            if let first = seen[text] {
                log.add(
                    .duplicate, at: place,
                    "the key “\(text)” is given twice; the first is in line \(first.line), column \(first.column)"
                )
                continue
            }
            seen[text] = place
            entries.append(Item.Entry(key: text, position: place, value: value.item))
        }
        return Anchor(
            item: Item(content: .mapping(entries), position: position), size: size, height: height + 1)
    }

    private func count(_ items: Int, depth: Int, _ position: Position) throws(Stop) {
        let (total, overflow) = itemCount.addingReportingOverflow(items)
        if overflow || total > limit {
            try stop(.limit, position, "aliases make this file stand for more than \(limit) values")
        }
        itemCount = total
        if depth > Self.deepest {
            try stop(.limit, position, "more than \(Self.deepest) levels inside one another")
        }
    }

    private static func position(_ mark: yaml_mark_t) -> Position {
        Position(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    private static func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }
}
