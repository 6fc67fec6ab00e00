import CSystem
import Glibc

/// Where the parts of a ledger lie in its directory.
struct LedgerFiles: Sendable {
    let directory: String

    var database: String { "\(directory)/ledger.sqlite" }
    var log: String { "\(database)-wal" }
    /// Where in the log each page is, for all who have it open.
    var logIndex: String { "\(database)-shm" }
    var journal: String { "\(database)-journal" }
    var tail: String { "\(directory)/tail" }
    var payloads: PayloadFiles { PayloadFiles(directory: "\(directory)/payload") }

    /// Something was written here once, whatever is left of it.
    var exists: Bool { ([database, log, tail] as [String]).contains { access($0, F_OK) == 0 } }

    /// SQLite would throw the log of an empty database away, with all that it holds.
    func checkLog() throws(LedgerError) {
        var (base, log) = (stat(), stat())
        guard stat(database, &base) == 0, base.st_size == 0, stat(self.log, &log) == 0, log.st_size > 0 else {
            return
        }
        throw LedgerError(
            .damaged,
            "\(database) is empty, but its log \(self.log) holds \(log.st_size) bytes; keep both, and put the database back"
                + " from a copy")
    }

    /// What SQLite is to open in order to read the database. In a directory where nothing can be made it has
    /// to be told that nobody writes, unless a log says that somebody did.
    func nameForReading() throws(LedgerError) -> String {
        guard access(directory, W_OK) != 0, !Self.holdsSomething(journal) else { return database }
        guard hasLog else { return "file:\(Self.escaped(database))?immutable=1" }
        guard access(logIndex, R_OK) == 0 else {
            throw LedgerError(
                .unusable,
                "\(database) cannot be read where it is: its newest records are in \(log), and SQLite would have to make"
                    + " \(logIndex), but nothing can be written in \(directory); make that writable, or read a copy of"
                    + " it: `tasks ledger check --ledger COPY`")
        }
        return database
    }

    /// There are transactions that are not in the database file itself.
    var hasLog: Bool { Self.holdsSomething(log) }

    private static func holdsSomething(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_size > 0
    }

    private static func escaped(_ path: String) -> String {
        path.replacing("%", with: "%25").replacing("?", with: "%3f").replacing("#", with: "%23")
    }

    /// To be called before the first database is opened, since not every SQLite is built to take URIs.
    static func allowURIs() { urisAreAllowed }
    private static let urisAreAllowed: Void = { _ = farm_sqlite_read_uris() }()

    /// Directories beside this one with a damaged ledger that nobody has dealt with.
    var setAside: [String] {
        guard let slash = directory.lastIndex(of: "/") else { return [] }
        let (parent, name) = (directory[..<slash], directory[directory.index(after: slash)...])
        return PayloadFiles.names(in: String(parent)).filter { $0.hasPrefix("\(name).damaged-") }
            .map { "\(parent)/\($0)" }
    }

    /// What is left for the ends of what runs when nothing new is taken any more.
    private static let reserveBytes: UInt64 = 1 << 20

    /// Says that the disk is so full that nothing new should be taken; nil while there is room, or if the
    /// disk does not say.
    var lackOfRoom: String? {
        var status = statvfs()
        guard statvfs(directory, &status) == 0, status.f_blocks > 0,
            UInt64(status.f_bavail) * UInt64(status.f_frsize) < Self.reserveBytes
        else { return nil }
        return "the disk of \(directory) is full (less than 1 MiB is left)"
    }

    /// The id that this machine got at its last start.
    static var bootID: String {
        let file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = Glibc.read(file, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
