import Glibc

/// Where this process is.
enum WorkingDirectory {
    static var path: String {
        guard let buffer = getcwd(nil, 0) else { return "/" }
        defer { free(buffer) }
        return String(cString: buffer)
    }

    /// A program as it is to be found from anywhere: a path is made absolute, a name stays one.
    static func program(_ text: String) -> String { text.contains("/") ? absolute(text) : text }

    /// The absolute form of a path without links; as `absolute` where there is nothing.
    static func resolved(_ path: String) -> String {
        guard let found = realpath(path, nil) else { return absolute(path) }
        defer { free(found) }
        return String(cString: found)
    }

    /// The absolute form of a path.
    static func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(Self.path)/\(path)" }
}
