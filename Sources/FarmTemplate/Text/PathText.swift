/// Paths as text; nothing is looked up.
enum PathText {
    /// `path` itself if it is absolute, else below `base`.
    static func join(_ base: String, _ path: String) -> String {
        if path.utf8.first == UInt8(ascii: "/") { return path }
        if path.isEmpty || path == "." { return base }
        return base.utf8.last == UInt8(ascii: "/") ? base + path : base + "/" + path
    }
}
