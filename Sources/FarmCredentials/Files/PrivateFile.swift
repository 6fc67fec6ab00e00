import Glibc

/// Reads and writes files of mode 0600.
enum PrivateFile {
    /// Larger files are refused: none of ours comes near.
    static let limitBytes = 65_536

    /// Reads a file, checking owner and mode of what was opened, not of what the path names later.
    static func read(_ path: String) throws(CredentialError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw PrivatePath.failure("read", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw PrivatePath.failure("read", path) }
        try PrivatePath.checkFile(status, path)
        var bytes = [UInt8](repeating: 0, count: limitBytes + 1)
        var count = 0
        while count < bytes.count {
            let space = bytes.count - count
            let got = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + count, space) }
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw PrivatePath.failure("read", path) }
            if got == 0 { break }
            count += got
        }
        guard count <= limitBytes else {
            throw CredentialError(
                .malformed, "\(path) has more than \(limitBytes) bytes; it is no file of this program")
        }
        return Array(bytes.prefix(count))
    }

    /// Writes a file so that a reader, or a crash, finds the old content or the new, and on disk when this
    /// returns.
    /// - Parameter replacing: whether an existing file is replaced; if not, it is left and false is returned.
    @discardableResult
    static func write(_ bytes: [UInt8], to path: String, replacing: Bool = true) throws(CredentialError)
        -> Bool
    {
        let (directory, name) = split(path)
        let temporary = "\(directory)/.\(name).\(Hex.encode(try Digest.random(6))).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw PrivatePath.failure("write", temporary) }
        var isPlaced = false
        defer { if !isPlaced { unlink(temporary) } }
        do {
            defer { close(descriptor) }
            try writeAll(bytes, descriptor, temporary)
        }
        if replacing {
            guard rename(temporary, path) == 0 else { throw PrivatePath.failure("write", path) }
            isPlaced = true
        } else if link(temporary, path) != 0 {
            guard errno == EEXIST else { throw PrivatePath.failure("write", path) }
            return false
        }
        try syncDirectory(directory)
        return true
    }

    static func syncDirectory(_ path: String) throws(CredentialError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw PrivatePath.failure("open", path) }
        defer { close(descriptor) }
        // Some network file systems cannot sync a directory; the file itself is on disk by then.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw PrivatePath.failure("sync", path) }
    }

    private static func writeAll(_ bytes: [UInt8], _ descriptor: Int32, _ path: String)
        throws(CredentialError)
    {
        guard fchmod(descriptor, 0o600) == 0 else { throw PrivatePath.failure("write", path) }
        var count = 0
        while count < bytes.count {
            let done = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress! + count, $0.count - count)
            }
            if done < 0 && errno == EINTR { continue }
            guard done > 0 else { throw PrivatePath.failure("write", path) }
            count += done
        }
        guard fsync(descriptor) == 0 else { throw PrivatePath.failure("write", path) }
    }

    private static func split(_ path: String) -> (directory: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let directory = path[..<slash]
        return (directory.isEmpty ? "/" : String(directory), String(path[path.index(after: slash)...]))
    }
}
