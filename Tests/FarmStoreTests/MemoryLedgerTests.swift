import FarmStore
import Testing

@Suite struct MemoryLedgerTests {
    let job = JobID(3)

    /// An entry that begins with its own length, filled with its number.
    private func entry(_ number: UInt8, bytes: Int) -> [UInt8] {
        var entry = [UInt8](repeating: number, count: bytes)
        withUnsafeBytes(of: UInt32(bytes).littleEndian) { entry.replaceSubrange(0..<4, with: $0) }
        return entry
    }

    private func append(_ entries: [[UInt8]], to ledger: MemoryLedger, job: JobID? = nil) {
        entries.flatMap { $0 }.withUnsafeBytes {
            ledger.append(outcomes: $0, count: entries.count, job: job ?? self.job)
        }
    }

    /// The numbers of the entries from the cursor on, the cursor of the first, and the cursor behind them.
    private func read(
        _ ledger: MemoryLedger, from cursor: UInt64, limit: Int = .max
    ) -> (numbers: [UInt8], first: UInt64?, next: UInt64) {
        var numbers: [UInt8] = []
        var first: UInt64?
        let next = ledger.outcomes(of: job, from: cursor, limitBytes: limit) { bytes, count, start in
            first = start
            var offset = 0
            while offset < bytes.count {
                numbers.append(bytes[offset + 4])
                offset += Int(bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            }
            #expect(numbers.count == count)
        }
        return (numbers, first, next)
    }

    @Test func `entries are read from any cursor, whole, up to a limit, and at least one`() {
        let ledger = MemoryLedger(isReplayable: false)
        append((0..<5).map { entry($0, bytes: 20) }, to: ledger)
        append((5..<8).map { entry($0, bytes: 30) }, to: ledger)
        #expect(read(ledger, from: 0) == ([0, 1, 2, 3, 4, 5, 6, 7], 0, 8))
        #expect(read(ledger, from: 6) == ([6, 7], 6, 8))
        #expect(read(ledger, from: 1, limit: 45) == ([1, 2], 1, 3))
        #expect(read(ledger, from: 5, limit: 1) == ([5], 5, 6))
        #expect(read(ledger, from: 8) == ([], nil, 8))
        #expect(read(ledger, from: 99) == ([], nil, 99))
        #expect(ledger.outcomeBytes == 190 && ledger.outcomeBytes(of: job) == 190)
    }

    @Test func `a job that is not known, or forgotten, has no entries and costs nothing`() {
        let ledger = MemoryLedger(isReplayable: true)
        append([entry(1, bytes: 40)], to: ledger)
        ledger.forget(job)
        #expect(read(ledger, from: 0) == ([], nil, 0))
        #expect(ledger.outcomeBytes == 0 && ledger.outcomeBytes(of: job) == 0)
        ledger.forget(JobID(77))
        ledger.trim(JobID(77), before: 5)
    }

    @Test
    func
        `trimming lets go what lies before the cursor, in pieces, and readers begin where something is left`()
    {
        let ledger = MemoryLedger(isReplayable: false)
        // Three pieces of a quarter of a mebibyte.
        for number in 0..<3 as Range<UInt8> { append([entry(number, bytes: 200 << 10)], to: ledger) }
        ledger.trim(job, before: 2)
        #expect(ledger.outcomeBytes == 200 << 10)
        #expect(read(ledger, from: 0) == ([2], 2, 3))
        append([entry(3, bytes: 20)], to: ledger)
        #expect(read(ledger, from: 3) == ([3], 3, 4))
        ledger.trim(job, before: 1)
        #expect(read(ledger, from: 0).first == 2, "the cursor of an entry never changes")
    }

    @Test func `every commit has a number of its own and is safe at once`() {
        let ledger = MemoryLedger(isReplayable: false)
        #expect(ledger.committed == 0)
        #expect(ledger.commit() == 1 && ledger.commit() == 2)
        #expect(ledger.committed == 2)
    }

    private func append(_ number: UInt32, to ledger: MemoryLedger, isDurable: Bool = true) {
        let record = SubmissionRecord(
            job: JobID(number), part: 0, owner: "me", client: UniqueKey(high: 1, low: 1), priorityCap: 4,
            at: Instant(nanoseconds: 9), epoch: 7, isDurable: isDurable)
        [1, 2, 3].withUnsafeBytes { ledger.append(submission: record, body: $0) }
    }

    @Test func `a replay tells everything in the order in which it came`() {
        let ledger = MemoryLedger(isReplayable: true)
        ledger.append(fact: .epoch(1))
        append(3, to: ledger)
        append((0..<4).map { entry($0, bytes: 150 << 10) }, to: ledger)
        append(4, to: ledger)
        append([entry(9, bytes: 8)], to: ledger, job: JobID(4))
        ledger.append(fact: .cancelling(TaskID(job, 2), count: 3))
        append(5, to: ledger, isDurable: false)
        append([entry(9, bytes: 8)], to: ledger, job: JobID(5))
        var told: [String] = []
        ledger.replay { step in
            switch step {
            case .submission(let record, _): told.append("submission \(record.job)")
            case .fact(.newestJob(let newest)): told.append("newest \(newest)")
            case .fact: told.append("fact")
            case .outcomes(let number, _, let count): told.append("\(count) of \(number)")
            }
        }
        #expect(
            told == ["fact", "submission 3", "4 of 3", "submission 4", "1 of 4", "fact", "newest 5"])
        #expect(ledger.epoch == 1)
    }

    @Test func `what is not to be replayed is not kept`() {
        let ledger = MemoryLedger(isReplayable: false)
        ledger.append(fact: .epoch(1))
        append(3, to: ledger)
        var steps = 0
        ledger.replay { _ in steps += 1 }
        #expect(steps == 0)
    }
}
