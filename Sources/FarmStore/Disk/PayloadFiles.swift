import FarmContent
import Glibc

/// Payloads too large for a row, each in a file named by its SHA-256: the same bytes are kept once, however
/// many tasks bring them.
struct PayloadFiles: Sendable {
    let directory: String

    typealias Digest = [UInt8]

    /// Writes the bytes and syncs them and their directory, unless they are there. A file under its final
    /// name is whole: it gets the name when it has been synced.
    func keep(_ bytes: ArraySlice<UInt8>) throws(LedgerError) -> Digest {
        let digest = Self.digest(of: bytes)
        let path = path(of: digest)
        var status = stat()
        if stat(path, &status) == 0, status.st_size == bytes.count { return digest }
        let folder = try makeFolder(of: path)
        let temporary = "\(path).\(getpid()).new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.failure("make \(temporary)") }
        defer { close(file) }
        do throws(LedgerError) {
            var rest = bytes
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw Self.failure("write \(temporary)") }
                rest = rest.dropFirst(written)
            }
            guard fsync(file) == 0 else { throw Self.failure("sync \(temporary)") }
            guard rename(temporary, path) == 0 else { throw Self.failure("rename \(temporary)") }
        } catch {
            unlink(temporary)
            throw error
        }
        do throws(LedgerError) { try Self.sync(directory: folder) } catch {
            // The next one to try must not take it for safe.
            unlink(path)
            throw error
        }
        return digest
    }

    /// Has the payload that is in another directory, too: without a copy if they are on one file system.
    func take(_ digest: Digest, from other: PayloadFiles) throws(LedgerError) {
        let (path, source) = (path(of: digest), other.path(of: digest))
        let folder = try makeFolder(of: path)
        if link(source, path) == 0 { return try Self.sync(directory: folder) }
        if errno == EEXIST { return }
        var status = stat()
        guard stat(source, &status) == 0 else { throw Self.failure("read \(source)") }
        _ = try keep(try other.read(digest, count: Int(status.st_size))[...])
    }

    private func makeFolder(of path: String) throws(LedgerError) -> String {
        let folder = String(path[..<path.lastIndex(of: "/")!])
        if mkdir(directory, 0o700) != 0, errno != EEXIST { throw Self.failure("make \(directory)") }
        if mkdir(folder, 0o700) == 0 {
            try Self.sync(directory: directory)
        } else if errno != EEXIST {
            throw Self.failure("make \(folder)")
        }
        return folder
    }

    /// Reads a payload of `count` bytes and checks that it is the one.
    func read(_ digest: Digest, count: Int) throws(LedgerError) -> [UInt8] {
        let path = path(of: digest)
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            // Want of descriptors or of permission is no damage.
            guard errno == ENOENT else { throw Self.failure("open \(path)") }
            throw LedgerError(.damaged, "the payload file \(path) is missing")
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_size == count else {
            throw LedgerError(
                .damaged, "the payload file \(path) holds \(status.st_size) bytes, not \(count)")
        }
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let more = Glibc.read(file, buffer.baseAddress! + filled, count - filled)
                if more < 0, errno == EINTR { continue }
                guard more > 0 else { return }
                filled += more
            }
        }
        guard bytes.count == count, Self.digest(of: bytes[...]) == digest else {
            throw LedgerError(.damaged, "the payload file \(path) does not hold what was written")
        }
        return bytes
    }

    func remove(_ digest: Digest) { unlink(path(of: digest)) }

    /// All that are there, and what an interrupted write has left.
    func list() -> (whole: [Digest], leftovers: [String]) {
        var whole: [Digest] = []
        var leftovers: [String] = []
        for folder in Self.names(in: directory) {
            for name in Self.names(in: "\(directory)/\(folder)") {
                if let digest = Self.digest(named: folder + name) {
                    whole.append(digest)
                } else {
                    leftovers.append("\(directory)/\(folder)/\(name)")
                }
            }
        }
        return (whole, leftovers)
    }

    func path(of digest: Digest) -> String {
        let name = digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        return "\(directory)/\(name.prefix(2))/\(name.dropFirst(2))"
    }

    static func digest(of bytes: ArraySlice<UInt8>) -> Digest { ContentDigest(of: bytes).bytes }

    private static func digest(named name: String) -> Digest? {
        let digits = Array(name.utf8)
        guard digits.count == 64 else { return nil }
        var digest: Digest = []
        for start in stride(from: 0, to: 64, by: 2) {
            guard let byte = UInt8(String(decoding: digits[start..<start + 2], as: UTF8.self), radix: 16)
            else { return nil }
            digest.append(byte)
        }
        return digest
    }

    static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func sync(directory: String) throws(LedgerError) {
        let opened = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { throw failure("open \(directory)") }
        defer { close(opened) }
        guard fsync(opened) == 0 else { throw failure("sync \(directory)") }
    }

    private static var reason: String { String(cString: strerror(errno)) }

    private static func failure(_ deed: String) -> LedgerError {
        LedgerError(.unusable, "cannot \(deed): \(reason)")
    }
}
