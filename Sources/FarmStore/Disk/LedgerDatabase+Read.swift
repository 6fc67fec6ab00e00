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

    static let columns = "id, kind, job, first, count, crc, body"

    /// Calls `use` with each row in the order in which they were written.
    /// - Throws: `LedgerError` with `damaged` at the first that is not as it was written.
    func scan(_ use: (StoredRow) throws -> Void) throws(LedgerError) {
        do {
            try reader.read { database in
                let rows = try Row.fetchCursor(
                    database, sql: "SELECT \(Self.columns) FROM record ORDER BY id")
                while let row = try rows.next() { try Self.read(row, of: files.database, use) }
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
                try Self.read(row, of: files.database, use)
            }
        } catch {
            throw Self.words(error, files.database)
        }
    }

    static func read(_ row: Row, of path: String, _ use: (StoredRow) throws -> Void) throws {
        // Whatever a damaged file has in place of numbers must not end the process.
        func number(_ index: Int) -> Int64? { Int64.fromDatabaseValue(row[index] as DatabaseValue) }
        guard let id = number(0) else {
            throw LedgerError(.damaged, "a record of \(path) has lost its number")
        }
        let stored = try row.withUnsafeData(atIndex: 6) { data in
            try (data ?? Data()).withUnsafeBytes { body in
                guard let kind = number(1), let job = number(2), let first = number(3), let count = number(4),
                    number(5)
                        == Int64(
                            LedgerRow.checksum(
                                id: id, kind: kind, job: job, first: first, count: count, body: body)),
                    let known = LedgerRow.Kind(rawValue: kind), let number = UInt32(exactly: job), first >= 0,
                    let entries = UInt32(exactly: count), body.count >= 4
                else { return false }
                try use(
                    StoredRow(
                        id: id, kind: known, job: number, first: UInt64(first), count: Int(entries),
                        body: body,
                        hasFiles: body.loadUnaligned(fromByteOffset: 0, as: UInt32.self) != 0))
                return true
            }
        }
        guard stored else {
            throw LedgerError(
                .damaged,
                "record \(id) of \(path) is not as it was written (its checksum is wrong)")
        }
    }

    /// Calls `use` with what stands in the small tables.
    func facts(_ use: (LedgerFact) -> Void) throws(LedgerError) {
        do {
            try reader.read { database in
                for row in try Row.fetchAll(database, sql: "SELECT * FROM engine ORDER BY id") {
                    let (id, info, awaited) = try Self.engine(row)
                    use(.engineJoined(id, info))
                    if awaited > 0 { use(.engineAwaited(id, nanoseconds: awaited)) }
                }
                // Its number is not given again.
                let numbers = try Self.numbers(database)
                if let gone = numbers["newest_engine"] {
                    use(.engineGone(EngineID(UInt32(truncatingIfNeeded: gone))))
                }
                for (name, value) in numbers.sorted(by: { $0.key < $1.key }) where value > 0 {
                    guard name.hasPrefix("paused_"), let job = UInt32(name.dropFirst(7)) else { continue }
                    use(.paused(job == 0 ? nil : JobID(job), true))
                }
                for row in try Row.fetchAll(database, sql: "SELECT * FROM cancelling") {
                    use(try Self.cancelling(row))
                }
                try Self.schedules(database, use)
            }
        } catch {
            throw Self.words(error, files.database)
        }
    }

    static func cancelling(_ row: Row) throws -> LedgerFact {
        let values = try CheckedRow.values(row, of: "cancelling")
        let task = TaskID(JobID(try CheckedRow.cast(values[0])), try CheckedRow.cast(values[1]))
        return .cancelling(task, count: try CheckedRow.cast(values[2]))
    }

    /// The numbers that only the newest of matters, by name.
    func numbers() throws(LedgerError) -> [String: Int64] {
        do { return try reader.read { try Self.numbers($0) } } catch {
            throw Self.words(error, files.database)
        }
    }

    static func numbers(_ database: Database) throws -> [String: Int64] {
        var numbers: [String: Int64] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT * FROM number") {
            let values = try CheckedRow.values(row, of: "number")
            let name: String = try CheckedRow.cast(values[0])
            numbers[name] = try CheckedRow.cast(values[1])
        }
        return numbers
    }

    /// The newest row's id, dropped ones included.
    func lastRow() throws(LedgerError) -> Int64 {
        let dropped = try numbers()["last_row"] ?? 0
        do {
            let newest = try reader.read { try Int64.fetchOne($0, sql: "SELECT max(id) FROM record") }
            return max(dropped, newest ?? 0)
        } catch {
            throw Self.words(error, files.database)
        }
    }
}

extension LedgerDatabase {
    /// Which records hold which payload files, as the table says that they are dropped by.
    func payloadUses() throws(LedgerError) -> Set<PayloadUse> {
        do { return try reader.read { try Self.payloadUses($0) } } catch {
            throw Self.words(error, files.database)
        }
    }

    static func payloadUses(_ database: Database) throws -> Set<PayloadUse> {
        var uses: Set<PayloadUse> = []
        let rows = try Row.fetchCursor(database, sql: "SELECT digest, record FROM payload_use")
        while let row = try rows.next() {
            let digest: Data = try CheckedRow.cast(row[0])
            uses.insert(PayloadUse(digest: Array(digest), record: try CheckedRow.cast(row[1])))
        }
        return uses
    }
}

/// A record holds a payload file.
struct PayloadUse: Hashable {
    var digest: PayloadFiles.Digest
    var record: Int64
}
