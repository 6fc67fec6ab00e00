/// The controller's ledger on a virtual disk, from one life of the controller to the next; the witness is
/// told of everything when it is appended.
final class SimulatedLedger: Ledger {
    let disk: VirtualDisk
    unowned let witness: Witness
    private var ledger: DiskLedger
    /// Has the controller forget jobs for their logs' size, as it does without a disk.
    private let countsAll: Bool

    init(_ witness: Witness, memoryLimitBytes: Int, countsAll: Bool, delay: @escaping () -> Int64) {
        self.witness = witness
        self.countsAll = countsAll
        do {
            disk = try VirtualDisk(memoryLimitBytes: memoryLimitBytes, delay: delay)
            ledger = try disk.open()
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// Another controller begins, and reads it.
    func reopen() {
        do { ledger = try disk.open() } catch { witness.fault("the ledger cannot be opened: \(error)") }
    }

    func append(submission record: SubmissionRecord, body: UnsafeRawBufferPointer) {
        guard let part = try? SubmitMessage(decoding: body) else {
            return witness.fault("a part of job \(record.job) that cannot be read was kept")
        }
        witness.submitted(part, record.job, at: record.at, owner: record.owner)
        ledger.append(submission: record, body: body)
    }

    func append(outcomes bytes: UnsafeRawBufferPointer, count: Int, job: JobID) {
        witness.logged(bytes, count: count, job)
        ledger.append(outcomes: bytes, count: count, job: job)
    }

    func append(fact: LedgerFact) {
        witness.noted(fact)
        ledger.append(fact: fact)
    }

    func commit() -> UInt64 { ledger.commit() }
    var committed: UInt64 { ledger.committed }
    var epoch: UInt32 { ledger.epoch }
    var trouble: String? { ledger.trouble }

    func outcomes(
        of job: JobID, from cursor: UInt64, limitBytes: Int,
        _ body: (_ entries: UnsafeRawBufferPointer, _ count: Int, _ first: UInt64) -> Void
    ) -> UInt64 {
        ledger.outcomes(of: job, from: cursor, limitBytes: limitBytes, body)
    }

    func submission(
        of job: JobID, _ body: (_ record: SubmissionRecord, _ message: UnsafeRawBufferPointer) -> Void
    ) -> Bool {
        ledger.submission(of: job, body)
    }

    func forget(_ job: JobID) {
        witness.forgot(job)
        ledger.forget(job)
    }

    func trim(_ job: JobID, before cursor: UInt64) { ledger.trim(job, before: cursor) }
    var outcomeBytes: Int { countsAll ? ledger.storedBytes : ledger.outcomeBytes }
    func outcomeBytes(of job: JobID) -> Int { ledger.outcomeBytes(of: job) }
    var storedBytes: Int { ledger.storedBytes }

    func replay(_ body: (LedgerReplay) -> Void) {
        ledger.replay(body)
        if let damage = ledger.damage { witness.fault("the ledger is damaged: \(damage)") }
    }
}
