import GRDB

/// The tables, by version. A migration that has been released is never changed; a new one goes on the end.
enum LedgerSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(
                sql: """
                    -- Packed batches in the order in which they were written. kind 0: a part of a submission
                    -- (first: its number); 1: entries of the job's outcome log (first: the first one's cursor).
                    CREATE TABLE record (
                        id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, job INTEGER NOT NULL,
                        first INTEGER NOT NULL, count INTEGER NOT NULL, crc INTEGER NOT NULL,
                        body BLOB NOT NULL);
                    -- Which records hold which payload files.
                    CREATE TABLE payload_use (
                        digest BLOB NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (digest, record)
                    ) WITHOUT ROWID;
                    CREATE INDEX payload_use_record ON payload_use (record);
                    -- The roster: engines that may come back after a restart.
                    CREATE TABLE engine (
                        id INTEGER PRIMARY KEY, key BLOB NOT NULL, name TEXT NOT NULL, host TEXT NOT NULL,
                        pid INTEGER NOT NULL, slots INTEGER NOT NULL, cpus INTEGER NOT NULL,
                        tags TEXT NOT NULL, awaited INTEGER NOT NULL DEFAULT 0);
                    -- Cancels that have reached engines.
                    CREATE TABLE cancelling (
                        job INTEGER NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL);
                    -- epoch, newest_job, last_row.
                    CREATE TABLE number (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
                    PRAGMA user_version = 1;
                    """)
        }
        return migrator
    }
}
