import Foundation
import Glibc

/// What was typed before, in a file of the profile: an entry a line, newlines in it written as `\n`.
struct LineHistory {
    private static let most = 1000

    private let path: String?
    private(set) var entries: [String] = []

    /// - Parameter path: nil: it is forgotten at the end.
    init(path: String?) {
        self.path = path
        let text = path.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) } ?? ""
        let lines = text.split(separator: "\n")
        entries = lines.suffix(Self.most).map { Self.unescaped($0) }
        if let path, lines.count > 2 * Self.most { shorten(path) }
    }

    /// Adds an entry, unless it is the last one again or nothing, and writes the file.
    mutating func add(_ entry: String) {
        guard !entry.allSatisfy(\.isWhitespace), entry != entries.last else { return }
        entries.append(entry)
        if entries.count > Self.most { entries.removeFirst(entries.count - Self.most) }
        // Appended, so that consoles that are open at once lose nothing of each other's. Code may hold
        // what is nobody else's business. What cannot be kept is no reason to end.
        guard let path else { return }
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        let line = Array((Self.escaped(entry) + "\n").utf8)
        _ = write(file, line, line.count)
        close(file)
    }

    /// Keeps what is kept in memory only.
    private func shorten(_ path: String) {
        let text = entries.map { Self.escaped($0) + "\n" }.joined()
        let new = "\(path).\(getpid())"
        guard
            FileManager.default.createFile(
                atPath: new, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { return }
        if rename(new, path) != 0 { unlink(new) }
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
