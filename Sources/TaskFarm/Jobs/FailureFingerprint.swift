/// What failures have in common that are one and the same mistake: how the task ended, its cause, its exit
/// code, and the words of its error without what differs from task to task.
public struct FailureFingerprint: Hashable, Sendable {
    /// How the task ended.
    public var state: TaskState
    /// Why.
    public var cause: Cause
    /// Exit code of a command, or minus the signal's number; 0 for functions.
    public var exitCode: Int
    /// The error, normalized.
    public var text: String

    /// Of a task that did not succeed.
    public init(_ outcome: TaskOutcome) {
        self.init(
            state: outcome.state, cause: outcome.cause, exitCode: outcome.exitCode, error: outcome.error)
    }

    /// Of what is known of a failure.
    public init(state: TaskState, cause: Cause, exitCode: Int, error: String) {
        self.state = state
        self.cause = cause
        self.exitCode = exitCode
        text = Self.normalized(error)
    }

    /// Bytes of an error that are looked at, from each end.
    private static let limitBytes = 400

    /// An error's first line, and its last if there are several – that of a stack trace says most –, with `N`
    /// for numbers, `HEX` for what is hexadecimal, `PATH` for paths.
    public static func normalized(_ error: String) -> String {
        let lines = error.utf8.split { $0 == 0x0A || $0 == 0x0D }
        guard let first = lines.first else { return "" }
        let head = words(Array(first.prefix(limitBytes)))
        guard lines.count > 1, let last = lines.last else { return head }
        return head + " … " + words(Array(last.prefix(limitBytes)))
    }

    private static func words(_ bytes: [UInt8]) -> String {
        var scanner = Scanner(bytes: bytes)
        return String(decoding: scanner.run(), as: UTF8.self)
    }
}

extension FailureFingerprint {
    /// Goes over a line once.
    private struct Scanner {
        let bytes: [UInt8]
        var at = 0
        var out: [UInt8] = []

        mutating func run() -> [UInt8] {
            while at < bytes.count {
                if let end = pathEnd ?? hexEnd ?? numberEnd {
                    out.append(contentsOf: (end.word).utf8)
                    at = end.place
                } else if Self.isSpace(bytes[at]) {
                    if out.last != 0x20 { out.append(0x20) }
                    at += 1
                } else {
                    out.append(bytes[at])
                    at += 1
                }
            }
            while out.last == 0x20 { out.removeLast() }
            return out
        }

        /// Whether a word may begin here.
        private var isBoundary: Bool { at == 0 || !Self.isWord(bytes[at - 1]) }

        /// `/a/b.txt`, `./a`, `../a`, `~/a`; up to a space, a quote or what ends a place in a file.
        private var pathEnd: (place: Int, word: String)? {
            guard isBoundary, at == 0 || bytes[at - 1] != UInt8(ascii: "/") else { return nil }
            var start = at
            while start < bytes.count, start < at + 2,
                bytes[start] == UInt8(ascii: ".") || bytes[start] == UInt8(ascii: "~")
            { start += 1 }
            guard start + 1 < bytes.count, bytes[start] == UInt8(ascii: "/"),
                Self.isPath(bytes[start + 1])
            else { return nil }
            var end = start
            while end < bytes.count, Self.isPath(bytes[end]) { end += 1 }
            // A full stop behind it ends the sentence.
            while bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
            return (end, "PATH")
        }

        /// `0x7f…`, a UUID, eight hexadecimal digits or more of which one is a digit and one a letter.
        private var hexEnd: (place: Int, word: String)? {
            guard isBoundary else { return nil }
            var start = at
            if at + 2 < bytes.count, bytes[at] == UInt8(ascii: "0"), bytes[at + 1] | 0x20 == UInt8(ascii: "x")
            {
                start += 2
            }
            var end = start
            var (digits, letters) = (0, 0)
            while end < bytes.count, Self.isHex(bytes[end]) {
                if Self.isDigit(bytes[end]) { digits += 1 } else { letters += 1 }
                end += 1
            }
            if end - start == 8, end + 28 <= bytes.count, isRestOfUUID(end) { return (end + 28, "HEX") }
            guard end == bytes.count || !Self.isWord(bytes[end]) else { return nil }
            let isMarked = start > at && end > start
            return isMarked || digits > 0 && letters > 0 && end - start >= 8 ? (end, "HEX") : nil
        }

        /// `-4a1b-…` behind the first eight digits.
        private func isRestOfUUID(_ start: Int) -> Bool {
            for (offset, byte) in bytes[start..<start + 28].enumerated() {
                let isDash = offset % 5 == 0 && offset < 20
                if isDash ? byte != UInt8(ascii: "-") : !Self.isHex(byte) { return false }
            }
            return true
        }

        /// Digits, also within a word; with sign, fraction and exponent where no word stands before.
        private var numberEnd: (place: Int, word: String)? {
            var end = at
            let isSigned = bytes[at] == UInt8(ascii: "-") || bytes[at] == UInt8(ascii: "+")
            if isSigned {
                guard isBoundary else { return nil }
                end += 1
            }
            guard end < bytes.count, Self.isDigit(bytes[end]) else { return nil }
            while end < bytes.count, Self.isDigit(bytes[end]) { end += 1 }
            guard isBoundary else { return (end, "N") }
            if end + 1 < bytes.count, bytes[end] == UInt8(ascii: "."), Self.isDigit(bytes[end + 1]) {
                end += 1
                while end < bytes.count, Self.isDigit(bytes[end]) { end += 1 }
            }
            if end + 1 < bytes.count, bytes[end] | 0x20 == UInt8(ascii: "e") {
                var digit = end + 1
                if bytes[digit] == UInt8(ascii: "-") || bytes[digit] == UInt8(ascii: "+") { digit += 1 }
                if digit < bytes.count, Self.isDigit(bytes[digit]) {
                    end = digit
                    while end < bytes.count, Self.isDigit(bytes[end]) { end += 1 }
                }
            }
            return (end, "N")
        }

        private static func isSpace(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == 0x7F }
        private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
        private static func isLetter(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte >= 0x80
        }
        private static func isWord(_ byte: UInt8) -> Bool {
            isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: "_")
        }
        private static func isHex(_ byte: UInt8) -> Bool {
            isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
        }
        private static func isPath(_ byte: UInt8) -> Bool {
            isWord(byte) || "/.-~+@%=#".utf8.contains(byte)
        }
    }
}
