import FarmStore
import FarmTestKit
import Foundation
import Glibc
import Testing

@Suite(.timeLimit(.minutes(5)))
struct DamageTests {
    let bench = LedgerBench()

    /// A ledger that was filled and closed; what can be read of it.
    private func make() throws -> [String] {
        let ledger = try bench.open()
        bench.fill(ledger)
        #expect(ledger.close())
        let again = try bench.open()
        defer { _ = again.close() }
        return LedgerBench.story(again)
    }

    /// A ledger as a killed process leaves it, all in its log.
    private func makeWithLog() throws {
        let ledger = try bench.open()
        bench.fill(ledger)
        #expect(ledger.flush())
        // The files of an open ledger, copied, are what a kill would leave.
        try bench.copy(bench.ledger, to: bench.directory + "/killed")
        #expect(ledger.close())
        try bench.copy(bench.directory + "/killed", to: bench.ledger)
    }

    @Test func `C50 a flipped bit anywhere in the file does no harm or is told, and never ends the process`()
        throws
    {
        let story = try make()
        let whole = try bench.bytes(bench.database)
        try bench.copy(bench.ledger, to: bench.directory + "/whole")
        var told = 0
        let seeds = LedgerBench.seeds(200)
        for seed in seeds {
            var random = SimulationRandom(seed: seed)
            try bench.copy(bench.directory + "/whole", to: bench.ledger)
            var bytes = whole
            let (place, bit) = (
                Int.random(in: bytes.indices, using: &random), UInt8.random(in: 0..<8, using: &random)
            )
            bytes[place] ^= 1 << bit
            try bench.write(bytes, to: bench.database)
            do throws(LedgerError) {
                let ledger = try bench.open()
                let found = LedgerBench.story(ledger)
                defer { _ = ledger.close() }
                if let damage = ledger.damage { throw damage }
                #expect(found == story, "bit \(bit) of byte \(place)")
            } catch {
                told += 1
                #expect(error.code == .damaged, "bit \(bit) of byte \(place): \(error.message)")
            }
        }
        #expect(told > seeds.count / 4 || seeds.count == 1, "most of the file is in use")
    }

    @Test func `C50 a log that is cut off or missing is told, wherever it was cut`() throws {
        try makeWithLog()
        let log = bench.database + "-wal"
        let whole = try bench.bytes(log)
        try bench.copy(bench.ledger, to: bench.directory + "/whole")
        #expect(bench.failure() == nil, "uncut, it is read")
        for keep in [0, 31, 32, 4_000, whole.count / 3, whole.count / 2, whole.count - 1] {
            try bench.copy(bench.directory + "/whole", to: bench.ledger)
            try bench.write(Array(whole.prefix(keep)), to: log)
            let failure = bench.failure()
            #expect(failure?.code == .damaged, "\(keep) bytes left: \(failure?.message ?? "no error")")
        }
        try bench.copy(bench.directory + "/whole", to: bench.ledger)
        try FileManager.default.removeItem(atPath: log)
        let failure = bench.failure()
        #expect(failure?.code == .damaged && failure?.message.contains(bench.database) == true)
    }

    @Test func `C50 a lost end is told even if it held only facts`() throws {
        let ledger = try bench.open()
        bench.fill(ledger)
        #expect(ledger.flush())
        try bench.copy(bench.ledger, to: bench.directory + "/killed")
        ledger.append(fact: .epoch(4))
        _ = ledger.commit()
        #expect(ledger.flush())
        try bench.copy("\(bench.ledger)/tail", to: bench.directory + "/killed/tail")
        #expect(ledger.close())
        try bench.copy(bench.directory + "/killed", to: bench.ledger)
        let failure = bench.failure()
        #expect(failure?.code == .damaged && failure?.message.contains("has lost its end") == true)
    }

    @Test func `C50 a database that is cut off, empty, garbage or gone is told`() throws {
        _ = try make()
        let whole = try bench.bytes(bench.database)
        let garbage = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 2_654_435_761 >> 7) }
        for bytes in [
            Array(whole.dropLast(1)), Array(whole.dropLast(4_096)), Array(whole.prefix(4_096)),
            Array(whole.prefix(50)), [], garbage, [UInt8](repeating: 0, count: whole.count),
        ] {
            try bench.write(bytes, to: bench.database)
            let failure = bench.failure()
            #expect(failure?.code == .damaged, "\(bytes.count) bytes: \(failure?.message ?? "no error")")
            #expect(try bench.bytes(bench.database) == bytes, "a damaged file is not written to")
        }
        try FileManager.default.removeItem(atPath: bench.database)
        #expect(bench.failure()?.code == .damaged)
        #expect(access(bench.database, F_OK) != 0)
    }

    @Test func `C50 a damaged ledger that was set aside keeps its bytes, and stands in the way of a new one`()
        throws
    {
        _ = try make()
        var bytes = try bench.bytes(bench.database)
        bytes[bytes.count / 2] ^= 0xFF
        try bench.write(bytes, to: bench.database)
        let aside = try #require(try DiskLedger.setAside(bench.ledger))
        #expect(aside.hasPrefix("\(bench.ledger).damaged-"))
        #expect(try bench.bytes("\(aside)/ledger.sqlite") == bytes)
        #expect(try DiskLedger.setAside(bench.ledger) == nil)
        let failure = bench.failure()
        #expect(failure?.code == .damaged && failure?.message.contains(aside) == true)
        try FileManager.default.moveItem(atPath: aside, toPath: "\(bench.directory)/elsewhere")
        #expect(bench.failure() == nil, "out of the way, a new one is made")
    }
}
