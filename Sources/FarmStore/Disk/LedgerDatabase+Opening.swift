import CSystem
import FarmCore
import GRDB
import Glibc

extension LedgerDatabase {
    /// - Parameter keepsLog: what is in the log stays there when the connection is closed.
    static func configuration(
        _ isReadOnly: Bool, _ isShared: Bool = false, _ durability: Durability = .full, keepsLog: Bool
    ) -> Configuration {
        LedgerFiles.allowURIs()
        var configuration = Configuration()
        configuration.label = "ledger"
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            // What is only read, or turns out to be damaged or somebody else's, stays as it was found.
            farm_sqlite_keep_log(database.sqliteConnection, keepsLog ? 1 : 0)
            if isReadOnly {
                // A connection that may write, so that it can read what a crash has left in the journal.
                try database.execute(sql: "PRAGMA query_only = ON")
                return
            }
            if isShared { try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
            try database.execute(
                sql: "PRAGMA synchronous = \(durability == .full ? "FULL" : "NORMAL")")
        }
        return configuration
    }

    /// Sets how transactions are kept. The first thing that writes to a file that was there.
    private static func setJournal(_ queue: DatabaseQueue, isShared: Bool) throws {
        try queue.inDatabase {
            try $0.execute(
                sql: isShared
                    ? "PRAGMA journal_mode = PERSIST"
                    : "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 4000")
        }
    }

    /// Checks all of the file that SQLite itself can check, and brings the schema up to date. Reads the whole
    /// file; so does the replay that follows.
    static func prepare(
        _ queue: DatabaseQueue, of path: String, isReadOnly: Bool, isShared: Bool = false
    ) throws {
        if isShared, !isReadOnly {
            // Now, not at the first commit: a second one must fail at once, and not keep the first one out.
            try queue.inDatabase { try $0.execute(sql: "BEGIN EXCLUSIVE; COMMIT") }
        }
        let standing = try queue.read { try LedgerSchema.standing($0) }
        if !isReadOnly, standing != .newer, standing != .foreign {
            try setJournal(queue, isShared: isShared)
        }
        switch standing {
        case .foreign: throw LedgerSchema.foreign(path)
        case .newer:
            throw LedgerError(
                .newer,
                "the ledger was written by a later version of this program; start that one, or set the ledger aside to"
                    + " begin anew")
        case .empty where isReadOnly:
            throw LedgerError(
                .unusable, "\(path) is empty; start a controller, which makes a ledger of it")
        case .older where isReadOnly:
            // Its tables are read as they are.
            try queue.read { try checkIntegrity($0) }
        case .empty, .older:
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
        case .SQLITE_READONLY, .SQLITE_CANTOPEN:
            return LedgerError(
                .unusable,
                "cannot use \(path): \(words); mend the permissions of it and its directory, or read a copy of the directory"
            )
        default: return LedgerError(.unusable, "cannot use \(path): \(words)")
        }
    }

    /// Compares how far the ledger goes with how far it is known to have gone.
    /// - Returns: why that cannot be told, or what a loss of power took; nil if all is there.
    @discardableResult
    func checkTail() throws(LedgerError) -> String? {
        // Before the database, and once more behind it: a controller may be writing meanwhile.
        let read = tail?.read()
        let commits = try numbers()["commits"] ?? 0
        guard let (noted, isCertain) = read, noted > commits else {
            return LedgerTail.silence(of: files.tail, noted: tail?.read()?.commits, commits: commits)
        }
        guard isCertain else {
            return LedgerTail.lostWithPower(files.database, noted: noted, commits: commits)
        }
        throw LedgerError(
            .damaged,
            "\(files.database) has lost its end: it holds \(commits) commits, but there were \(noted) (is its log,"
                + " \(files.log), missing or cut off?)")
    }
}
