/// Follows a shell line far enough to know what quotes stand around each `${{ }}`.
///
/// It need not understand every script: where it is not sure, or where no quoting would be safe
/// (here-documents, backquotes, `${…}`, `$'…'`), `place()` says so and the expression is refused.
struct ShellScanner {
    private enum Frame: Equatable {
        case top, paren, double, single, ansi, backquote, brace, arithmetic(Int), comment, hereDocument
    }

    private let bytes: [UInt8]
    private var frames: [Frame] = [.top]
    /// The byte before, or a stand-in for "end of a word".
    private var previous: UInt8 = UInt8(ascii: "\n")
    private var isEscaping = false
    private var isBehindDollar = false
    private var waiting: [(word: [UInt8], stripsTabs: Bool)] = []
    private var isUnsure = false

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Follows the piece `from..<to`, between two expressions.
    mutating func advance(from: Int, to: Int) {
        var i = from
        if i < to { (isEscaping, isBehindDollar) = (false, false) }
        while i < to { step(&i, to) }
    }

    /// Takes note that an expression stood here.
    mutating func passExpression() {
        previous = UInt8(ascii: "'")
        (isEscaping, isBehindDollar) = (false, false)
        // Only a raw value can stand there, and it may hide the document's end.
        if frames.contains(.hereDocument) { isUnsure = true }
    }

    /// Where an expression at this point stands; nil and why, if nothing can be put there safely.
    func place() -> (place: ShellPlace?, reason: String) {
        if isEscaping { return (nil, "a backslash stands right before it") }
        if isBehindDollar { return (nil, "a `$` stands right before it") }
        if isUnsure { return (nil, "the quoting around it cannot be told") }
        if frames.contains(.backquote) { return (nil, "it stands inside backquotes (write $(…) instead)") }
        if frames.contains(.hereDocument) { return (nil, "it stands in a here-document") }
        let start = frames.lastIndex { $0 == .top || $0 == .paren } ?? 0
        let isGlued = Self.isNameByte(previous)
        switch Array(frames[(start + 1)...]) {
        case []: return (.word(isGlued: isGlued), "")
        case [.double]: return (.doubleQuotes(isGlued: isGlued), "")
        case [.single]: return (.singleQuotes, "")
        case [.comment]: return (.comment, "")
        case let inner:
            if case .arithmetic = inner.last, inner.count == 1 || inner == [.double, inner.last] {
                return (.arithmetic, "")
            }
            if inner.contains(.ansi) { return (nil, "it stands inside $'…'") }
            return (nil, inner.contains(.brace) ? "it stands inside ${…}" : "it stands inside $((…))")
        }
    }

    /// Whether all quotes and brackets have closed at the end of the text.
    mutating func isBalanced() -> Bool {
        if frames.last == .comment { frames.removeLast() }
        return frames == [.top]
    }

    private mutating func step(_ i: inout Int, _ end: Int) {
        switch frames.last ?? .top {
        case .top, .paren: stepPlain(&i, end)
        case .double: stepDouble(&i, end)
        case .single: stepUntil("'", &i)
        case .ansi: if !skipEscape(&i, end) { stepUntil("'", &i) }
        case .backquote: if !skipEscape(&i, end) { stepUntil("`", &i) }
        case .brace: stepBrace(&i, end)
        case .arithmetic(let depth): stepArithmetic(depth, &i, end)
        case .comment:
            if bytes[i] == UInt8(ascii: "\n") { frames.removeLast() } else { i += 1 }
        case .hereDocument: stepHereDocument(&i, end)
        }
    }

    private mutating func stepPlain(_ i: inout Int, _ end: Int) {
        if skipEscape(&i, end) || openDollar(&i, end) { return }
        let byte = bytes[i]
        let dollar = isBehindDollar
        isBehindDollar = false
        switch byte {
        case UInt8(ascii: "'"): frames.append(dollar ? .ansi : .single)
        case UInt8(ascii: "\""): frames.append(.double)
        case UInt8(ascii: "`"): frames.append(.backquote)
        case UInt8(ascii: "$"): isBehindDollar = true
        case UInt8(ascii: "("):
            if next(i, end) == byte, Self.isSeparator(previous) {
                frames.append(.arithmetic(2))
                i += 1
            } else {
                frames.append(.paren)
            }
        case UInt8(ascii: ")"): if frames.last == .paren { frames.removeLast() }
        case UInt8(ascii: "#"): if Self.isSeparator(previous) { frames.append(.comment) }
        case UInt8(ascii: "<"): if next(i, end) == byte { return openHereDocument(&i, end) }
        case UInt8(ascii: "\n"): if !waiting.isEmpty { frames.append(.hereDocument) }
        case UInt8(ascii: "c"):
            // A pattern's `)` would be taken for the end of `$(`.
            if frames.last == .paren, Self.isSeparator(previous), bytes[i..<end].starts(with: "case ".utf8) {
                isUnsure = true
            }
        default: break
        }
        previous = byte
        i += 1
    }

