import Foundation
import Glibc

/// Reads lines from a terminal, with a line to edit, history and completion; or plain ones from anything
/// else.
///
/// The terminal is in raw mode only while a line is typed, so what runs in between is interrupted as usual.
final class LineEditor {
    enum Line {
        case text(String)
        /// Ctrl-C: what was typed is given up.
        case cancelled
        case end
    }

    /// Whether somebody types.
    let isInteractive = isatty(0) == 1 && isatty(1) == 1
    private let complete: (String) async -> [String]
    private var usual = termios()

    /// - Parameter complete: what the end of a text may go on to, from its last word on.
    init(complete: @escaping (String) async -> [String]) { self.complete = complete }

    /// One line, without its end.
    func read(_ prompt: String, history: [String]) async -> Line {
        guard isInteractive else { return readLine().map { .text($0) } ?? .end }
        guard enterRaw() else { return .end }
        Terminal.write(KeyReader.marksPastes)
        Interrupt.handle { [usual] _, _ in
            var usual = usual
            Terminal.write(KeyReader.marksNoPastes)
            tcsetattr(0, TCSADRAIN, &usual)
            Farewell.end(.interrupted)
        }
        defer {
            Terminal.write(KeyReader.marksNoPastes)
            leaveRaw()
            Interrupt.handle(nil)
            Terminal.write("\n")
        }
        return await edit(prompt, history)
    }

    private func edit(_ prompt: String, _ history: [String]) async -> Line {
        var lines = history + [""]
        var place = lines.count - 1
        var buffer = LineBuffer()
        var keys = KeyReader()
        draw(prompt, buffer)
        while let byte = nextByte() {
            guard let key = keys.take(byte) else { continue }
            switch key {
            case .enter:
                buffer.moveToEnd()
                draw(prompt, buffer)
                return .text(buffer.text)
            case .cancel: return .cancelled
            case .endOfInput:
                if buffer.text.isEmpty { return .end }
                buffer.deleteAfter()
            case .up, .down:
                let next = place + (key == .up ? -1 : 1)
                guard lines.indices.contains(next) else { continue }
                lines[place] = buffer.text
                place = next
                buffer = LineBuffer(lines[place])
            case .tab: await completeWord(&buffer)
            case .clearScreen: Terminal.write("\u{1B}[H\u{1B}[2J")
            default: Self.apply(key, to: &buffer)
            }
            draw(prompt, buffer)
        }
        return .end
    }

    /// Keys that change the line alone.
    static func apply(_ key: Key, to buffer: inout LineBuffer) {
        switch key {
        case .text(let text), .paste(let text): buffer.insert(text)
        case .backspace: buffer.deleteBefore()
        case .delete: buffer.deleteAfter()
        case .left: buffer.move(by: -1)
        case .right: buffer.move(by: 1)
        case .home: buffer.moveToStart()
        case .end: buffer.moveToEnd()
        case .killToEnd: buffer.killToEnd()
        case .killToStart: buffer.killToStart()
        case .killWord: buffer.killWord()
        case .enter, .tab, .up, .down, .clearScreen, .cancel, .endOfInput: break
        }
    }

    private func completeWord(_ buffer: inout LineBuffer) async {
        let head = buffer.head
        let start = head.lastIndex { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "." }
        let word = start.map { String(head[head.index(after: $0)...]) } ?? head
        guard !word.isEmpty else { return buffer.insert("    ") }
        let found = await complete(word)
        let common = Self.commonPrefix(found)
        if common.count > word.count {
            buffer.insert(String(common.dropFirst(word.count)))
        } else if found.count > 1 {
            Terminal.write("\r\n" + found.prefix(100).joined(separator: "  ") + "\r\n")
        }
    }

    static func commonPrefix(_ words: [String]) -> String {
        guard let first = words.first else { return "" }
        return words.dropFirst().reduce(first) { $0.commonPrefix(with: $1, options: .literal) }
    }

    /// One line of the terminal; of a longer text the stretch around the cursor. Newlines of old entries are
    /// shown as ␤.
    private func draw(_ prompt: String, _ buffer: LineBuffer) {
        let view = LineView(buffer, room: max(10, Terminal.columns(of: 1) - prompt.count - 1))
        Terminal.write("\r\u{1B}[K\(prompt)\(view.text)\r\u{1B}[\(prompt.count + view.cursor)C")
    }

    // MARK: The terminal

    private func enterRaw() -> Bool {
        guard tcgetattr(0, &usual) == 0 else { return false }
        var raw = usual
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
        raw.c_iflag &= ~tcflag_t(IXON | ICRNL | INLCR)
        return tcsetattr(0, TCSADRAIN, &raw) == 0
    }

    private func leaveRaw() { tcsetattr(0, TCSADRAIN, &usual) }

    private func nextByte() -> UInt8? {
        var byte: UInt8 = 0
        while true {
            let count = Glibc.read(0, &byte, 1)
            if count == 1 { return byte }
            if count == 0 || errno != EINTR { return nil }
        }
    }
}
