import CSystem
import GRDB

/// Rows of the small tables end with a checksum over the columns before it: SQLite itself would not notice if
/// a value changed on the disk.
enum CheckedRow {
    static func checksum(_ values: some Collection<DatabaseValue>) -> Int64 {
        var bytes: [UInt8] = []
        for value in values { append(value, to: &bytes) }
        return Int64(farm_crc32c(0, bytes, bytes.count))
    }

    /// The columns before the checksum.
    /// - Throws: `LedgerError` with `damaged` if it is not theirs.
    static func values(_ row: Row, of table: String) throws(LedgerError) -> [DatabaseValue] {
        let values = Array(row.databaseValues)
        guard let stored = values.last.flatMap({ Int64.fromDatabaseValue($0) }),
            stored == checksum(values.dropLast())
        else {
            throw LedgerError(
                .damaged,
                "a row of the ledger's table \(table) is not as it was written (its checksum is wrong)")
        }
        return values.dropLast()
    }

    /// A column as what it is known to be.
    static func cast<T: DatabaseValueConvertible>(_ value: DatabaseValue) throws(LedgerError) -> T {
        guard let value = T.fromDatabaseValue(value) else {
            throw LedgerError(.damaged, "the ledger holds \(value) where that makes no sense")
        }
        return value
    }

    private static func append(_ value: DatabaseValue, to bytes: inout [UInt8]) {
        func put(_ kind: UInt8, _ content: some Collection<UInt8>) {
            bytes.append(kind)
            withUnsafeBytes(of: UInt32(content.count).littleEndian) { bytes += $0 }
            bytes += content
        }
        switch value.storage {
        case .null: put(0, [])
        case .int64(let number): withUnsafeBytes(of: number.littleEndian) { put(1, $0) }
        case .double(let number): withUnsafeBytes(of: number.bitPattern.littleEndian) { put(2, $0) }
        case .string(let text): put(3, Array(text.utf8))
        case .blob(let data): put(4, Array(data))
        }
    }
}
