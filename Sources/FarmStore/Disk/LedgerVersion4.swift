import Foundation
import GRDB

/// What brings a ledger from version 3 to 4: the roster knows when an engine's time ends. Not to be changed
/// once it is released (``LedgerSchema``).
enum LedgerVersion4 {
    static func migrate(_ database: Database) throws {
        let engines = try Row.fetchAll(
            database,
            sql: """
                SELECT id, key, name, host, pid, slots, cpus, tags, awaited, memory, gpus, named, pool, rank,
                    size, crc FROM engine ORDER BY id
                """
        ).map { try CheckedRow.values($0, of: "engine") }
        try database.execute(
            sql: """
                DROP TABLE engine;
                -- The roster. tags, named: JSON, a list of strings, and of {"amount", "name"}. pool: the key
                -- of the pool that it is a rank of, or nothing. until: nanoseconds since 1970 at which it
                -- leaves, the largest number for never.
                CREATE TABLE engine (
                    id INTEGER PRIMARY KEY, key BLOB NOT NULL, name TEXT NOT NULL, host TEXT NOT NULL,
                    pid INTEGER NOT NULL, slots INTEGER NOT NULL, cpus INTEGER NOT NULL,
                    tags TEXT NOT NULL, awaited INTEGER NOT NULL, memory INTEGER NOT NULL,
                    gpus INTEGER NOT NULL, named TEXT NOT NULL, pool BLOB NOT NULL,
                    rank INTEGER NOT NULL, size INTEGER NOT NULL, until INTEGER NOT NULL,
                    crc INTEGER NOT NULL);
                PRAGMA user_version = 4;
                """)
        for old in engines {
            var values = old
            values.append(Int64.max.databaseValue)
            values.append(CheckedRow.checksum(values).databaseValue)
            try database.execute(
                sql: """
                    INSERT INTO engine (id, key, name, host, pid, slots, cpus, tags, awaited, memory, gpus,
                        named, pool, rank, size, until, crc)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """, arguments: StatementArguments(values))
        }
    }
}
