/// The line that is being typed, and where the cursor stands in it. Nothing but text.
struct LineBuffer {
    private(set) var characters: [Character] = []
    /// In front of which character; at most their number.
    private(set) var cursor = 0

    /// A line with the cursor at its end.
    init(_ text: String = "") {
        characters = Array(text)
        cursor = characters.count
    }

    var text: String { String(characters) }
    /// What stands before the cursor.
    var head: String { String(characters[..<cursor]) }

    mutating func insert(_ text: String) {
        let new = Array(text)
        characters.insert(contentsOf: new, at: cursor)
        cursor += new.count
    }

    mutating func deleteBefore() {
        guard cursor > 0 else { return }
        cursor -= 1
        characters.remove(at: cursor)
    }

    mutating func deleteAfter() {
        if cursor < characters.count { characters.remove(at: cursor) }
    }

    mutating func move(by steps: Int) { cursor = min(max(cursor + steps, 0), characters.count) }
    mutating func moveToStart() { cursor = 0 }
    mutating func moveToEnd() { cursor = characters.count }

    mutating func killToEnd() { characters.removeSubrange(cursor...) }

    mutating func killToStart() {
        characters.removeSubrange(..<cursor)
        cursor = 0
    }

    /// The word before the cursor, with the spaces between.
    mutating func killWord() {
        var start = cursor
        while start > 0, characters[start - 1].isWhitespace { start -= 1 }
        while start > 0, !characters[start - 1].isWhitespace { start -= 1 }
        characters.removeSubrange(start..<cursor)
        cursor = start
    }
}
