import Foundation

/// The documentation of the format, in this checkout.
enum Pages {
    static let root: URL = {
        var root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        while root.pathComponents.count > 1,
            !FileManager.default.fileExists(atPath: root.appendingPathComponent("docs/batch-files.md").path)
        {
            root.deleteLastPathComponent()
        }
        return root
    }()

    /// The blocks of docs/batch-files.md in a language.
    static func blocks(_ language: String) throws -> [(line: Int, text: String)] {
        let page = try String(contentsOf: root.appendingPathComponent("docs/batch-files.md"), encoding: .utf8)
        var found: [(line: Int, text: String)] = []
        var open: (line: Int, text: String)?
        for (number, line) in page.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line == "```\(language)" {
                open = (number + 1, "")
            } else if line.hasPrefix("```"), let block = open {
                found.append(block)
                open = nil
            } else {
                open?.text += line + "\n"
            }
        }
        return found
    }
}
