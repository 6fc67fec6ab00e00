public import FarmCore

/// All that a ledger holds, read one record after the other. Changes nothing, and may be done beside a
/// controller.
public struct LedgerContents {
    private let database: LedgerDatabase

    /// - Throws: `LedgerError`: `missing`, `newer`, `damaged`, `unusable`.
    public init(of directory: String) throws(LedgerError) {
        database = try LedgerDatabase(directory, .readOnly)
        try database.checkTail()
    }

    /// Calls `body` with each part of a submission and each batch of outcomes in the order in which they were
    /// written. Holds one record at a time.
    /// - Parameter payloads: whether payloads that are kept as files are read; else they are zeros.
    /// - Throws: `LedgerError` with `damaged` at the first record that is not as it was written.
    public func read(payloads: Bool, _ body: (LedgerReplay) -> Void) throws(LedgerError) {
        try database.scan { row in
            let job = JobID(row.job)
            var isWhole = false
            try SplicedBody.unpack(row.body, files: payloads ? database.files.payloads : nil) { bytes in
                isWhole = row.isLaidOut(bytes)
                guard isWhole else { return }
                switch row.kind {
                case .outcomes: body(.outcomes(job, bytes, count: row.count))
                case .submission:
                    if let (record, message) = SubmissionHeader.read(
                        bytes, job: job, part: UInt32(row.first), epoch: UInt32(clamping: row.count))
                    {
                        body(.submission(record, message: message))
                    }
                }
            }
            guard isWhole else {
                throw LedgerError(
                    .damaged, "record \(row.id) of \(database.files.database) is not laid out as one")
            }
        }
    }
}
