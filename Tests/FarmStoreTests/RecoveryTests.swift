import FarmStore
import FarmTestKit
import Foundation
import Glibc
import Testing

@Suite(.timeLimit(.minutes(5)))
struct RecoveryTests {
    let bench = LedgerBench()

    private func make() throws {
        let ledger = try bench.open()
        bench.fill(ledger)
        #expect(ledger.close())
    }

    /// Each job's outcomes, and its submission's number of bytes.
    private func contents() throws -> [UInt32: (outcomes: [UInt8], submitted: Int)] {
        var found: [UInt32: (outcomes: [UInt8], submitted: Int)] = [:]
        try LedgerContents(of: bench.ledger).read(payloads: true) { step in
            switch step {
            case .submission(let record, let message):
                found[record.job.raw, default: ([], 0)].submitted += message.count
            case .outcomes(let job, let bytes, _): found[job.raw, default: ([], 0)].outcomes += bytes
            case .fact: break
            }
        }
        return found
    }

    private static func outcomeBytes(_ contents: [UInt32: (outcomes: [UInt8], submitted: Int)]) -> Int {
        contents.values.reduce(0) { $0 + $1.outcomes.count }
    }

    /// All files below a directory with their bytes.
    private func snapshot(_ directory: String) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in FileManager.default.enumerator(atPath: directory)?.compactMap({ $0 as? String }) ?? [] {
            if let bytes = try? bench.bytes("\(directory)/\(name)") { files[name] = bytes }
        }
        return files
    }

    @Test func `C50 a sound ledger is recovered whole, payload files and numbers included`() throws {
        try make()
        let before = try contents()
        let recovery = try LedgerRecovery(from: bench.ledger, to: bench.ledger)
        #expect(recovery.isWhole && recovery.kept.map(\.id) == [1, 2, 3, 4] && recovery.lostJobs == [])
        #expect(recovery.engines == 1 && recovery.keptRecords == 65)
        #expect(recovery.source.hasPrefix("\(bench.ledger).recovered-from-"))
        let after = try contents()
        #expect(before.keys == after.keys)
        for (job, was) in before { #expect(after[job]! == was, "job \(job)") }
        #expect(try LedgerCheck(of: bench.ledger).problems == [])
        let again = try bench.open()
        let story = LedgerBench.story(again)
        #expect(story.contains("epoch 3") && story.contains { $0.contains("engineJoined") })
        #expect(story.contains { $0.contains("cancelling") } && again.damage == nil)
        #expect(again.close())
    }

    @Test func `C50 of a job all is kept up to the first record that is damaged, of others all`() throws {
        try make()
        let before = try contents()
        // The twelfth batch of the second job; the batches differ in what they are filled with.
        let mark = [UInt8](repeating: 57, count: 300)
        var bytes = try bench.bytes(bench.database)
        let places = bytes.indices.filter { bytes[$0] == 57 && bytes[$0...].starts(with: mark) }
        let place = try #require(places.count > 0 ? places[places.count / 2] : nil)
        bytes[place + 3] ^= 1
        try bench.write(bytes, to: bench.database)
        #expect(bench.failure()?.code == .damaged)
        let aside = try #require(try DiskLedger.setAside(bench.ledger))
        let damaged = try snapshot(aside)

        let recovery = try LedgerRecovery(
            from: LedgerRecovery.setAside(from: bench.ledger).last ?? "", to: bench.ledger)
        #expect(!recovery.isWhole && recovery.kept.count == 4)
        let cut = try #require(recovery.kept.first { $0.lostRecords > 0 })
        #expect(cut.outcomes == 55 && cut.lostRecords == 9, "eleven batches of five, nine are lost")
        for (job, now) in try contents() {
            let was = try #require(before[job])
            #expect(now.submitted == was.submitted)
            #expect(job == cut.id ? now.outcomes == Array(was.outcomes.prefix(55 * 372)) : now == was)
        }
        #expect(try snapshot(recovery.source) == damaged, "the damaged one is as it was")
        #expect(access(aside, F_OK) != 0 && bench.failure() == nil)
    }

    @Test func `C50 whatever is damaged, what is recovered is sound and of each job the beginning`() throws {
        try make()
        let before = try contents()
        try bench.copy(bench.ledger, to: bench.directory + "/whole")
        let whole = try bench.bytes(bench.database)
        for seed in LedgerBench.seeds(60) {
            for name in try FileManager.default.contentsOfDirectory(atPath: bench.directory)
            where name.hasPrefix("ledger") {
                try FileManager.default.removeItem(atPath: "\(bench.directory)/\(name)")
            }
            try bench.copy(bench.directory + "/whole", to: bench.ledger)
            try bench.write(Self.damaged(whole, seed), to: bench.database)
            let round: Comment = "LEDGER_SEED=\(seed)"
            let recovery: LedgerRecovery
            do throws(LedgerError) {
                recovery = try LedgerRecovery(from: bench.ledger, to: bench.ledger)
            } catch {
                #expect(error.code == .damaged, "LEDGER_SEED=\(seed): \(error.message)")
                #expect(LedgerRecovery.setAside(from: bench.ledger).count == 1, round)
                continue
            }
            #expect(try LedgerCheck(of: bench.ledger).problems == [], round)
            #expect(bench.failure() == nil, round)
            let after = try contents()
            #expect(Set(after.keys) == Set(recovery.kept.map(\.id)), round)
            for (job, now) in after {
                let was = try #require(before[job], round)
                #expect(now.submitted == was.submitted && was.outcomes.starts(with: now.outcomes), round)
            }
            let (had, has) = (Self.outcomeBytes(before), Self.outcomeBytes(after))
            if has < had { #expect(!recovery.isWhole, "LEDGER_SEED=\(seed): what is lost is said") }
        }
    }

    /// With a page lost, the end cut off, or bytes changed, but for the first page, the schema's.
    private static func damaged(_ whole: [UInt8], _ seed: UInt64) -> [UInt8] {
        var random = SimulationRandom(seed: seed)
        var bytes = whole
        switch seed % 3 {
        case 0:
            let page = Int.random(in: 1..<bytes.count / 4_096, using: &random) * 4_096
            for index in page..<page + 4_096 { bytes[index] = 0 }
        case 1: bytes.removeLast(Int.random(in: 0...bytes.count - 4_096, using: &random))
        default:
            for _ in 0..<20 {
                bytes[Int.random(in: 4_096..<bytes.count, using: &random)] = .random(
                    in: 0...255, using: &random)
            }
        }
        return bytes
    }

    @Test(arguments: [false, true])
    func `C50 what is in the log alone is recovered, the database gone or empty`(isEmpty: Bool) throws {
        let ledger = try bench.open()
        bench.fill(ledger)
        #expect(ledger.flush())
        try bench.copy(bench.ledger, to: bench.directory + "/killed")
        #expect(ledger.close())
        let before = try contents()
        try bench.copy(bench.directory + "/killed", to: bench.ledger)
        if isEmpty { try bench.write([], to: bench.database) } else { unlink(bench.database) }
        #expect(bench.failure()?.code == .damaged)
        let recovery = try LedgerRecovery(from: bench.ledger, to: bench.ledger)
        #expect(recovery.isWhole && recovery.keptRecords == 65, "\(recovery.losses)")
        let after = try contents()
        #expect(before.keys == after.keys)
        for (job, was) in before { #expect(after[job]! == was, "job \(job)") }
        #expect(bench.failure() == nil)
    }

    @Test func `C50 a log that goes on from what is lost is told, and nothing of it is made up`() throws {
        let ledger = try bench.open()
        bench.fill(ledger)
        #expect(ledger.close())
        let again = try bench.open()
        LedgerBench.submit(5, to: again)
        _ = again.commit()
        #expect(again.flush())
        try bench.copy(bench.ledger, to: bench.directory + "/killed")
        #expect(again.close())
        try bench.copy(bench.directory + "/killed", to: bench.ledger)
        unlink(bench.database)
        do throws(LedgerError) {
            let recovery = try LedgerRecovery(from: bench.ledger, to: bench.ledger)
            #expect(!recovery.isWhole && recovery.kept.allSatisfy { $0.id == 5 })
        } catch {
            #expect(error.code == .damaged)
        }
    }

    @Test func `C50 numbers that were given in what is lost are not given again`() throws {
        let ledger = try bench.open()
        ledger.append(fact: .epoch(3))
        LedgerBench.submit(1, to: ledger)
        _ = ledger.commit()
        #expect(ledger.flush())
        try bench.copy(bench.ledger, to: bench.directory + "/killed")
        LedgerBench.submit(2, to: ledger)
        ledger.append(fact: .epoch(4))
        _ = ledger.commit()
        #expect(ledger.flush())
        try bench.copy("\(bench.ledger)/tail", to: bench.directory + "/killed/tail")
        #expect(ledger.close())
        try bench.copy(bench.directory + "/killed", to: bench.ledger)
        let recovery = try LedgerRecovery(from: bench.ledger, to: bench.ledger)
        #expect(recovery.losses.count == 1 && recovery.losses[0].contains("the ledger's end"))
        let again = try bench.open()
        var newest = JobID(0)
        again.replay { step in
            if case .fact(.newestJob(let job)) = step { newest = job }
        }
        #expect(newest > JobID(2) && again.epoch >= 3 && again.damage == nil)
        #expect(again.close())
    }

    @Test func `a ledger that is in place is not written over, and where there is none that is said`() throws
    {
        try make()
        try bench.copy(bench.ledger, to: "\(bench.ledger).damaged-1")
        let inPlace = #expect(throws: LedgerError.self) {
            try LedgerRecovery(from: "\(bench.ledger).damaged-1", to: bench.ledger)
        }
        #expect(inPlace?.code == .unusable)
        let none = #expect(throws: LedgerError.self) {
            try LedgerRecovery(from: bench.directory + "/none", to: bench.directory + "/new")
        }
        #expect(none?.code == .missing)
        #expect(#expect(throws: LedgerError.self) { try LedgerCheck(of: bench.directory) }?.code == .missing)
        #expect(
            #expect(throws: LedgerError.self) { try LedgerContents(of: bench.directory) }?.code == .missing)
    }

    @Test func `compacting gives the room of dropped jobs back and changes nothing else`() throws {
        let ledger = try bench.open()
        bench.fill(ledger, rounds: 200)
        for job in 2...4 as ClosedRange<UInt32> { ledger.forget(JobID(job)) }
        #expect(ledger.close())
        let before = try contents()
        let done = try LedgerCompaction(bench.ledger)
        #expect(done.bytesAfter < done.bytesBefore / 2, "\(done)")
        #expect(try contents()[1]! == before[1]!)
        #expect(try LedgerCheck(of: bench.ledger).problems == [])
        #expect(bench.failure() == nil)
    }
}
