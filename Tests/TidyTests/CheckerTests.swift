import Foundation
import Testing

/// The checks themselves: each has to find what it is there for.
@Suite struct CheckerTests {
    private func core(_ text: String) -> SourceFile {
        SourceFile(path: "Sources/FarmCore/A.swift", text: text)
    }

    @Test(arguments: [
        "import Foundation",
        "public import Foundation",
        "@_exported public import Foundation",
        "@testable import Foundation",
        "@_spi(Testing) @preconcurrency internal import Foundation",
        "  import struct Foundation.Date",
        "let a = 1; import Foundation",
        "/* why */ import Foundation",
        "let text = \"\\(1)\"; import Foundation // so",
    ])
    func `an import is found in every form`(line: String) {
        #expect(ImportCheck.imports(in: "// first\n" + line) == [.init(module: "Foundation", line: 2)])
    }

    @Test(arguments: [
        "// import Foundation",
        "/* a /* b */\nimport Foundation */",
        "let text = \"\"\"\n    import Foundation\n    \"\"\"",
        "let text = #\"\"\"\n    \"\"\"\n    import Foundation\n    \"\"\"#",
        "important(Foundation)",
        "let importFoundation = 1",
    ])
    func `what only looks like an import is none`(text: String) {
        #expect(ImportCheck.imports(in: text).isEmpty)
    }

    @Test func `an import that the layer may not have is reported with file and line`() {
        let findings = ImportCheck.check(core("\n@_exported public import FarmWire\n"))
        #expect(findings.map { "\($0.path):\($0.line)" } == ["Sources/FarmCore/A.swift:2"])
        #expect(findings.first?.message.contains("FarmCore may not import FarmWire") == true)
        #expect(
            ImportCheck.check(SourceFile(path: "Sources/FarmWire/A.swift", text: "import FarmCore")).isEmpty)
        #expect(ImportCheck.check(SourceFile(path: "Sources/NewTarget/A.swift", text: "")).count == 1)
    }

    @Test(arguments: ["FarmCore", "FarmWire", "ZeroMQ", "FarmProcess"])
    func `Foundation is refused below the shells`(target: String) {
        for module in ["Foundation", "FoundationEssentials"] {
            let file = SourceFile(path: "Sources/\(target)/A.swift", text: "import \(module)")
            #expect(ImportCheck.check(file).count == 1)
        }
    }

    @Test func `a manifest that declares too much, too little or an unknown target is reported`() throws {
        let json = #"""
            {"targets": [
                {"name": "tasks", "type": "executable", "dependencies": [
                    {"byName": ["FarmMPI", null]},
                    {"product": ["ArgumentParser", "swift-argument-parser", null, null]},
                    {"product": ["Logging", "swift-log", null, null]}]},
                {"name": "FarmMPI", "type": "regular", "dependencies": [{"target": ["COpenMPI", null]}]},
                {"name": "COpenMPI", "type": "system", "dependencies": []},
                {"name": "FarmCore", "type": "regular", "dependencies": [{"byName": ["FarmMPI", null]}]},
                {"name": "FarmWire", "type": "regular", "dependencies": []},
                {"name": "FarmOther", "type": "regular", "dependencies": []},
                {"name": "FarmOtherTests", "type": "test", "dependencies": []}]}
            """#
        let manifest = try JSONDecoder().decode(Manifest.self, from: Data(json.utf8))
        let messages = ManifestCheck.dependencies(of: manifest).map(\.message)
        #expect(messages.count == 4, "\(messages)")
        #expect(messages.contains { $0.hasPrefix("tasks declares FarmMPI") })
        #expect(messages.contains { $0.hasPrefix("FarmCore declares FarmMPI") })
        #expect(messages.contains { $0.hasPrefix("FarmWire does not declare FarmCore") })
        #expect(messages.contains { $0.hasPrefix("target FarmOther is not in") })
        let reached = ManifestCheck.reach(of: "tasks", neverTo: ["FarmMPI", "COpenMPI"], in: manifest)
        #expect(reached.count == 2)
    }

    @Test func `tabs, trailing space, long lines and a missing last newline are reported with their line`() {
        let long = String(repeating: "x", count: StyleCheck.longestLine + 1)
        let findings = StyleCheck.layout(of: core("ok\n\ttab\nspace \n\(long)\nend"))
        #expect(findings.map(\.line) == [2, 3, 4, 5])
        #expect(StyleCheck.layout(of: core(String(long.dropLast()) + "\n")).isEmpty)
    }

    @Test func `a long file is reported unless it has a reason`() {
        let file = core(String(repeating: "a\n", count: StyleCheck.longestFile + 1))
        #expect(StyleCheck.length(of: file).count == 1)
        #expect(StyleCheck.length(of: file, allowing: [file.path: "one table"]).isEmpty)
        #expect(StyleCheck.length(of: core(String(repeating: "a\n", count: StyleCheck.longestFile))).isEmpty)
    }

    @Test func `unfinished work is found in comments, forced operators only in code`() {
        let findings = StyleCheck.unfinished(
            core(
                """
                // TODO later
                let a = try! b()
                let c = d as! E
                /// Never `try!` here.
                let f = "x as! y"
                // FIXME

                """
            ))
        #expect(findings.map(\.line).sorted() == [1, 2, 3, 6])
        #expect(StyleCheck.unfinished(core("let s = \"\\(try! f(\"a\"))\"\n")).map(\.line) == [1])
        #expect(StyleCheck.unfinished(core("let todos = try? a as? B\n")).isEmpty)
    }

    @Test func `comments, strings and regexes are blanked and code is kept in its place`() {
        #expect(SwiftText.code(of: #"a("b", c) // d"#) == #"a(   , c)     "#)
        #expect(SwiftText.code(of: "a / b / c") == "a / b / c")
        #expect(SwiftText.code(of: #"x = /"/; y"#) == #"x =    ; y"#)
        #expect(SwiftText.code(of: ##"x = #/"//#; y"##) == ##"x =       ; y"##)
        #expect(SwiftText.code(of: #""\(a["k"] ?? "v")" + z"#) == #"   a[   ] ??       + z"#)
    }

    @Test func `an unknown top folder and files of the build are reported`() {
        #expect(TreeCheck.topFolders(of: ["Sources/A/b.swift", "README.md", ".ci/run"]).isEmpty)
        #expect(TreeCheck.topFolders(of: ["scripts/a", "scripts/b"]).map(\.path) == ["scripts"])
        #expect(
            TreeCheck.buildProducts(among: ["Package.resolved", "Benchmarks/.build/x", "Package.swift"]).count
                == 2)
    }

    @Test func `a decision record without a heading is reported`() {
        let whole = "# 1. Title\n\n## Context\na\n## Decision\nb\n## Consequences\nc\n"
        let path = "docs/decisions/0001-title.md"
        #expect(TreeCheck.decisions(SourceFile(path: path, text: whole)).isEmpty)
        let cut = whole.replacingOccurrences(of: "## Decision\n", with: "")
        #expect(TreeCheck.decisions(SourceFile(path: path, text: cut)).map(\.path) == [path])
    }
}
