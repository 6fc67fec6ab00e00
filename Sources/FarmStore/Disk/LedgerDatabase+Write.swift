import FarmCore
import Foundation
import GRDB

extension LedgerDatabase {
    /// Makes the chunks safe, all or none of them. One sync.
    func write(_ chunks: [LedgerChunk]) throws(LedgerError) {
        var dropped: Set<PayloadFiles.Digest> = []
        var commits: Int64 = 0
        do {
            let packed = try chunks.map { try $0.rows.map { try pack($0) } }
            try writer.inTransaction(.immediate) { database in
                for (chunk, rows) in zip(chunks, packed) {
                    for (row, body) in zip(chunk.rows, rows) { try insert(row, body, database) }
                    for fact in chunk.facts { try keep(fact, database) }
                    if let job = chunk.newestJob { try set("newest_job", Int64(job.raw), database) }
                    for job in chunk.forgotten {
                        try forget(job, lastRow: chunk.lastRow, database, &dropped)
                    }
                }
                // A later chunk may have brought the same bytes again.
                dropped = try dropped.filter { try !isHeld($0, database) }
                commits = (try Self.number("commits", database) ?? 0) + 1
                try set("commits", commits, database)
                return .commit
            }
        } catch {
            throw Self.words(error, files.database)
        }
        tail?.write(commits, areSynced: syncsCommits)
        for digest in dropped { files.payloads.remove(digest) }
    }

    private struct Packed {
        var body: [UInt8]
        var digests: [PayloadFiles.Digest]
    }

    private func pack(_ row: LedgerRow) throws(LedgerError) -> Packed {
        var digests: [PayloadFiles.Digest] = []
        let body = try SplicedBody.pack(
            row.bytes, large: keepsFiles ? row.large : [], files: files.payloads, digests: &digests)
        return Packed(body: body, digests: digests)
    }

    private func insert(_ row: LedgerRow, _ packed: Packed, _ database: Database) throws {
        try packed.body.withUnsafeBytes {
            let stored = StoredRow(
                id: row.id, kind: row.kind, job: row.job, first: row.first, count: row.count, body: $0,
                hasFiles: !packed.digests.isEmpty)
            try Self.insert(stored, payloads: packed.digests, database)
        }
    }

    /// With its checksum, and with the payload files that it holds.
    static func insert(
        _ row: StoredRow, payloads: [PayloadFiles.Digest], _ database: Database
    ) throws {
        let first = Int64(row.first)
        let crc = LedgerRow.checksum(
            id: row.id, kind: row.kind.rawValue, job: Int64(row.job), first: first, count: Int64(row.count),
            body: row.body)
        try database.cachedStatement(
            sql: "INSERT INTO record (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?)"
        ).execute(arguments: [
            row.id, row.kind.rawValue, Int64(row.job), first, row.count, Int64(crc), Data(row.body),
        ])
        for digest in payloads {
            try database.cachedStatement(
                sql: "INSERT OR IGNORE INTO payload_use (digest, record) VALUES (?, ?)"
            ).execute(arguments: [Data(digest), row.id])
        }
    }

    private func keep(_ fact: LedgerFact, _ database: Database) throws {
        switch fact {
        case .epoch(let epoch): try set("epoch", Int64(epoch), database)
        case .newestJob(let job): try set("newest_job", Int64(job.raw), database)
        case .paused(let job, let isPaused):
            // A row for each job that is paused; job 0 is none, and stands for all.
            let name = "paused_\(job?.raw ?? 0)"
            if isPaused {
                try set(name, 1, database)
            } else {
                try database.cachedStatement(sql: "DELETE FROM number WHERE name = ?")
                    .execute(arguments: [name])
            }
        case .engineJoined(let id, let info):
            try Self.insert(try Self.values(of: id, info, awaited: 0), into: "engine", database)
        case .engineAwaited(let id, let nanoseconds):
            let row = try Row.fetchOne(
                database.cachedStatement(sql: "SELECT * FROM engine WHERE id = ?"), arguments: [Int64(id.raw)]
            )
            guard let row else { return }
            var values = try CheckedRow.values(row, of: "engine")
            values[Self.awaitedColumn] = nanoseconds.databaseValue
            try Self.insert(values, into: "engine", database)
        case .engineGone(let id):
            try database.cachedStatement(sql: "DELETE FROM engine WHERE id = ?")
                .execute(arguments: [Int64(id.raw)])
            try set("newest_engine", Int64(id.raw), database, ifHigher: true)
        case .cancelling(let task, let count):
            try Self.insert(
                [
                    Int64(task.job.raw).databaseValue, Int64(task.index).databaseValue,
                    Int64(count).databaseValue,
                ], into: "cancelling", database)
        case .schedule(let name, let body): try Self.keep(schedule: name, body, database)
        case .scheduledRun(let name, let at, let body):
            try Self.keep(runOf: name, at: at, body, database)
        }
    }

    /// With their checksum behind them.
    static func insert(_ values: [DatabaseValue], into table: String, _ database: Database) throws {
        let marks = [String](repeating: "?", count: values.count + 1).joined(separator: ", ")
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO \(table) VALUES (\(marks))")
            .execute(arguments: StatementArguments(values + [CheckedRow.checksum(values).databaseValue]))
    }

    private static func number(_ name: String, _ database: Database) throws -> Int64? {
        let row = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT * FROM number WHERE name = ?"), arguments: [name])
        return try row.map { try CheckedRow.cast(try CheckedRow.values($0, of: "number")[1]) }
    }

    private func set(
        _ name: String, _ value: Int64, _ database: Database, ifHigher: Bool = false
    ) throws {
        if ifHigher, let old = try Self.number(name, database), old >= value { return }
        try Self.insert([name.databaseValue, value.databaseValue], into: "number", database)
    }

    private func isHeld(_ digest: PayloadFiles.Digest, _ database: Database) throws -> Bool {
        try Int.fetchOne(
            database.cachedStatement(sql: "SELECT 1 FROM payload_use WHERE digest = ? LIMIT 1"),
            arguments: [Data(digest)]) != nil
    }

    /// A payload file goes with the last record that holds it.
    private func forget(
        _ job: LedgerChunk.Forgotten, lastRow: Int64, _ database: Database,
        _ dropped: inout Set<PayloadFiles.Digest>
    ) throws {
        for id in job.rows {
            try database.cachedStatement(sql: "DELETE FROM record WHERE id = ?").execute(arguments: [id])
            let held = try Data.fetchAll(
                database.cachedStatement(sql: "SELECT digest FROM payload_use WHERE record = ?"),
                arguments: [id])
            guard !held.isEmpty else { continue }
            try database.cachedStatement(sql: "DELETE FROM payload_use WHERE record = ?")
                .execute(arguments: [id])
            for digest in held { dropped.insert(Array(digest)) }
        }
        try database.cachedStatement(sql: "DELETE FROM number WHERE name = ?")
            .execute(arguments: ["paused_\(job.job.raw)"])
        try database.cachedStatement(sql: "DELETE FROM cancelling WHERE job = ?")
            .execute(arguments: [Int64(job.job.raw)])
        // Row numbers are not used again, though the newest row may be among those dropped.
        try set("last_row", lastRow, database, ifHigher: true)
    }
}
