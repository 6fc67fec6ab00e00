/// What of a line is shown in so many columns: all of it, or a stretch with the cursor in it.
struct LineView {
    /// As it is written. Control characters are shown by signs: a newline is ␤.
    let text: String
    /// The cursor's column, from 0.
    let cursor: Int

    init(_ buffer: LineBuffer, room: Int) {
        let columns = buffer.characters.map(Self.columns)
        var first = buffer.cursor
        var before = 0
        while first > 0, before + columns[first - 1] < room {
            first -= 1
            before += columns[first]
        }
        var end = first
        var width = 0
        while end < columns.count, width + columns[end] <= room {
            width += columns[end]
            end += 1
        }
        text = String(buffer.characters[first..<end].map(Self.shown))
        cursor = before
    }

    static func shown(_ character: Character) -> Character {
        guard let scalar = character.unicodeScalars.first else { return character }
        if character.isNewline { return "␤" }
        if scalar.value == 0x7F { return "␡" }
        guard scalar.value < 0x20 else { return character }
        return UnicodeScalar(0x2400 + scalar.value).map(Character.init) ?? character
    }

    /// Two for the wide ones of East Asia and for emoji, as terminals have them; marks that go with another
    /// character are part of it.
    static func columns(_ character: Character) -> Int {
        character.unicodeScalars.contains { scalar in
            scalar.value == 0xFE0F || scalar.properties.isEmojiPresentation
                || wide.contains { $0.contains(scalar.value) }
        } ? 2 : 1
    }

    /// Unicode's East Asian Width: W and F.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C,
        0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
        0x16FE0...0x18CFF, 0x1AFF0...0x1B2FB, 0x1F200...0x1F265, 0x20000...0x3FFFD,
    ]
}
