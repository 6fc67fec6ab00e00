/// One breach of the house rules: where it is and what to do about it.
struct Finding: Equatable, CustomStringConvertible {
    /// From the repository's top folder.
    var path: String
    /// From 1; 0 when the finding is about the file as a whole.
    var line: Int
    var message: String

    init(_ path: String, line: Int = 0, _ message: String) {
        self.path = path
        self.line = line
        self.message = message
    }

    var description: String { line == 0 ? "\(path): \(message)" : "\(path):\(line): \(message)" }
}

/// A text with the place it came from, so that every check can be fed from a string.
struct SourceFile {
    /// From the repository's top folder: `Sources/FarmCore/Values/Instant.swift`.
    var path: String
    var text: String

    /// The text's lines, without what ends them. A last empty line after the final newline is not counted.
    var lines: [Substring] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    /// The target that the file belongs to: the folder below `Sources`.
    var target: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
    }
}
