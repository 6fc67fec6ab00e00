import FarmCore
import GRDB
import Glibc

/// Gives the room of dropped jobs back to the file system.
public struct LedgerCompaction: Sendable {
    /// Bytes of all the ledger's files before and after.
    public let bytesBefore: Int
    public let bytesAfter: Int

    /// Compacts the ledger in `directory`; no controller may run on it. Takes room for a second copy of the
    /// database meanwhile.
    /// - Throws: `LedgerError`; one that is damaged is left as it is.
    public init(_ directory: String) throws(LedgerError) {
        let files = LedgerFiles(directory: directory)
        guard files.exists else { throw LedgerError(.missing, "there is no ledger in \(directory)") }
        bytesBefore = files.bytes
        let ledger = try DiskLedger(directory, durability: .full) {}
        defer { _ = ledger.close() }
        // All of it is read first: payload files that no record holds go on the way.
        ledger.replay { _ in }
        if let damage = ledger.damage { throw damage }
        try ledger.database.compact()
        bytesAfter = files.bytes
    }
}

extension LedgerDatabase {
    fileprivate func compact() throws(LedgerError) {
        do {
            try writer.writeWithoutTransaction { database in
                try database.execute(sql: "VACUUM")
                try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
        } catch {
            throw Self.words(error, files.database)
        }
    }
}

extension LedgerFiles {
    /// Bytes of all files together.
    fileprivate var bytes: Int {
        var total = 0
        var status = stat()
        for path in [database, log, tail] where stat(path, &status) == 0 { total += Int(status.st_size) }
        for digest in payloads.list().whole where stat(payloads.path(of: digest), &status) == 0 {
            total += Int(status.st_size)
        }
        return total
    }
}
