import Glibc

/// A component's log, shown once or as it grows.
struct LogFile {
    let path: String

    init(_ path: String) { self.path = path }

    /// Writes it to standard output; with `follow` does not return.
    func show(follow: Bool) throws {
        var file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw CommandFailure(
                .refused,
                "cannot read \(path): \(String(cString: strerror(errno))); nothing was started in that profile?"
            )
        }
        while true {
            copy(file)
            guard follow else { break }
            usleep(200_000)
            if wasReplaced(file) {
                copy(file)
                let next = open(path, O_RDONLY | O_CLOEXEC)
                guard next >= 0 else { continue }
                close(file)
                file = next
            }
        }
        close(file)
    }

    private func copy(_ file: Int32) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(file, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            Terminal.write(Array(buffer[..<count]))
        }
    }

    /// A full log is moved aside and a new one begun.
    private func wasReplaced(_ file: Int32) -> Bool {
        var own = stat()
        var named = stat()
        return fstat(file, &own) == 0 && stat(path, &named) == 0
            && (own.st_ino != named.st_ino || own.st_dev != named.st_dev)
    }

    /// Its last lines, for messages about what wrote it.
    func lastLines(_ count: Int) -> [String] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        let end = lseek(file, 0, SEEK_END)
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        let got = pread(file, &buffer, buffer.count, max(0, end - off_t(buffer.count)))
        guard got > 0 else { return [] }
        return buffer[..<got].split(separator: UInt8(ascii: "\n")).suffix(count)
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