    private mutating func stepDouble(_ i: inout Int, _ end: Int) {
        if skipEscape(&i, end) || openDollar(&i, end) { return }
        isBehindDollar = false
        switch bytes[i] {
        case UInt8(ascii: "\""): frames.removeLast()
        case UInt8(ascii: "`"): frames.append(.backquote)
        case UInt8(ascii: "$"): isBehindDollar = true
        default: break
        }
        previous = bytes[i]
        i += 1
    }

    private mutating func stepBrace(_ i: inout Int, _ end: Int) {
        if skipEscape(&i, end) || openDollar(&i, end) { return }
        switch bytes[i] {
        case UInt8(ascii: "}"): frames.removeLast()
        case UInt8(ascii: "\""): frames.append(.double)
        case UInt8(ascii: "`"): frames.append(.backquote)
        case UInt8(ascii: "'"):
            // Inside double quotes a single quote is a letter, also within `${…}`.
            if !frames.contains(.double) { frames.append(.single) }
        default: break
        }
        previous = bytes[i]
        i += 1
    }

    private mutating func stepArithmetic(_ depth: Int, _ i: inout Int, _ end: Int) {
        if skipEscape(&i, end) || openDollar(&i, end) { return }
        isBehindDollar = bytes[i] == UInt8(ascii: "$")
        switch bytes[i] {
        case UInt8(ascii: "("): frames[frames.count - 1] = .arithmetic(depth + 1)
        case UInt8(ascii: ")"):
            if depth == 1 { frames.removeLast() } else { frames[frames.count - 1] = .arithmetic(depth - 1) }
        case UInt8(ascii: "`"): frames.append(.backquote)
        default: break
        }
        previous = bytes[i]
        i += 1
    }

    private mutating func stepUntil(_ close: Unicode.Scalar, _ i: inout Int) {
        if bytes[i] == UInt8(ascii: close) { frames.removeLast() }
        previous = bytes[i]
        i += 1
    }

    private mutating func stepHereDocument(_ i: inout Int, _ end: Int) {
        var lineEnd = i
        while lineEnd < end, bytes[lineEnd] != UInt8(ascii: "\n") { lineEnd += 1 }
        var line = bytes[i..<lineEnd]
        if let first = waiting.first {
            if first.stripsTabs { line = line.drop { $0 == UInt8(ascii: "\t") } }
            if line.elementsEqual(first.word) { waiting.removeFirst() }
        }
        if waiting.isEmpty { frames.removeLast() }
        previous = UInt8(ascii: "\n")
        i = min(lineEnd + 1, end)
    }

    /// Steps over a backslash and what it protects.
    private mutating func skipEscape(_ i: inout Int, _ end: Int) -> Bool {
        guard bytes[i] == UInt8(ascii: "\\") else { return false }
        isEscaping = i + 1 >= end
        i = min(i + 2, end)
        previous = UInt8(ascii: "'")
        isBehindDollar = false
        return true
    }

    /// Enters `$((`, `$(` or `${`.
    private mutating func openDollar(_ i: inout Int, _ end: Int) -> Bool {
        guard bytes[i] == UInt8(ascii: "$"), let following = next(i, end) else { return false }
        if following == UInt8(ascii: "{") {
            frames.append(.brace)
            i += 2
        } else if following == UInt8(ascii: "(") {
            let isArithmetic = next(i + 1, end) == following
            frames.append(isArithmetic ? .arithmetic(2) : .paren)
            i += isArithmetic ? 3 : 2
        } else {
            return false
        }
        previous = UInt8(ascii: "(")
        isBehindDollar = false
        return true
    }

    private mutating func openHereDocument(_ i: inout Int, _ end: Int) {
        previous = UInt8(ascii: "<")
        i += 2
        if i < end, bytes[i] == UInt8(ascii: "<") {
            i += 1
            return
        }
        let stripsTabs = i < end && bytes[i] == UInt8(ascii: "-")
        if stripsTabs { i += 1 }
        while i < end, bytes[i] == 0x20 || bytes[i] == 0x09 { i += 1 }
        var word: [UInt8] = []
        while i < end, !Self.isSeparator(bytes[i]), !"<>)".utf8.contains(bytes[i]) {
            if !"'\"\\".utf8.contains(bytes[i]) { word.append(bytes[i]) }
            i += 1
        }
        // An expression in the word itself, or no word: the end of the document is not known.
        if word.isEmpty || i == end && end < bytes.count { isUnsure = true }
        waiting.append((word, stripsTabs))
        previous = UInt8(ascii: "'")
    }

    private func next(_ i: Int, _ end: Int) -> UInt8? { i + 1 < end ? bytes[i + 1] : nil }

    private static func isSeparator(_ byte: UInt8) -> Bool { " \t\n;&|(".utf8.contains(byte) }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || byte >= 0x30 && byte <= 0x39 || byte == 0x5F
    }
}
