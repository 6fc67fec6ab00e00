import Glibc

/// Which file or directory it is that is open, so that it can be seen later whether a path still leads to it.
struct HeldFile {
    private let device: dev_t
    private let number: UInt64
    /// For records.
    var words: String { "\(device):\(number)" }

    /// The one at this path; nil if there is none.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// The one that is open.
    init?(_ descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        device = status.st_dev
        number = UInt64(status.st_ino)
    }

    /// False if the path leads to another, or to nothing. Where the system cannot tell, as when a server does
    /// not answer, it is taken to be there.
    func isAt(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { return errno != ENOENT && errno != ENOTDIR }
        return status.st_dev == device && UInt64(status.st_ino) == number
    }
}
