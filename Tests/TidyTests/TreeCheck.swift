/// The rules about which files there are.
enum TreeCheck {
    static let folders: Set<String> = ["Sources", "Tests", "Benchmarks", "examples", "docs", ".ci"]

    /// Top-level folders beyond those that the project has.
    static func topFolders(of paths: [String]) -> [Finding] {
        let found = Set(paths.filter { $0.contains("/") }.map { String($0.prefix { $0 != "/" }) })
        return found.subtracting(folders).sorted().map {
            Finding($0, "a top-level folder beyond \(folders.sorted().joined(separator: ", "))")
        }
    }

    /// Files that a build makes, which nobody should commit.
    static func buildProducts(among committed: [String]) -> [Finding] {
        committed.filter { path in
            let parts = path.split(separator: "/")
            return parts.last == "Package.resolved" || parts.contains { $0 == ".build" || $0 == ".swiftpm" }
        }.map { Finding($0, "made by the build: git rm --cached it") }
    }

    /// Decision records without one of their three headings.
    static func decisions(_ file: SourceFile) -> [Finding] {
        let headings = Set(
            file.lines.filter { $0.hasPrefix("#") }.map { $0.drop { $0 == "#" || $0 == " " }.lowercased() })
        return ["Context", "Decision", "Consequences"].filter { !headings.contains($0.lowercased()) }.map {
            Finding(file.path, "no heading '\($0)'; a decision record has Context, Decision, Consequences")
        }
    }
}
