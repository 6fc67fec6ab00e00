import FarmCore
import Foundation
import GRDB

// Rows of the roster.
extension LedgerDatabase {
    /// The columns before the checksum.
    static func values(of id: EngineID, _ info: EngineInfo, awaited: Int64) throws -> [DatabaseValue] {
        [
            Int64(id.raw).databaseValue, bytes(info.key).databaseValue, text(info.name), text(info.host),
            info.pid.databaseValue, Int64(info.slots).databaseValue, Int64(info.cpus).databaseValue,
            try json(info.tags), awaited.databaseValue, Int64(clamping: info.memoryBytes).databaseValue,
            Int64(info.gpus).databaseValue,
            try json(info.named.map { Resource(name: $0.name, amount: $0.amount) }),
            (info.pool.map { bytes($0.key) } ?? Data()).databaseValue,
            Int64(info.pool?.rank ?? 0).databaseValue, Int64(info.pool?.size ?? 0).databaseValue,
            info.until.nanoseconds.databaseValue,
        ]
    }

    /// Where in the columns it stands how long the engine was waited for.
    static let awaitedColumn = 8

    /// Reads a row, also of version 1, which ends with what was waited, and whose tags are lines; before
    /// version 4 engines had no end of their time.
    static func engine(_ row: Row) throws -> (EngineID, EngineInfo, awaited: Int64) {
        let values = try CheckedRow.values(row, of: "engine")
        var info = EngineInfo(
            key: try key(values[1]), name: try CheckedRow.cast(values[2]),
            host: try CheckedRow.cast(values[3]), pid: try CheckedRow.cast(values[4]),
            slots: try CheckedRow.cast(values[5]), cpus: try CheckedRow.cast(values[6]),
            tags: [])
        if values.count == awaitedColumn + 1 {
            let tags: String = try CheckedRow.cast(values[7])
            info.tags = tags.isEmpty ? [] : tags.components(separatedBy: "\n")
        } else {
            info.tags = try list(values[7])
            info.memoryBytes = UInt64(clamping: try CheckedRow.cast(values[9]) as Int64)
            info.gpus = try CheckedRow.cast(values[10])
            info.named = try (list(values[11]) as [Resource]).map { NamedAmount($0.name, $0.amount) }
            let pool: Data = try CheckedRow.cast(values[12])
            if !pool.isEmpty {
                info.pool = PoolSeat(
                    key: try key(values[12]), rank: try CheckedRow.cast(values[13]),
                    size: try CheckedRow.cast(values[14]))
            }
            if values.count > 15 { info.until = Instant(nanoseconds: try CheckedRow.cast(values[15])) }
        }
        return (EngineID(try CheckedRow.cast(values[0])), info, try CheckedRow.cast(values[awaitedColumn]))
    }

    /// What an engine has, in JSON.
    private struct Resource: Codable {
        var name: String
        var amount: UInt64
    }

    /// SQLite's text ends at a NUL, and the checksum would be that of a longer one. The wire lets none in.
    private static func text(_ text: String) -> DatabaseValue {
        text.replacing("\0", with: "\u{FFFD}").databaseValue
    }

    /// A list as JSON: whatever is in its strings, they are read back as they were.
    private static func json(_ list: some Encodable) throws -> DatabaseValue {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(list), as: UTF8.self).databaseValue
    }

    private static func list<Item: Decodable>(_ value: DatabaseValue) throws -> [Item] {
        let text: String = try CheckedRow.cast(value)
        guard let list = try? JSONDecoder().decode([Item].self, from: Data(text.utf8)) else {
            throw LedgerError(.damaged, "the roster holds '\(text)' where a list has to be")
        }
        return list
    }

    private static func key(_ value: DatabaseValue) throws -> UniqueKey {
        let key: Data = try CheckedRow.cast(value)
        guard key.count == 16 else { throw LedgerError(.damaged, "the roster holds an engine with no key") }
        return key.withUnsafeBytes {
            UniqueKey(
                high: UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                low: UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
    }

    private static func bytes(_ key: UniqueKey) -> Data {
        var bytes = Data()
        withUnsafeBytes(of: key.high.bigEndian) { bytes += $0 }
        withUnsafeBytes(of: key.low.bigEndian) { bytes += $0 }
        return bytes
    }
}
