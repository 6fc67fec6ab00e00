import Glibc

/// The log of a host: what its engines and ssh write, moved aside at 10 MB. Keeps the last lines at hand.
struct HostLog: ~Copyable {
    private static let limitBytes = 10 << 20
    private static let keptLines = 5

    private let path: String
    private var descriptor: Int32
    private var bytes = 0
    /// The newest lines, for messages.
    private(set) var last: [String] = []

    /// A log that cannot be written is done without: it must not stop the work.
    init(path: String) {
        self.path = path
        descriptor = Self.open(path)
        var status = stat()
        if descriptor >= 0, fstat(descriptor, &status) == 0 { bytes = Int(status.st_size) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    mutating func add(_ line: String) {
        last.append(line)
        if last.count > Self.keptLines { last.removeFirst() }
        let text = Array((line + "\n").utf8)
        if bytes + text.count > Self.limitBytes {
            rename(path, path + ".1")
            if descriptor >= 0 { close(descriptor) }
            descriptor = Self.open(path)
            bytes = 0
        }
        bytes += max(0, write(descriptor, text, text.count))
    }

    /// Forgets what was said before the next start.
    mutating func forgetLast() { last = [] }

    private static func open(_ path: String) -> Int32 {
        Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    }
}
