import Glibc

/// Paths with the wildcards of a shell: `*`, `?`, `[a-z]`.
enum PathPattern {
    /// What it names; a path without wildcards names itself, whether it is there or not. A file whose name
    /// holds these characters is named beside those that they match: rather one too many than another one.
    ///
    /// - Throws: `missing` for wildcards that match nothing, `unreadable` for a directory that cannot be read.
    static func matches(_ pattern: String) throws(ContentError) -> [String] {
        guard pattern.utf8.contains(where: { "*?[\\".utf8.contains($0) }) else {
            return [pattern]
        }
        var found = glob_t()
        defer { globfree(&found) }
        switch glob(pattern, GLOB_ERR, nil, &found) {
        case 0:
            let matches = (0..<Int(found.gl_pathc)).compactMap { index in
                found.gl_pathv[index].map { String(cString: $0) }
            }
            return access(pattern, F_OK) == 0 && !matches.contains(pattern) ? matches + [pattern] : matches
        case GLOB_NOMATCH:
            // A name may hold these characters themselves.
            if access(pattern, F_OK) == 0 { return [pattern] }
            throw ContentError(.missing, pattern, "matches no file")
        default:
            throw ContentError(
                .unreadable, pattern, "cannot be looked up: \(String(cString: strerror(errno)))")
        }
    }
}
