import FarmCore
import Foundation
import GRDB

// Rows of the roster.
extension LedgerDatabase {
    /// The columns before the checksum.
    static func values(of id: EngineID, _ info: EngineInfo, awaited: Int64) -> [DatabaseValue] {
        let named = info.named.map { "\($0.amount) \($0.name)" }.joined(separator: "\n")
        return [
            Int64(id.raw).databaseValue, bytes(info.key).databaseValue, info.name.databaseValue,
            info.host.databaseValue, info.pid.databaseValue, Int64(info.slots).databaseValue,
            Int64(info.cpus).databaseValue, info.tags.joined(separator: "\n").databaseValue,
            awaited.databaseValue, Int64(clamping: info.memoryBytes).databaseValue,
            Int64(info.gpus).databaseValue, named.databaseValue,
            (info.pool.map { bytes($0.key) } ?? Data()).databaseValue,
            Int64(info.pool?.rank ?? 0).databaseValue, Int64(info.pool?.size ?? 0).databaseValue,
        ]
    }

    /// Where in the columns it stands how long the engine was waited for.
    static let awaitedColumn = 8

    /// Reads a row, also of version 1: that ends with what was waited.
    static func engine(_ row: Row) throws -> (EngineID, EngineInfo, awaited: Int64) {
        let values = try CheckedRow.values(row, of: "engine")
        let tags: String = try CheckedRow.cast(values[7])
        var info = EngineInfo(
            key: try key(values[1]), name: try CheckedRow.cast(values[2]),
            host: try CheckedRow.cast(values[3]), pid: try CheckedRow.cast(values[4]),
            slots: try CheckedRow.cast(values[5]), cpus: try CheckedRow.cast(values[6]),
            tags: tags.isEmpty ? [] : tags.components(separatedBy: "\n"))
        if values.count > awaitedColumn + 1 {
            info.memoryBytes = UInt64(clamping: try CheckedRow.cast(values[9]) as Int64)
            info.gpus = try CheckedRow.cast(values[10])
            info.named = try named(values[11])
            let pool: Data = try CheckedRow.cast(values[12])
            if !pool.isEmpty {
                info.pool = PoolSeat(
                    key: try key(values[12]), rank: try CheckedRow.cast(values[13]),
                    size: try CheckedRow.cast(values[14]))
            }
        }
        return (EngineID(try CheckedRow.cast(values[0])), info, try CheckedRow.cast(values[awaitedColumn]))
    }

    private static func named(_ value: DatabaseValue) throws -> [NamedAmount] {
        let text: String = try CheckedRow.cast(value)
        return try text.split(separator: "\n").map { line in
            let parts = line.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, let amount = UInt64(parts[0]) else {
                throw LedgerError(.damaged, "the roster holds an engine that has '\(line)'")
            }
            return NamedAmount(String(parts[1]), amount)
        }
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
