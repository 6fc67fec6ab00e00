import FarmProcess
import Glibc

/// The engine's directory for small files of its attempts, in memory where there is a run-time directory.
///
/// Made by the nanny and removed by it, so that it goes also when the worker was killed; what an engine left
/// that died together with its nanny is removed by the next one that starts on the host.
enum ScratchDirectory {
    private static let prefix = "tasks-engine-"

    /// Makes the directory, 0700.
    ///
    /// - Throws: ``EngineError`` with code `cannotStart`.
    static func make(for mark: EngineMark) throws(EngineError) -> String {
        let path = "\(base)/\(prefix)\(mark)"
        if mkdir(path, 0o700) == 0 { return path }
        // Somebody has taken the name: in a shared directory anybody can.
        var pattern = Array("\(base)/\(prefix)XXXXXX".utf8CString)
        guard mkdtemp(&pattern) != nil else {
            throw EngineError(
                .cannotStart,
                "cannot make a directory in \(base): \(String(cString: strerror(errno))); "
                    + "set XDG_RUNTIME_DIR or TMPDIR to one that can be written")
        }
        return String(decoding: pattern.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Removes what is in the directory.
    static func empty(_ path: String) {
        for name in entries(of: path) { removeTree("\(path)/\(name)") }
    }

    /// Removes the directory and what is in it.
    static func remove(_ path: String) {
        empty(path)
        rmdir(path)
    }

    /// Removes whatever a task has left under this name.
    static func removeTree(_ path: String) {
        guard unlink(path) != 0, errno == EISDIR else { return }
        chmod(path, 0o700)
        remove(path)
    }

    /// Removes the directories of this user's engines that are dead.
    static func sweep() {
        for name in entries(of: base) where name.hasPrefix(prefix) {
            guard let mark = EngineMark(name.dropFirst(prefix.count)), mark.isDead else { continue }
            var status = stat()
            let path = "\(base)/\(name)"
            guard lstat(path, &status) == 0, status.st_uid == getuid(), status.st_mode & S_IFMT == S_IFDIR
            else {
                continue
            }
            remove(path)
        }
    }

    private static var base: String {
        for variable in ["XDG_RUNTIME_DIR", "TMPDIR"] {
            if let value = getenv(variable), value.pointee != 0, access(value, W_OK) == 0 {
                return String(cString: value)
            }
        }
        return "/tmp"
    }

    private static func entries(of directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var result: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { result.append(name) }
        }
        return result
    }
}
