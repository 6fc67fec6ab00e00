import Foundation
import Glibc

extension LedgerRecovery {
    /// Copies the database and what SQLite keeps beside it into `work`/copy: reading it may put it in order.
    static func copy(_ files: LedgerFiles, to work: String) throws(LedgerError) {
        remove(work)
        guard files.exists else { throw LedgerError(.missing, "there is no ledger in \(files.directory)") }
        let copy = LedgerFiles(directory: "\(work)/copy")
        do {
            try FileManager.default.createDirectory(
                atPath: copy.directory, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            for suffix in ["", "-wal", "-journal"] where access(files.database + suffix, F_OK) == 0 {
                try FileManager.default.copyItem(
                    atPath: files.database + suffix, toPath: copy.database + suffix)
            }
        } catch {
            throw LedgerError(.unusable, "cannot copy \(files.directory) to \(copy.directory): \(error)")
        }
        chmod(work, 0o700)
        standIn(copy)
    }

    /// SQLite reads a log only beside a database that holds something; all that counts may be in the log.
    private static func standIn(_ copy: LedgerFiles) {
        var status = stat()
        guard stat(copy.database, &status) != 0 || status.st_size == 0 else { return }
        let log = open(copy.log, O_RDONLY | O_CLOEXEC)
        guard log >= 0 else { return }
        defer { close(log) }
        // The page's size is the third word of the log's header (sqlite.org/fileformat2.html#walformat).
        var header = [UInt8](repeating: 0, count: 12)
        guard pread(log, &header, header.count, 0) == header.count else { return }
        let pageBytes = header[8...].reduce(0) { $0 << 8 | Int($1) }
        guard (512...65_536).contains(pageBytes) else { return }
        try? Data(count: pageBytes).write(to: URL(fileURLWithPath: copy.database))
    }

    /// Moves the new ledger to its place. What else is there, as a lock, stays; the database comes last but
    /// for the note of its end, so that until then there is no ledger.
    static func put(_ new: String, at directory: String) throws(LedgerError) {
        if mkdir(directory, 0o700) != 0, errno != EEXIST { throw failure("make \(directory)") }
        let (from, to) = (LedgerFiles(directory: new), LedgerFiles(directory: directory))
        for (old, now) in [
            (from.payloads.directory, to.payloads.directory), (from.database, to.database),
            (from.tail, to.tail),
        ] where access(old, F_OK) == 0 {
            guard Glibc.rename(old, now) == 0 else { throw failure("rename \(old) to \(now)") }
            try PayloadFiles.sync(directory: directory)
        }
    }

    /// The name by which controllers know that nothing is left to be done about it.
    static func rename(_ source: String) throws(LedgerError) -> String {
        guard let mark = source.range(of: ".damaged-", options: .backwards) else { return source }
        let name = source.replacingCharacters(in: mark, with: ".recovered-from-")
        guard Glibc.rename(source, name) == 0 else { throw failure("rename \(source) to \(name)") }
        return name
    }

    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

    private static func failure(_ deed: String) -> LedgerError {
        LedgerError(.unusable, "cannot \(deed): \(String(cString: strerror(errno)))")
    }
}
