/// The rules about a Swift file by itself.
enum StyleCheck {
    static let longestLine = 110
    static let longestFile = 300

    /// Files that may be longer than `longestFile`, each with the reason. Empty is the aim.
    static let longFiles: [String: String] = [:]

    /// Tabs, trailing spaces, long lines, and a missing newline at the end.
    static func layout(of file: SourceFile) -> [Finding] {
        var findings: [Finding] = []
        for (index, line) in file.lines.enumerated() {
            if line.contains("\t") {
                findings.append(Finding(file.path, line: index + 1, "a tab: indent by 4 spaces"))
            }
            if line.last?.isWhitespace == true {
                findings.append(Finding(file.path, line: index + 1, "white space at the end of the line"))
            }
            if columns(line) > longestLine {
                findings.append(
                    Finding(file.path, line: index + 1, "\(line.count) columns; \(longestLine) is the limit"))
            }
        }
        if !file.text.isEmpty && file.text.last != "\n" {
            findings.append(Finding(file.path, line: file.lines.count, "no newline at the end of the file"))
        }
        return findings
    }

    /// The columns that count: not those of a text or a test's name, which stay in one piece so that they can
    /// be found.
    private static func columns(_ line: Substring) -> Int {
        let isMark: (Character) -> Bool = { $0 == "\"" || $0 == "`" }
        guard let first = line.firstIndex(where: isMark), let last = line.lastIndex(where: isMark) else {
            return line.count
        }
        return line.count - line.distance(from: first, to: last)
    }

    /// A file that does more than one thing, by its length.
    static func length(of file: SourceFile, allowing longFiles: [String: String] = longFiles) -> [Finding] {
        let count = file.lines.count
        guard count > longestFile, longFiles[file.path] == nil else { return [] }
        return [
            Finding(
                file.path, "\(count) lines; split it by topic (Type+Topic.swift), \(longestFile) is the limit"
            )
        ]
    }

    /// Unfinished work, and operators that end the process where an error is due.
    static func unfinished(_ file: SourceFile) -> [Finding] {
        let code = SourceFile(path: file.path, text: SwiftText.code(of: file.text))
        let notes = find(#/\b(TODO|FIXME)\b/#, in: file) {
            "\($0): finish it, or write an issue and leave the note out"
        }
        let traps = find(#/\b(try!|as!)/#, in: code) {
            "\($0): throw or handle the error; a peer may cause it"
        }
        return notes + traps
    }

    private static func find(
        _ pattern: Regex<(Substring, Substring)>, in file: SourceFile, message: (Substring) -> String
    ) -> [Finding] {
        file.lines.enumerated().flatMap { index, line in
            line.matches(of: pattern).map { Finding(file.path, line: index + 1, message($0.1)) }
        }
    }
}
