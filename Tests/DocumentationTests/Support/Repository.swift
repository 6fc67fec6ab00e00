import Foundation

/// The checkout that these tests were compiled from, and what was built of it.
enum Repository {
    /// Found from where this file really is, so that a package of symbolic links reaches it too.
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Where the test program is, and `tasks` and the examples' programs with it.
    static let binaries = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
    }

    /// README and the like, `docs/*.md`, and the examples' own.
    static func pages() throws -> [String] {
        let top = try names("").filter { $0.hasSuffix(".md") }
        let docs = try names("docs").filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }
        let decisions = try names("docs/decisions").filter { $0.hasSuffix(".md") }.map {
            "docs/decisions/\($0)"
        }
        let examples = try names("examples").map { "examples/\($0)/README.md" }.filter(exists)
        return (top + docs + decisions + examples).sorted()
    }

    private static func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)
    }
}
