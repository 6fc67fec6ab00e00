import FarmStore
import FarmTemplate

/// What queries may know of the ledger.
struct LedgerDesk {
    /// Nil: everything is in memory only.
    let disk: DiskLedger?
    let durability: Durability
    let directory: String
    let isReadOnly: Bool

    /// What has not ended goes on after a restart.
    var outlivesUs: Bool { disk != nil }

    /// Why nothing can be recorded at the moment.
    var trouble: String? { disk?.trouble }

    var json: JSONValue {
        .object([
            JSONMember("durability", .string(durability.rawValue)),
            JSONMember("directory", disk == nil ? .null : .string(directory)),
            JSONMember("journal", disk.map { .string($0.journal) } ?? .null),
            JSONMember("bytes", .whole(disk?.storedBytes ?? 0)),
            JSONMember("read_only", .bool(isReadOnly)),
            JSONMember("trouble", trouble.map { .string($0) } ?? .null),
        ])
    }
}
