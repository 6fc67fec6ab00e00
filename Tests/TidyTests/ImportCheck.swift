/// Holds the layers: every import in `Sources` against `AllowedImports.table`.
enum ImportCheck {
    /// An import declaration: the module, without access level, attributes, kind and submodule.
    struct Import: Equatable {
        var module: String
        var line: Int
    }

    /// All imports of a file, those in comments and strings left out.
    static func imports(in text: String) -> [Import] {
        // `public import`, `@_exported public import struct A.B`, `@testable import`, two on a line with `;`.
        let pattern =
            #/^(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?/#
        let rest =
            #/import\s+(?:(?:struct|class|enum|protocol|typealias|func|var|let|actor)\s+)?`?(\w+)/#
        var found: [Import] = []
        for (index, line) in SwiftText.code(of: text).split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            for statement in line.split(separator: ";") {
                let trimmed = statement.drop { $0 == " " || $0 == "\t" }
                guard let head = trimmed.prefixMatch(of: pattern) else { continue }
                guard let match = trimmed[head.range.upperBound...].prefixMatch(of: rest) else { continue }
                found.append(Import(module: String(match.1), line: index + 1))
            }
        }
        return found
    }

    /// What a file imports and its target may not.
    static func check(
        _ file: SourceFile, against table: [String: AllowedImports] = AllowedImports.table
    ) -> [Finding] {
        guard let target = file.target else { return [] }
        guard let allowed = table[target] else {
            return [
                Finding(
                    file.path, "no target '\(target)' in AllowedImports.table: add it with what it may import"
                )
            ]
        }
        let modules = allowed.ours.union(allowed.packages).union(allowed.inner).union(allowed.system)
        return imports(in: file.text).filter { !modules.contains($0.module) }.map { found in
            let list = modules.isEmpty ? "nothing" : modules.sorted().joined(separator: ", ")
            return Finding(
                file.path, line: found.line, "\(target) may not import \(found.module); it may import \(list)"
            )
        }
    }
}
