/// What is pressed, out of the bytes that a terminal sends for it.
enum Key: Equatable {
    case text(String)
    /// What the terminal says was pasted: nothing in it is a key.
    case paste(String)
    case enter, tab, backspace, delete
    case left, right, up, down, home, end
    case killToEnd, killToStart, killWord, clearScreen
    /// Ctrl-C and Ctrl-D.
    case cancel, endOfInput
}

/// Turns bytes into keys, one at a time; sequences that it does not know are passed over.
struct KeyReader {
    private var pending: [UInt8] = []
    /// Of what is being pasted.
    private var pasted: [UInt8]?

    /// Has the terminal mark what is pasted.
    static let marksPastes = "\u{1B}[?2004h"
    static let marksNoPastes = "\u{1B}[?2004l"
    private static let pasteEnd = Array("\u{1B}[201~".utf8)

    /// The key that this byte completes; nil if more has to come, or it is none that is known.
    mutating func take(_ byte: UInt8) -> Key? {
        if pasted != nil { return paste(byte) }
        pending.append(byte)
        if pending[0] == 0x1B { return sequence() }
        if pending[0] >= 0x80 { return letter() }
        pending = []
        switch byte {
        case 0x01: return .home
        case 0x03: return .cancel
        case 0x04: return .endOfInput
        case 0x05: return .end
        case 0x08, 0x7F: return .backspace
        case 0x09: return .tab
        case 0x0A, 0x0D: return .enter
        case 0x0B: return .killToEnd
        case 0x0C: return .clearScreen
        case 0x0E: return .down
        case 0x10: return .up
        case 0x15: return .killToStart
        case 0x17: return .killWord
        case 0x20...: return .text(String(UnicodeScalar(byte)))
        default: return nil
        }
    }

    /// Up to the mark of its end, with newlines as files have them; those at its end are left out.
    private mutating func paste(_ byte: UInt8) -> Key? {
        pasted?.append(byte)
        guard let bytes = pasted, bytes.last == Self.pasteEnd.last,
            bytes.suffix(Self.pasteEnd.count) == Self.pasteEnd[...]
        else { return nil }
        pasted = nil
        let text = String(decoding: bytes.dropLast(Self.pasteEnd.count), as: UTF8.self)
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let end = lines.lastIndex { !$0.isEmpty } ?? -1
        return .paste(lines[...end].joined(separator: "\n"))
    }

    /// UTF-8 of several bytes.
    private mutating func letter() -> Key? {
        if let text = String(validating: pending, as: UTF8.self) {
            pending = []
            return .text(text)
        }
        if pending.count >= 4 { pending = [] }
        return nil
    }

    /// ESC, `[` or `O`, parameters, a letter or `~`.
    private mutating func sequence() -> Key? {
        guard pending.count >= 2 else { return nil }
        guard pending[1] == UInt8(ascii: "[") || pending[1] == UInt8(ascii: "O") else {
            pending = []
            return nil
        }
        guard pending.count >= 3, let last = pending.last, (0x40...0x7E).contains(last) else {
            if pending.count > 16 { pending = [] }
            return nil
        }
        let parameters = String(decoding: pending[2...].dropLast(), as: UTF8.self)
        pending = []
        switch (UnicodeScalar(last), parameters) {
        case ("A", _): return .up
        case ("B", _): return .down
        case ("C", _): return .right
        case ("D", _): return .left
        case ("H", _), ("~", "1"), ("~", "7"): return .home
        case ("F", _), ("~", "4"), ("~", "8"): return .end
        case ("~", "3"): return .delete
        case ("~", "200"):
            pasted = []
            return nil
        default: return nil
        }
    }
}
