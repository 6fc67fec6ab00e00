import Foundation
import GRDB

/// What brings a ledger from version 1 to 2: the roster has all that an engine says of itself, and lists in
/// it are JSON. Not to be changed once it is released (``LedgerSchema``).
enum LedgerVersion2 {
    static func migrate(_ database: Database) throws {
        let engines = try Row.fetchAll(
            database,
            sql: "SELECT id, key, name, host, pid, slots, cpus, tags, awaited, crc FROM engine ORDER BY id"
        ).map { try CheckedRow.values($0, of: "engine") }
        try database.execute(
            sql: """
                DROP TABLE engine;
                -- The roster. tags, named: JSON, a list of strings, and of {"amount", "name"}. pool: the key of
                -- the pool that it is a rank of, or nothing.
                CREATE TABLE engine (
                    id INTEGER PRIMARY KEY, key BLOB NOT NULL, name TEXT NOT NULL, host TEXT NOT NULL,
                    pid INTEGER NOT NULL, slots INTEGER NOT NULL, cpus INTEGER NOT NULL,
                    tags TEXT NOT NULL, awaited INTEGER NOT NULL, memory INTEGER NOT NULL,
                    gpus INTEGER NOT NULL, named TEXT NOT NULL, pool BLOB NOT NULL,
                    rank INTEGER NOT NULL, size INTEGER NOT NULL, crc INTEGER NOT NULL);
                PRAGMA user_version = 2;
                """)
        for old in engines {
            var values = old
            values[7] = try list(old[7])
            values += [
                0.databaseValue, 0.databaseValue, "[]".databaseValue, Data().databaseValue, 0.databaseValue,
                0.databaseValue,
            ]
            values.append(CheckedRow.checksum(values).databaseValue)
            try database.execute(
                sql: """
                    INSERT INTO engine (id, key, name, host, pid, slots, cpus, tags, awaited, memory, gpus,
                        named, pool, rank, size, crc)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """, arguments: StatementArguments(values))
        }
    }

    /// Version 1 kept a line for each tag.
    private static func list(_ lines: DatabaseValue) throws -> DatabaseValue {
        let text: String = try CheckedRow.cast(lines)
        let tags = text.isEmpty ? [] : text.components(separatedBy: "\n")
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return String(decoding: try encoder.encode(tags), as: UTF8.self).databaseValue
    }
}
