import FarmCore
import GRDB
import Glibc

extension LedgerDatabase {
    static func configuration(
        _ isReadOnly: Bool, _ isShared: Bool, _ durability: Durability
    ) -> Configuration {
        var configuration = Configuration()
        configuration.label = "ledger"
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            if isReadOnly {
                // A connection that may write, so that it can read what a crash has left in the log.
                try database.execute(sql: "PRAGMA query_only = ON")
                return
            }
            if isShared {
                try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = PERSIST")
            } else {
                try database.execute(
                    sql: "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 4000")
            }
            try database.execute(
                sql: "PRAGMA synchronous = \(durability == .full ? "FULL" : "NORMAL")")
        }
        return configuration
    }

    /// Checks all of the file that SQLite itself can check, and brings the schema up to date. Reads the whole
    /// file; so does the replay that follows.
    static func prepare(_ queue: DatabaseQueue, isReadOnly: Bool, isShared: Bool = false) throws {
        if isShared, !isReadOnly {
            // Now, not at the first commit: a second one must fail at once, and not keep the first one out.
            try queue.inDatabase { try $0.execute(sql: "BEGIN EXCLUSIVE; COMMIT") }
        }
        switch try queue.read({ try LedgerSchema.standing($0) }) {
        case .newer:
            throw LedgerError(
                .newer,
                "the ledger was written by a later version of this program; start that one, or set the ledger aside to"
                    + " begin anew")
        case .empty, .older:
            if isReadOnly {
                throw LedgerError(
                    .unusable,
                    "the ledger was written by an earlier version; start a controller once, which brings it up to date"
                )
            }
            try queue.read { try checkIntegrity($0) }
            try LedgerSchema.migrator.migrate(queue)
        case .current: try queue.read { try checkIntegrity($0) }
        }
        try queue.read { try LedgerSchema.check($0) }
    }

    private static func checkIntegrity(_ database: Database) throws {
        let found = try String.fetchOne(database, sql: "PRAGMA integrity_check(1)") ?? "no answer"
        guard found == "ok" else { throw LedgerError(.damaged, "the ledger's database is damaged: \(found)") }
    }

    /// What an error while opening means. Some say nothing of damage, and have no other explanation in a file
    /// that this program has made.
    static func openingWords(_ error: any Error, _ path: String) -> LedgerError {
        guard let error = error as? DatabaseError else { return words(error, path) }
        switch error.resultCode {
        case .SQLITE_ERROR, .SQLITE_SCHEMA, .SQLITE_TOOBIG, .SQLITE_MISMATCH, .SQLITE_CONSTRAINT,
            .SQLITE_READONLY where access(path, W_OK) == 0:
            return LedgerError(.damaged, "\(path) is damaged: \(error.message ?? "\(error.resultCode)")")
        default: return words(error, path)
        }
    }

    /// Says what an error means for whoever runs the controller.
    static func words(_ error: any Error, _ path: String) -> LedgerError {
        if let error = error as? LedgerError { return error }
        if error is RowDecodingError { return LedgerError(.damaged, "\(path) is damaged: \(error)") }
        guard let error = error as? DatabaseError else {
            return LedgerError(.unusable, "cannot use \(path): \(error)")
        }
        let words = error.message ?? "\(error.resultCode)"
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT:
            return LedgerError(.damaged, "\(path) is damaged: \(words)")
        case .SQLITE_FULL: return LedgerError(.unusable, "the disk of \(path) is full")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return LedgerError(
                .unusable, "\(path) is in use by another process, which has to end before this one can use it"
            )
        default: return LedgerError(.unusable, "cannot use \(path): \(words)")
        }
    }

    /// Compares how far the ledger goes with how far it is known to have gone.
    func checkTail() throws(LedgerError) {
        // Without a sync at each commit a loss of power may take the last of them: that was the bargain.
        guard let (noted, isCertain) = tail?.read(), isCertain else { return }
        let commits = try numbers()["commits"] ?? 0
        guard noted > commits else { return }
        throw LedgerError(
            .damaged,
            "\(files.database) has lost its end: it holds \(commits) commits, but there were \(noted) (is its log,"
                + " \(files.log), missing or cut off?)")
    }
}
