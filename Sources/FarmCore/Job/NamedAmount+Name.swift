extension NamedAmount {
    /// Whether an engine may call something so that it has: a letter, then letters, digits, `-`, `_` and `.`,
    /// all ASCII, at most 64 of them, and nothing that has a place of its own.
    public static func isName(_ name: some StringProtocol) -> Bool {
        let bytes = name.utf8
        guard let first = bytes.first, isLetter(first), bytes.count <= 64 else { return false }
        return bytes.allSatisfy { isLetter($0) || isDigit($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
            && !["cpus", "gpus", "memory", "tags"].contains(String(name))
    }

    private static func isLetter(_ byte: UInt8) -> Bool { 0x61...0x7A ~= byte | 0x20 }
    private static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }
}
