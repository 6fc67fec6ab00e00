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

    private static func page() throws -> String {
        try String(contentsOf: root.appendingPathComponent("docs/batch-files.md"), encoding: .utf8)
    }

    /// The blocks of docs/batch-files.md that are files, by their names.
    static func files() throws -> [String: String] {
        var files: [String: String] = [:]
        for block in try page().matches(of: /<!-- file (.+) -->\n```[a-z]+\n((?:(?!```).*\n)*)```/) {
            files[String(block.output.1)] = String(block.output.2)
        }
        return files
    }

    /// The blocks of docs/batch-files.md in a language.
    static func blocks(_ language: String) throws -> [(line: Int, text: String)] {
        let page = try page()
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
