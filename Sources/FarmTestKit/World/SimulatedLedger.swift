/// A ledger on a disk that takes its time: chunks become safe some time after their commit, in order, and a
/// crash loses the others. What is safe is kept by the real memory ledger.
final class SimulatedLedger: Ledger {
    private enum Record {
        case submission(SubmissionPart, job: JobID, owner: String, priorityCap: Int32, at: Instant)
        case outcomes([UInt8], count: Int, job: JobID)
        case fact(LedgerFact)

        var job: JobID? {
            switch self {
            case .submission(_, let job, _, _, _), .outcomes(_, _, let job): job
            case .fact: nil
            }
        }
    }

    let safe = MemoryLedger(isReplayable: true)
    /// Told of everything when it is appended.
    unowned let witness: Witness
    private let delay: () -> Int64
    private var open: [Record] = []
    private var closed: [(chunk: UInt64, due: Instant, records: [Record])] = []
    private var chunks: UInt64 = 0
    private(set) var committed: UInt64 = 0
    var now = Instant.zero

    init(_ witness: Witness, delay: @escaping () -> Int64) {
        self.witness = witness
        self.delay = delay
    }

    /// When the next chunk becomes safe.
    var nextDue: Instant { closed.first?.due ?? .never }
    /// Nothing is on its way to the disk.
    var isSettled: Bool { open.isEmpty && closed.isEmpty }

    func append(
        submission part: SubmissionPart, job: JobID, owner: String, priorityCap: Int32, at now: Instant
    ) {
        witness.submitted(part, job)
        open.append(.submission(part, job: job, owner: owner, priorityCap: priorityCap, at: now))
    }

    func append(outcomes bytes: UnsafeRawBufferPointer, count: Int, job: JobID) {
        witness.logged(bytes, count: count, job)
        open.append(.outcomes(Array(bytes), count: count, job: job))
    }

    func append(fact: LedgerFact) {
        witness.noted(fact)
        open.append(.fact(fact))
    }

    func commit() -> UInt64 {
        chunks += 1
        let wait = delay()
        if wait == 0, closed.isEmpty {
            for record in open { store(record) }
            committed = chunks
        } else {
            closed.append((chunks, max(now + wait, closed.last?.due ?? .zero), open))
        }
        open.removeAll(keepingCapacity: true)
        return chunks
    }

    /// The disk has got so far.
    func settle() {
        while let first = closed.first, first.due <= now {
            for record in first.records { store(record) }
            committed = first.chunk
            closed.removeFirst()
        }
    }

    /// Power is gone: only what is safe is left.
    func crash() {
        open = []
        closed = []
        chunks = committed
    }

    private func store(_ record: Record) {
        switch record {
        case .submission(let part, let job, let owner, let cap, let at):
            safe.append(submission: part, job: job, owner: owner, priorityCap: cap, at: at)
        case .outcomes(let bytes, let count, let job):
            bytes.withUnsafeBytes { safe.append(outcomes: $0, count: count, job: job) }
        case .fact(let fact):
            safe.append(fact: fact)
        }
        _ = safe.commit()
    }

    func outcomes(
        of job: JobID, from cursor: UInt64, limitBytes: Int,
        _ body: (_ entries: UnsafeRawBufferPointer, _ count: Int, _ first: UInt64) -> Void
    ) -> UInt64 {
        safe.outcomes(of: job, from: cursor, limitBytes: limitBytes, body)
    }

    func forget(_ job: JobID) {
        witness.forgot(job)
        open.removeAll { $0.job == job }
        for index in closed.indices { closed[index].records.removeAll { $0.job == job } }
        safe.forget(job)
    }

    func trim(_ job: JobID, before cursor: UInt64) { safe.trim(job, before: cursor) }
    var outcomeBytes: Int { safe.outcomeBytes }
    func outcomeBytes(of job: JobID) -> Int { safe.outcomeBytes(of: job) }
    func replay(_ body: (LedgerReplay) -> Void) { safe.replay(body) }
}
