/// Paths as text; nothing is looked up.
enum PathText {
    /// `path` itself if it is absolute, else below `base`.
    static func join(_ base: String, _ path: String) -> String {
        if path.utf8.first == UInt8(ascii: "/") { return path }
        if path.isEmpty || path == "." { return base }
        return base.utf8.last == UInt8(ascii: "/") ? base + path : base + "/" + path
    }

    /// The path as a pattern that matches nothing else: of `run[1]`, not `run1`.
    static func literal(_ path: String) -> String {
        guard path.utf8.contains(where: { "*?[\\".utf8.contains($0) }) else { return path }
        return path.reduce(into: "") { text, character in
            if "*?[\\".contains(character) { text.append("\\") }
            text.append(character)
        }
    }
}
