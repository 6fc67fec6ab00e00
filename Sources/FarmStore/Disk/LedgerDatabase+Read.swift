import FarmCore
import Foundation
import GRDB

extension LedgerDatabase {
    /// A row as it is read; the body is valid during the call it is given to.
    struct StoredRow {
        var id: Int64
        var kind: LedgerRow.Kind
        var job: UInt32
        var first: UInt64
        var count: Int
        var body: UnsafeRawBufferPointer
        var hasFiles: Bool
    }

    private static let columns = "id, kind, job, first, count, crc, body"

    /// Calls `use` with each row in the order in which they were written.
    /// - Throws: `LedgerError` with `damaged` at the first that is not as it was written.
    func scan(_ use: (StoredRow) throws -> Void) throws(LedgerError) {
        do {
            try reader.read { database in
                let rows = try Row.fetchCursor(
                    database, sql: "SELECT \(Self.columns) FROM record ORDER BY id")
                while let row = try rows.next() { try read(row, use) }
            }
        } catch {
            throw Self.words(error, files.database)
        }
    }

    /// Calls `use` with one row.
    func row(_ id: Int64, _ use: (StoredRow) throws -> Void) throws(LedgerError) {
        do {
            try reader.read { database in
                guard
                    let row = try Row.fetchOne(
                        database.cachedStatement(sql: "SELECT \(Self.columns) FROM record WHERE id = ?"),
                        arguments: [id])
                else { throw LedgerError(.damaged, "\(files.database) has lost its record \(id)") }
                try read(row, use)
            }
        } catch {
            throw Self.words(error, files.database)
        }
    }

    private func read(_ row: Row, _ use: (StoredRow) throws -> Void) throws {
        let id: Int64 = row[0]
        let (kind, job, first, count): (Int64, Int64, Int64, Int64) = (row[1], row[2], row[3], row[4])
        let crc: Int64 = row[5]
        try row.withUnsafeData(atIndex: 6) { data in
            try (data ?? Data()).withUnsafeBytes { body in
                let found = LedgerRow.checksum(kind: kind, job: job, first: first, count: count, body: body)
                guard crc == Int64(found), let known = LedgerRow.Kind(rawValue: kind), body.count >= 4 else {
                    throw LedgerError(
                        .damaged,
                        "record \(id) of \(files.database) is not as it was written (its checksum is wrong)")
                }
                try use(
                    StoredRow(
                        id: id, kind: known, job: UInt32(truncatingIfNeeded: job), first: UInt64(first),
                        count: Int(count), body: body,
                        hasFiles: body.loadUnaligned(fromByteOffset: 0, as: UInt32.self) != 0))
            }
        }
    }

    /// Calls `use` with what stands in the small tables.
    func facts(_ use: (LedgerFact) -> Void) throws(LedgerError) {
        do {
            try reader.read { database in
                for row in try Row.fetchAll(database, sql: "SELECT * FROM engine ORDER BY id") {
                    let id = EngineID(row["id"])
                    use(.engineJoined(id, try Self.engine(row)))
                    let awaited: Int64 = row["awaited"]
                    if awaited > 0 { use(.engineAwaited(id, nanoseconds: awaited)) }
                }
                // Its number is not given again.
                let gone = try Int64.fetchOne(
                    database, sql: "SELECT value FROM number WHERE name = 'newest_engine'")
                if let gone { use(.engineGone(EngineID(UInt32(truncatingIfNeeded: gone)))) }
                for row in try Row.fetchAll(database, sql: "SELECT job, first, count FROM cancelling") {
                    let task = TaskID(JobID(row[0]), row[1])
                    use(.cancelling(task, count: row[2]))
                }
            }
        } catch {
            throw Self.words(error, files.database)
        }
    }

    private static func engine(_ row: Row) throws -> EngineInfo {
        let key: Data = row["key"]
        guard key.count == 16 else { throw LedgerError(.damaged, "the roster holds an engine with no key") }
        let (high, low) = key.withUnsafeBytes {
            (
                UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        let tags: String = row["tags"]
        return EngineInfo(
            key: UniqueKey(high: high, low: low), name: row["name"], host: row["host"], pid: row["pid"],
            slots: row["slots"], cpus: row["cpus"], tags: tags.isEmpty ? [] : tags.components(separatedBy: "\n"))
    }

    /// A number that only the newest of matters; nil if it was never set.
    func number(_ name: String) throws(LedgerError) -> Int64? {
        do {
            return try reader.read { try Int64.fetchOne($0, sql: "SELECT value FROM number WHERE name = ?", arguments: [name]) }
        } catch {
            throw Self.words(error, files.database)
        }
    }

    /// The newest row's id, dropped ones included.
    func lastRow() throws(LedgerError) -> Int64 {
        let dropped = try number("last_row") ?? 0
        do {
            return max(dropped, try reader.read { try Int64.fetchOne($0, sql: "SELECT max(id) FROM record") } ?? 0)
        } catch {
            throw Self.words(error, files.database)
        }
    }
}

extension LedgerDatabase {
    /// Digests of the payload files that some record holds.
    func usedPayloads() throws(LedgerError) -> Set<PayloadFiles.Digest> {
        do {
            let all = try reader.read { try Data.fetchAll($0, sql: "SELECT DISTINCT digest FROM payload_use") }
            return Set(all.map { Array($0) })
        } catch {
            throw Self.words(error, files.database)
        }
    }
}
