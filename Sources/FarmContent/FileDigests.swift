import Glibc
import Synchronization

/// Digests of files and directories, each file read once as long as it does not change.
///
/// A file is taken for unchanged if its device, inode, size and times of change are the same. What was
/// changed within the last two seconds is not remembered: a clock tick may hide a second change.
///
/// Memory: 65,536 files at most.
public final class FileDigests: Sendable {
    /// Files that one call looks at.
    public static let mostFiles = 100_000
    private static let mostKnown = 1 << 16
    private static let settledSeconds = 2

    private struct Known {
        var stamp: Stamp
        var digest: ContentDigest
    }

    private let known = Mutex<[String: Known]>([:])

    /// Knows no file yet.
    public init() {}

    /// One digest of all that the paths name, by rising path. A path may have the wildcards of a shell; a
    /// directory stands for all files below it.
    ///
    /// - Parameters:
    ///   - paths: absolute.
    ///   - isWanted: asked time and again; what is not wanted any more is read no further.
    /// - Throws: `ContentError` for a path that names nothing, cannot be read, or names too many files, and
    ///   when it is not wanted.
    public func digest(
        of paths: [String], isWanted: () -> Bool = { true }
    ) throws(ContentError) -> ContentDigest {
        var files: [String] = []
        for path in paths {
            for match in try PathPattern.matches(path) { try Self.collect(match, of: path, into: &files) }
        }
        var digester = Digester()
        var last: String?
        for file in files.sorted() where file != last {
            last = file
            digester.add(field: file)
            digester.add(try digest(ofFile: file, isWanted).bytes)
        }
        return digester.finish()
    }

    /// Looks only whether all that the paths name is there.
    ///
    /// - Throws: `ContentError` for the first path that names nothing.
    public static func check(_ paths: [String]) throws(ContentError) {
        for path in paths {
            for match in try PathPattern.matches(path) where access(match, F_OK) != 0 {
                throw ContentError(match, errno: errno)
            }
        }
    }

    /// Of one file.
    private func digest(ofFile path: String, _ isWanted: () -> Bool) throws(ContentError) -> ContentDigest {
        let stamp = try Stamp(path)
        if let found = known.withLock({ $0[path] }), found.stamp == stamp { return found.digest }
        // Settled before it is read: what changes in the same tick while a large file is read is not seen.
        let isSettled = stamp.isSettled(for: Self.settledSeconds)
        let digest = try Self.read(path, isWanted)
        let after = try Stamp(path)
        if after == stamp, isSettled {
            known.withLock { known in
                if known.count >= Self.mostKnown { known.removeAll() }
                known[path] = Known(stamp: stamp, digest: digest)
            }
        }
        return digest
    }

    /// The files at a path, which is one itself or a directory, links followed.
    private static func collect(
        _ path: String, of asked: String, into files: inout [String], depth: Int = 0
    ) throws(ContentError) {
        guard try Stamp(path).isDirectory else {
            guard files.count < mostFiles else {
                throw ContentError(.tooMany, asked, "names more than \(mostFiles) files")
            }
            files.append(path)
            return
        }
        guard depth < 64 else {
            throw ContentError(.tooMany, asked, "has directories more than 64 deep in one another")
        }
        guard let directory = opendir(path) else { throw ContentError(path, errno: errno) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        closedir(directory)
        for name in names { try collect("\(path)/\(name)", of: asked, into: &files, depth: depth + 1) }
    }

    static func read(_ path: String, _ isWanted: () -> Bool = { true }) throws(ContentError) -> ContentDigest
    {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw ContentError(path, errno: errno) }
        defer { close(file) }
        var digester = Digester()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            guard isWanted() else { throw ContentError(.unreadable, path, "is not wanted any more") }
            let count = Glibc.read(file, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ContentError(path, errno: errno) }
            if count == 0 { return digester.finish() }
            digester.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }
}

/// What tells a file from what it was.
private struct Stamp: Equatable {
    private var device: UInt64
    private var inode: UInt64
    private var size: Int64
    private var modified: [Int]
    private var changed: [Int]
    let isDirectory: Bool

    init(_ path: String) throws(ContentError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw ContentError(path, errno: errno) }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modified = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
        changed = [status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
        isDirectory = status.st_mode & S_IFMT == S_IFDIR
        let kind = status.st_mode & S_IFMT
        guard isDirectory || kind == S_IFREG || path == "/dev/null" else {
            throw ContentError(.unreadable, path, "is neither a file nor a directory")
        }
    }

    func isSettled(for seconds: Int) -> Bool {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return now.tv_sec - max(changed[0], modified[0]) >= seconds
    }
}
