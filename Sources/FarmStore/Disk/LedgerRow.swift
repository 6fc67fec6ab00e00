import CSystem
import FarmCore

/// A packed batch as it is written: one row of the ledger's `record` table.
struct LedgerRow: Sendable {
    /// Raw values are those of the file.
    enum Kind: Int64, Sendable {
        /// One part of a submission; `first` is its number.
        case submission = 0
        /// Entries of the job's outcome log; `first` is the cursor of the first.
        case outcomes = 1
    }

    /// Rises with each row ever written.
    var id: Int64
    var kind: Kind
    var job: UInt32
    var first: UInt64
    var count: Int
    var bytes: [UInt8]
    /// Where in `bytes` payloads lie that are kept as files, rising.
    var large: [Range<Int>] = []

    /// A single entry without a payload: that the job has all its parts, mostly.
    var isSealing: Bool { kind == .outcomes && count == 1 && first == 0 && bytes.count == 72 }

    /// Over the body as stored and everything that says what it is.
    static func checksum(
        id: Int64, kind: Int64, job: Int64, first: Int64, count: Int64, body: UnsafeRawBufferPointer
    ) -> UInt32 {
        let crc = withUnsafeBytes(
            of: (
                id.littleEndian, kind.littleEndian, job.littleEndian, first.littleEndian, count.littleEndian
            )
        ) { farm_crc32c(0, $0.baseAddress, $0.count) }
        return farm_crc32c(crc, body.baseAddress, body.count)
    }
}

/// What becomes safe together.
public struct LedgerChunk: Sendable {
    /// A job of which everything is dropped.
    struct Forgotten: Sendable {
        var job: JobID
        var rows: [Int64]
    }

    var number: UInt64 = 0
    var rows: [LedgerRow] = []
    var facts: [LedgerFact] = []
    var forgotten: [Forgotten] = []
    /// The highest job number given, if it has risen.
    var newestJob: JobID?
    /// The newest row's id, also when that row is dropped again.
    var lastRow: Int64 = 0

    /// Nothing in it is what a client waits for but that it was taken.
    var isSubmissionOnly: Bool {
        facts.isEmpty && forgotten.isEmpty && rows.allSatisfy { $0.kind == .submission || $0.isSealing }
    }

    var isEmpty: Bool {
        rows.isEmpty && facts.isEmpty && forgotten.isEmpty && newestJob == nil
    }
}
