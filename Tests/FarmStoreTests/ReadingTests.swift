import FarmStore
import Foundation
import Glibc
import Testing

/// Ledgers that are only looked at: where nothing can be written, and as they were found.
@Suite(.timeLimit(.minutes(5)))
struct ReadingTests {
    let bench = LedgerBench()

    /// A ledger as it is left by a clean end, or by a kill, and what it holds.
    private func make(killed: Bool) throws -> [String] {
        let ledger = try bench.open()
        bench.fill(ledger)
        #expect(ledger.flush())
        if killed { try bench.copy(bench.ledger, to: bench.directory + "/killed") }
        #expect(ledger.close())
        let again = try bench.open()
        let story = LedgerBench.story(again)
        #expect(again.close())
        if killed { try bench.copy(bench.directory + "/killed", to: bench.ledger) }
        return story
    }

    /// Copies the ledger to where nothing can be written, and calls `look` with its directory there.
    private func readOnly(_ look: (String) throws -> Void) throws {
        if let disk = SmallDisk(bytes: 8 << 20) {
            // The name has what stands for something else in a URI.
            let place = "\(disk.path)/50%20?#ledger"
            try bench.copy(bench.ledger, to: place)
            try #require(disk.makeReadOnly())
            try look(place)
        } else {
            // Whoever may not mount is not root, and the mode counts.
            let place = "\(bench.directory)/50%20?#ledger"
            try bench.copy(bench.ledger, to: place)
            chmod(place, 0o500)
            defer { chmod(place, 0o700) }
            try look(place)
        }
    }

    @Test(arguments: [false, true])
    func `a ledger where nothing can be written is read, after a clean end and after a kill`(killed: Bool)
        throws
    {
        let story = try make(killed: killed)
        try readOnly { place in
            #expect(try LedgerCheck(of: place).problems == [])
            var records = 0
            try LedgerContents(of: place).read(payloads: true) { _ in records += 1 }
            #expect(records == 65)
            let ledger = try DiskLedger(reading: place)
            #expect(LedgerBench.story(ledger) == story && ledger.damage == nil)
            #expect(ledger.close())
        }
    }

    @Test func `a log that SQLite cannot read where nothing can be written is said, with what to do`() throws
    {
        _ = try make(killed: true)
        unlink(bench.database + "-shm")
        try readOnly { place in
            for attempt in [
                { _ = try LedgerCheck(of: place) }, { _ = try LedgerContents(of: place) },
                { _ = try DiskLedger(reading: place) },
            ] {
                let error = #expect(throws: LedgerError.self, performing: attempt)
                #expect(error?.code == .unusable, "\(error?.message ?? "")")
                #expect(error?.message.contains("read a copy") == true, "\(error?.message ?? "")")
            }
        }
    }

    /// The bytes of what makes up the database.
    private func evidence() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in ["ledger.sqlite", "ledger.sqlite-wal", "tail"] {
            files[name] = try? bench.bytes("\(bench.ledger)/\(name)")
        }
        return files
    }

    @Test func `C50 reading a ledger changes nothing, not even after a crash`() throws {
        _ = try make(killed: true)
        let before = try evidence()
        #expect(before.count == 3)
        _ = try LedgerCheck(of: bench.ledger)
        #expect(try evidence() == before)
        try LedgerContents(of: bench.ledger).read(payloads: true) { _ in }
        #expect(try evidence() == before)
        let ledger = try DiskLedger(reading: bench.ledger)
        #expect(!LedgerBench.story(ledger).isEmpty)
        #expect(ledger.close())
        #expect(try evidence() == before)
    }

    @Test func `C50 a damaged ledger that was opened keeps its log and every byte of it`() throws {
        _ = try make(killed: true)
        let whole = try bench.bytes(bench.database + "-wal")
        // It has lost its end; then a record is not as it was written, which only the replay finds.
        var altered = whole
        let mark = [UInt8](repeating: 57, count: 300)
        for place in whole.indices.dropLast(300)
        where whole[place] == 57 && whole[place...].starts(with: mark) {
            altered[place + 3] ^= 1
        }
        for bytes in [Array(whole.prefix(whole.count / 2)), altered] {
            try bench.copy(bench.directory + "/killed", to: bench.ledger)
            try bench.write(bytes, to: bench.database + "-wal")
            let before = try evidence()
            #expect(bench.failure()?.code == .damaged)
            #expect(try evidence() == before)
        }
    }

    @Test func `a note of the end that is missing, garbage or of an earlier time is told`() throws {
        _ = try make(killed: false)
        let tail = "\(bench.ledger)/tail"
        let more = try bench.open()
        for epoch in 4...6 as ClosedRange<UInt32> {
            // What waits is one commit.
            more.append(fact: .epoch(epoch))
            _ = more.commit()
            #expect(more.flush())
        }
        #expect(more.endNote == nil && more.close())
        let whole = try bench.bytes(tail)
        #expect(try LedgerCheck(of: bench.ledger).warnings == [])
        let old = LedgerBench()
        let young = try old.open()
        LedgerBench.submit(1, to: young)
        _ = young.commit()
        #expect(young.close())
        let stale = try old.bytes("\(old.ledger)/tail")
        for (bytes, words) in [
            ([], "says nothing"), (whole.map { $0 ^ 1 }, "says nothing"), (stale, "older than the ledger"),
        ] {
            try bench.write(bytes, to: tail)
            let check = try LedgerCheck(of: bench.ledger)
            #expect(check.isSound && check.warnings.count == 1 && check.warnings[0].contains(words))
            let ledger = try bench.open()
            #expect(ledger.endNote?.contains(words) == true && ledger.endNote?.contains(tail) == true)
            #expect(ledger.close())
        }
        unlink(tail)
        #expect(try LedgerCheck(of: bench.ledger).warnings.first?.contains("is missing") == true)
    }
}
