import FarmCore
import GRDB
import Glibc

/// The ledger's SQLite database: opening, schema, and the ways to read and write it. May be used from any
/// thread.
final class LedgerDatabase: Sendable {
    /// How it is used.
    enum Access: Sendable {
        case write(Durability)
        /// Nothing is changed, not even what a crash has left to be put right.
        case readOnly
    }

    let files: LedgerFiles
    /// Says how transactions are kept, for the log and for people.
    let journal: String
    let writer: DatabaseQueue
    /// The same as the writer where only one connection may be open.
    let reader: DatabaseQueue
    let tail: LedgerTail?
    private let checksTailAlways: Bool

    /// Opens the ledger in the directory, makes it if there is none, and brings its schema up to date.
    /// - Throws: `LedgerError`: `missing` (read-only), `newer`, `damaged`, `unusable`.
    init(_ directory: String, _ access: Access, kind: FileSystemKind? = nil) throws(LedgerError) {
        files = LedgerFiles(directory: directory)
        let isReadOnly = if case .readOnly = access { true } else { false }
        if isReadOnly {
            guard Glibc.access(files.database, F_OK) == 0 else {
                throw LedgerError(.missing, "there is no ledger in \(directory)")
            }
        } else {
            if mkdir(directory, 0o700) != 0, errno != EEXIST {
                throw LedgerError(
                    .unusable, "cannot make \(directory): \(String(cString: strerror(errno)))")
            }
            guard Glibc.access(directory, W_OK) == 0 else {
                throw LedgerError(
                    .unusable,
                    "cannot write in \(directory): \(String(cString: strerror(errno))); mend its permissions, or name"
                        + " another place with --ledger")
            }
        }
        let hadLog = Glibc.access(files.log, F_OK) == 0
        let hadDatabase = Glibc.access(files.database, F_OK) == 0
        guard hadDatabase || !hadLog else {
            throw LedgerError(.damaged, "\(files.database) is missing, but its log \(files.log) is there")
        }
        if !isReadOnly, !hadDatabase {
            // SQLite takes an empty file for an empty database, and its other files get this one's mode.
            let file = open(files.database, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            if file >= 0 { Glibc.close(file) }
        }
        let isShared = if case .network = kind ?? FileSystemKind(of: directory) { true } else { false }
        journal = isShared ? "rollback journal" : "write-ahead log"
        var durability = Durability.full
        if case .write(let wanted) = access { durability = wanted }
        checksTailAlways = durability == .full
        let configuration = Self.configuration(isReadOnly, isShared, durability)
        do {
            writer = try DatabaseQueue(path: files.database, configuration: configuration)
            reader =
                isShared || isReadOnly
                ? writer
                : try DatabaseQueue(path: files.database, configuration: Self.configuration(true, false, durability))
            tail = isReadOnly ? nil : LedgerTail(files.tail, bootID: LedgerFiles.bootID)
            try Self.prepare(writer, isReadOnly: isReadOnly)
            if !hadDatabase { try PayloadFiles.sync(directory: directory) }
        } catch let error as LedgerError {
            throw error
        } catch {
            throw Self.words(error, files.database)
        }
    }

    /// In memory, for simulations: lives as long as this object.
    init() throws(LedgerError) {
        files = LedgerFiles(directory: "/nonexistent")
        journal = "memory"
        tail = nil
        checksTailAlways = false
        do {
            writer = try DatabaseQueue()
            reader = writer
            try Self.prepare(writer, isReadOnly: false)
        } catch {
            throw Self.words(error, "the ledger in memory")
        }
    }

    private static func configuration(
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
                sql: "PRAGMA synchronous = \(durability == .full ? "FULL" : isShared ? "OFF" : "NORMAL")")
        }
        return configuration
    }

    private static func prepare(_ queue: DatabaseQueue, isReadOnly: Bool) throws {
        let migrator = LedgerSchema.migrator
        let isNewer = try queue.read { try migrator.hasBeenSuperseded($0) }
        if isNewer {
            throw LedgerError(
                .newer,
                "the ledger was written by a later version of this program; start that one, or set the ledger aside to"
                    + " begin anew")
        }
        if !isReadOnly {
            try migrator.migrate(queue)
        } else if try queue.read({ try !migrator.hasCompletedMigrations($0) }) {
            throw LedgerError(
                .unusable,
                "the ledger was written by an earlier version; start a controller once, which brings it up to date")
        }
    }

    /// Ends the log in the database file itself. The object is not to be used after it.
    func close() {
        try? reader.close()
        try? writer.close()
    }

    /// Says what an error means for whoever runs the controller.
    static func words(_ error: any Error, _ path: String) -> LedgerError {
        if let error = error as? LedgerError { return error }
        guard let error = error as? DatabaseError else {
            return LedgerError(.unusable, "cannot use \(path): \(error)")
        }
        let words = error.message ?? "\(error.resultCode)"
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT:
            return LedgerError(.damaged, "\(path) is damaged: \(words)")
        case .SQLITE_FULL: return LedgerError(.unusable, "the disk of \(path) is full")
        default: return LedgerError(.unusable, "cannot use \(path): \(words)")
        }
    }

    /// Compares how far the ledger goes with how far it is known to have gone.
    func checkTail(lastRow: Int64) throws(LedgerError) {
        guard let (row, isOfThisBoot) = tail?.read(), row > lastRow else { return }
        // Without a sync at each commit a loss of power may take the last of them: that was the bargain.
        guard checksTailAlways || isOfThisBoot else { return }
        throw LedgerError(
            .damaged,
            "\(files.database) has lost its end: its newest record is \(lastRow), but \(row) had been written (is its log,"
                + " \(files.log), missing or cut off?)")
    }
}
