import FarmCore
import Foundation
import GRDB

extension LedgerDatabase {
    /// Makes the chunks safe, all or none of them. One sync.
    func write(_ chunks: [LedgerChunk]) throws(LedgerError) {
        var dropped: [PayloadFiles.Digest] = []
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
                return .commit
            }
        } catch {
            throw Self.words(error, files.database)
        }
        if let last = chunks.last, last.lastRow > 0 { tail?.write(last.lastRow) }
        for digest in dropped { files.payloads.remove(digest) }
    }

    private struct Packed {
        var body: [UInt8]
        var digests: [PayloadFiles.Digest]
    }

    private func pack(_ row: LedgerRow) throws(LedgerError) -> Packed {
        var digests: [PayloadFiles.Digest] = []
        let body = try SplicedBody.pack(row.bytes, large: row.large, files: files.payloads, digests: &digests)
        return Packed(body: body, digests: digests)
    }

    private func insert(_ row: LedgerRow, _ packed: Packed, _ database: Database) throws {
        let first = Int64(row.first)
        let crc = packed.body.withUnsafeBytes {
            LedgerRow.checksum(
                kind: row.kind.rawValue, job: Int64(row.job), first: first, count: Int64(row.count), body: $0)
        }
        try database.cachedStatement(
            sql: "INSERT INTO record (id, kind, job, first, count, crc, body) VALUES (?, ?, ?, ?, ?, ?, ?)"
        ).execute(arguments: [
            row.id, row.kind.rawValue, Int64(row.job), first, row.count, Int64(crc), Data(packed.body),
        ])
        for digest in packed.digests {
            try database.cachedStatement(
                sql: "INSERT OR IGNORE INTO payload_use (digest, record) VALUES (?, ?)"
            ).execute(arguments: [Data(digest), row.id])
        }
    }

    private func keep(_ fact: LedgerFact, _ database: Database) throws {
        switch fact {
        case .epoch(let epoch): try set("epoch", Int64(epoch), database)
        case .newestJob(let job): try set("newest_job", Int64(job.raw), database)
        case .engineJoined(let id, let info):
            var key: [UInt8] = []
            withUnsafeBytes(of: info.key.high.bigEndian) { key += $0 }
            withUnsafeBytes(of: info.key.low.bigEndian) { key += $0 }
            try database.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO engine (id, key, name, host, pid, slots, cpus, tags)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                Int64(id.raw), Data(key), info.name, info.host, info.pid, Int64(info.slots),
                Int64(info.cpus), info.tags.joined(separator: "\n"),
            ])
        case .engineAwaited(let id, let nanoseconds):
            try database.cachedStatement(sql: "UPDATE engine SET awaited = ? WHERE id = ?")
                .execute(arguments: [nanoseconds, Int64(id.raw)])
        case .engineGone(let id):
            try database.cachedStatement(sql: "DELETE FROM engine WHERE id = ?")
                .execute(arguments: [Int64(id.raw)])
            try set("newest_engine", Int64(id.raw), database, ifHigher: true)
        case .cancelling(let task, let count):
            try database.cachedStatement(
                sql: "INSERT INTO cancelling (job, first, count) VALUES (?, ?, ?)"
            ).execute(arguments: [Int64(task.job.raw), Int64(task.index), Int64(count)])
        }
    }

    private func set(
        _ name: String, _ value: Int64, _ database: Database, ifHigher: Bool = false
    ) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO number (name, value) VALUES (?, ?)
                ON CONFLICT (name) DO UPDATE SET value = \(ifHigher ? "max(value, excluded.value)" : "excluded.value")
                """
        ).execute(arguments: [name, value])
    }

    /// A payload file goes with the last record that holds it.
    private func forget(
        _ job: LedgerChunk.Forgotten, lastRow: Int64, _ database: Database,
        _ dropped: inout [PayloadFiles.Digest]
    ) throws {
        for id in job.rows {
            try database.cachedStatement(sql: "DELETE FROM record WHERE id = ?").execute(arguments: [id])
            let held = try Data.fetchAll(
                database.cachedStatement(sql: "SELECT digest FROM payload_use WHERE record = ?"),
                arguments: [id])
            guard !held.isEmpty else { continue }
            try database.cachedStatement(sql: "DELETE FROM payload_use WHERE record = ?")
                .execute(arguments: [id])
            for digest in held {
                let others = try Int.fetchOne(
                    database.cachedStatement(sql: "SELECT 1 FROM payload_use WHERE digest = ? LIMIT 1"),
                    arguments: [digest])
                if others == nil { dropped.append(Array(digest)) }
            }
        }
        try database.cachedStatement(sql: "DELETE FROM cancelling WHERE job = ?")
            .execute(arguments: [Int64(job.job.raw)])
        // Row numbers are not used again, though the newest row may be among those dropped.
        try set("last_row", lastRow, database, ifHigher: true)
    }
}
