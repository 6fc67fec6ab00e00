import GRDB

/// The tables, by version. A migration that has been released is never changed, not even in its comments; a
/// new one goes on the end, and sets `user_version` to its number. Beside the checksum it uses nothing of
/// what reads and writes the newest version, which will be another one day.
enum LedgerSchema {
    static let version = 4

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(
                sql: """
                    -- Packed batches in the order in which they were written. kind 0: a part of a submission
                    -- (first: its number); 1: entries of the job's outcome log (first: the first's cursor).
                    CREATE TABLE record (
                        id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, job INTEGER NOT NULL,
                        first INTEGER NOT NULL, count INTEGER NOT NULL, crc INTEGER NOT NULL,
                        body BLOB NOT NULL);
                    -- Which records hold which payload files.
                    CREATE TABLE payload_use (
                        digest BLOB NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (digest, record)
                    ) WITHOUT ROWID;
                    CREATE INDEX payload_use_record ON payload_use (record);
                    -- The roster: engines that may come back after a restart. Here and below crc is of the
                    -- columns before it.
                    CREATE TABLE engine (
                        id INTEGER PRIMARY KEY, key BLOB NOT NULL, name TEXT NOT NULL, host TEXT NOT NULL,
                        pid INTEGER NOT NULL, slots INTEGER NOT NULL, cpus INTEGER NOT NULL,
                        tags TEXT NOT NULL, awaited INTEGER NOT NULL, crc INTEGER NOT NULL);
                    -- Cancels that have reached engines.
                    CREATE TABLE cancelling (
                        job INTEGER NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL,
                        crc INTEGER NOT NULL);
                    -- commits, epoch, newest_job, newest_engine, last_row.
                    CREATE TABLE number (
                        name TEXT PRIMARY KEY, value INTEGER NOT NULL, crc INTEGER NOT NULL
                    ) WITHOUT ROWID;
                    PRAGMA user_version = 1;
                    """)
        }
        migrator.registerMigration("2") { try LedgerVersion2.migrate($0) }
        migrator.registerMigration("3") { database in
            try database.execute(
                sql: """
                    -- Schedules, and what became of their firings (at: seconds since 1970). body: JSON.
                    CREATE TABLE schedule (
                        name TEXT PRIMARY KEY, body BLOB NOT NULL, crc INTEGER NOT NULL
                    ) WITHOUT ROWID;
                    CREATE TABLE scheduled_run (
                        schedule TEXT NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL,
                        crc INTEGER NOT NULL, PRIMARY KEY (schedule, at)
                    ) WITHOUT ROWID;
                    PRAGMA user_version = 3;
                    """)
        }
        migrator.registerMigration("4") { try LedgerVersion4.migrate($0) }
        return migrator
    }

    /// How far a database has come.
    enum Standing: Equatable {
        case empty
        case older
        case current
        case newer
        /// Another program's.
        case foreign
    }

    /// - Throws: `LedgerError` with `damaged` if its two notes of its version disagree.
    static func standing(_ database: Database) throws -> Standing {
        if try isForeign(database) { return .foreign }
        let noted = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        if noted == 0, try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0 {
            return .empty
        }
        let steps =
            try database.tableExists("grdb_migrations")
            ? try String.fetchAll(
                database,
                sql: "SELECT identifier FROM grdb_migrations ORDER BY length(identifier), identifier") : []
        guard noted > 0, steps.count == noted, steps == (1...noted).map(String.init) else {
            throw LedgerError(
                .damaged, "the database is not a ledger, or its version is not what was written")
        }
        return noted == version ? .current : noted < version ? .older : .newer
    }

    /// Damage can change the name of one table, but not make a sound database without any of ours.
    private static func isForeign(_ database: Database) throws -> Bool {
        let names = try names(database)
        guard !names.isEmpty, ours.intersection(names).count < 2 else { return false }
        return try String.fetchOne(database, sql: "PRAGMA integrity_check(1)") == "ok"
    }

    private static let ours: Set<String> = ["record", "payload_use", "engine", "cancelling", "number"]

    private static func names(_ database: Database) throws -> [String] {
        try String.fetchAll(
            database,
            sql: """
                SELECT name FROM sqlite_schema
                WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'grdb_%' ORDER BY name
                """)
    }

    /// Refuses another program's database.
    static func foreign(_ path: String) -> LedgerError {
        LedgerError(
            .unusable,
            "\(path) is another program's database, and no ledger; it was left as it is: move it elsewhere, or name another"
                + " directory with --ledger")
    }

    /// Checks that the tables are those of the version that the database says it has, to the letter: a
    /// changed word in the schema changes what is read.
    static func check(_ database: Database) throws {
        let noted = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard expected.indices.contains(noted - 1), try tables(database) == expected[noted - 1] else {
            throw LedgerError(.damaged, "the ledger's tables are not as they were made")
        }
    }

    /// Of empty ledgers in memory, by version from 1.
    private static let expected: [[String]?] = (1...version).map { version in
        try? {
            let queue = try DatabaseQueue()
            try migrator.migrate(queue, upTo: String(version))
            return try queue.read { try tables($0) }
        }()
    }

    private static func tables(_ database: Database) throws -> [String] {
        try String.fetchAll(
            database,
            sql: """
                SELECT type || ' ' || name || ' ' || sql FROM sqlite_schema
                WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'grdb%' ORDER BY name
                """)
    }
}
