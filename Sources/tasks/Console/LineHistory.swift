import Foundation

/// What was typed before, in a file of the profile: an entry a line, newlines in it written as `\n`.
struct LineHistory {
    private static let most = 1000

    private let path: String?
    private(set) var entries: [String] = []

    /// - Parameter path: nil: it is forgotten at the end.
    init(path: String?) {
        self.path = path
        let text = path.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) } ?? ""
        entries = text.split(separator: "\n").suffix(Self.most).map { Self.unescaped($0) }
    }

    /// Adds an entry, unless it is the last one again or nothing, and writes the file.
    mutating func add(_ entry: String) {
        guard !entry.allSatisfy(\.isWhitespace), entry != entries.last else { return }
        entries.append(entry)
        if entries.count > Self.most { entries.removeFirst(entries.count - Self.most) }
        guard let path else { return }
        let text = entries.map { Self.escaped($0) + "\n" }.joined()
        // Code may hold what is nobody else's business. What cannot be kept is no reason to end.
        let file = URL(fileURLWithPath: path)
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(
                atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        try? Data(text.utf8).write(to: file)
    }

    static func escaped(_ entry: String) -> String {
        entry.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\n", with: "\\n")
    }

    static func unescaped(_ line: some StringProtocol) -> String {
        var text = ""
        var isEscaped = false
        for character in line {
            if isEscaped {
                text.append(character == "n" ? "\n" : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                text.append(character)
            }
        }
        return text
    }
}
