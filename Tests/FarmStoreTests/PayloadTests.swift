import FarmStore
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5)))
struct PayloadTests {
    let bench = LedgerBench()
    private let large = (0..<80_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    /// A submission that holds the large payload between two small pieces.
    private func submit(_ job: UInt32, to ledger: DiskLedger) {
        LedgerBench.submit(job, body: [1, 2, 3] + large + [4], large: [3..<3 + large.count], to: ledger)
    }

    /// An outcome entry with the large payload.
    private var entry: [UInt8] { Array(LedgerBench.entry(1, payload: large.count).prefix(72)) + large }

    @Test func `payloads over 64 KiB are files, one for the same bytes however many jobs bring them`() throws
    {
        let ledger = try bench.open(memoryLimitBytes: 0)
        submit(1, to: ledger)
        submit(2, to: ledger)
        LedgerBench.append([LedgerBench.entry(0), entry, LedgerBench.entry(2)], 2, to: ledger)
        LedgerBench.append([LedgerBench.entry(0, payload: 64 << 10)], 1, to: ledger)
        _ = ledger.commit()
        #expect(ledger.flush())
        #expect(bench.payloadFiles.count == 1, "64 KiB themselves stay in the row")
        #expect(try bench.bytes("\(bench.ledger)/payload/\(bench.payloadFiles[0])") == large)
        #expect(ledger.close())

        let again = try bench.open()
        again.replay { step in
            guard case .submission(_, let message) = step else { return }
            #expect(Array(message) == [1, 2, 3] + large + [4])
        }
        #expect(
            LedgerBench.outcomes(again, 2) == LedgerBench.entry(0) + entry + LedgerBench.entry(2))
        var parts = 0
        let isThere = again.submission(of: JobID(2)) { record, message in
            parts += 1
            #expect(record == LedgerBench.record(2) && message.count == large.count + 4)
        }
        #expect(isThere && parts == 1)
        #expect(again.close())
    }

    @Test func `C49 a payload file goes with the last job that holds it`() throws {
        let ledger = try bench.open()
        submit(1, to: ledger)
        submit(2, to: ledger)
        LedgerBench.submit(3, to: ledger)
        LedgerBench.append([entry], 3, to: ledger)
        _ = ledger.commit()
        for job in 1...3 as ClosedRange<UInt32> {
            #expect(ledger.flush() && bench.payloadFiles.count == 1)
            ledger.forget(JobID(job))
            _ = ledger.commit()
        }
        #expect(ledger.flush())
        #expect(ledger.close() && bench.payloadFiles == [])
    }

    @Test func `C49 a file that is dropped and brought again in one transaction stays`() throws {
        let ledger = try bench.open()
        submit(1, to: ledger)
        _ = ledger.commit()
        #expect(ledger.flush())
        for job in 2...30 as ClosedRange<UInt32> {
            // Both wait for the disk together, mostly.
            ledger.forget(JobID(job - 1))
            _ = ledger.commit()
            submit(job, to: ledger)
            _ = ledger.commit()
        }
        #expect(ledger.close() && bench.payloadFiles.count == 1)
        #expect(bench.failure() == nil)
    }

    @Test func `what a crash has left among the payload files is swept at the start`() throws {
        let ledger = try bench.open()
        submit(1, to: ledger)
        _ = ledger.commit()
        #expect(ledger.close())
        let kept = bench.payloadFiles[0]
        let orphan = String(kept.dropLast(2)) + (kept.hasSuffix("00") ? "11" : "00")
        try bench.write([1], to: "\(bench.ledger)/payload/\(orphan)")
        try bench.write([1], to: "\(bench.ledger)/payload/\(kept).77.new")
        let check = try LedgerCheck(of: bench.ledger)
        #expect(check.isSound && check.warnings.count == 2, "\(check.warnings)")
        #expect(bench.failure() == nil)
        #expect(bench.payloadFiles == [kept])
    }

    @Test func `C50 a payload file that is missing, cut off or altered is damage, and is said`() throws {
        let ledger = try bench.open(memoryLimitBytes: 0)
        submit(1, to: ledger)
        _ = ledger.commit()
        #expect(ledger.close())
        let path = "\(bench.ledger)/payload/\(bench.payloadFiles[0])"
        var altered = large
        altered[7] ^= 1
        for bytes in [altered, Array(large.dropLast()), []] {
            try bench.write(bytes, to: path)
            try expectDamage(naming: path)
        }
        try FileManager.default.removeItem(atPath: path)
        try expectDamage(naming: path)
    }

    private func expectDamage(naming path: String) throws {
        let failure = bench.failure()
        #expect(failure?.code == .damaged && failure?.message.contains(path) == true)
        let check = try LedgerCheck(of: bench.ledger)
        #expect(check.problems.count == 1 && check.problems[0].contains(path), "\(check.problems)")
    }

    @Test func `C50 a payload file of an outcome that is gone is said when somebody asks for it`() throws {
        let ledger = try bench.open(memoryLimitBytes: 0)
        LedgerBench.submit(1, to: ledger)
        LedgerBench.append([entry], 1, to: ledger)
        _ = ledger.commit()
        #expect(ledger.close())
        try FileManager.default.removeItem(atPath: "\(bench.ledger)/payload/\(bench.payloadFiles[0])")
        let again = try bench.open(memoryLimitBytes: 0)
        again.replay { _ in }
        #expect(again.damage == nil, "that the task has ended is known all the same")
        #expect(LedgerBench.outcomes(again, 1) == [] && again.damage?.code == .damaged)
        #expect(again.close())
    }
}
