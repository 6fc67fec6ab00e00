import CSystem
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
    /// Commits are on the disk itself when they are told.
    let syncsCommits: Bool
    /// Large payloads go into files of their own.
    let keepsFiles: Bool
    private let isReadOnly: Bool

    /// Opens the ledger in the directory, makes it if there is none, and brings its schema up to date.
    /// - Throws: `LedgerError`: `missing` (read-only), `newer`, `damaged`, `unusable`.
    init(_ directory: String, _ access: Access, kind: FileSystemKind? = nil) throws(LedgerError) {
        files = LedgerFiles(directory: directory)
        let isReadOnly = if case .readOnly = access { true } else { false }
        self.isReadOnly = isReadOnly
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
        keepsFiles = true
        tail = LedgerTail(files.tail, bootID: LedgerFiles.bootID, isReadOnly: isReadOnly)
        let hadDatabase = Glibc.access(files.database, F_OK) == 0
        try Self.checkFiles(files, hadDatabase: hadDatabase, tail)
        if !isReadOnly, !hadDatabase {
            // SQLite takes an empty file for an empty database, and its other files get this one's mode.
            let file = open(files.database, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            if file >= 0 { Glibc.close(file) }
        }
        let isShared = if case .network = kind ?? FileSystemKind(of: directory) { true } else { false }
        journal = isShared ? "rollback journal" : "write-ahead log"
        var durability = Durability.full
        if case .write(let wanted) = access { durability = wanted }
        syncsCommits = durability == .full
        let keepsLog = files.hasLog
        let configuration = Self.configuration(isReadOnly, isShared, durability, keepsLog: keepsLog)
        let name = isReadOnly ? try files.nameForReading() : files.database
        do {
            writer = try DatabaseQueue(path: name, configuration: configuration)
            reader =
                isShared || isReadOnly
                ? writer
                : try DatabaseQueue(
                    path: files.database, configuration: Self.configuration(true, keepsLog: keepsLog))
            try Self.prepare(writer, of: files.database, isReadOnly: isReadOnly, isShared: isShared)
            if !hadDatabase { try PayloadFiles.sync(directory: directory) }
        } catch {
            throw Self.openingWords(error, files.database)
        }
    }

    /// What can be told from the files' presence alone, before SQLite makes them what it takes for whole.
    private static func checkFiles(
        _ files: LedgerFiles, hadDatabase: Bool, _ tail: LedgerTail?
    ) throws(LedgerError) {
        guard hadDatabase || Glibc.access(files.log, F_OK) != 0 else {
            throw LedgerError(
                .damaged, "\(files.database) is missing, but its log \(files.log) is there")
        }
        try files.checkLog()
        var status = stat()
        let isEmpty = !hadDatabase || (stat(files.database, &status) == 0 && status.st_size == 0)
        guard isEmpty, access(files.log, F_OK) != 0, let commits = tail?.read()?.commits, commits > 0 else {
            return
        }
        throw LedgerError(
            .damaged, "\(files.database) is empty or missing, but \(commits) commits were written to it")
    }

    /// In memory, for simulations: lives as long as this object.
    init() throws(LedgerError) {
        files = LedgerFiles(directory: "memory")
        journal = "memory"
        keepsFiles = false
        tail = nil
        syncsCommits = false
        isReadOnly = false
        do {
            writer = try DatabaseQueue(configuration: Self.configuration(false, keepsLog: false))
            reader = writer
            try Self.prepare(writer, of: "the ledger in memory", isReadOnly: false)
        } catch {
            throw Self.words(error, "the ledger in memory")
        }
    }

    /// The object is not to be used after it.
    /// - Parameter endsLog: ends the log in the database file itself; else all stays as it is.
    func close(endsLog: Bool = true) {
        if !isReadOnly {
            writer.inDatabase { _ = farm_sqlite_keep_log($0.sqliteConnection, endsLog ? 0 : 1) }
        }
        try? reader.close()
        try? writer.close()
        tail?.close()
    }
}
