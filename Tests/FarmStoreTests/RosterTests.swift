import Foundation
import GRDB
import Testing

@testable import FarmStore

/// What the ledger keeps of engines.
@Suite struct RosterTests {
    let bench = LedgerBench()

    private var engine: EngineInfo {
        EngineInfo(
            key: UniqueKey(high: .max, low: 1), name: "big", host: "nora", pid: 7, slots: 4, cpus: 8,
            tags: ["a", "b"], memoryBytes: 64 << 30, gpus: 2,
            named: [NamedAmount("fpga", 2), NamedAmount("license", 9)],
            pool: PoolSeat(key: UniqueKey(high: 3, low: .max), rank: 2, size: 4),
            until: Instant(nanoseconds: 1_764_000_000_123_456_789))
    }

    private func joined(_ ledger: DiskLedger) -> [LedgerFact] {
        var facts: [LedgerFact] = []
        ledger.replay { step in
            if case .fact(let fact) = step { facts.append(fact) }
        }
        return facts
    }

    @Test func `all that an engine says of itself is there again, also when it was waited for`() throws {
        let ledger = try bench.open()
        let plain = EngineInfo(key: UniqueKey(high: 1, low: 2), name: "small")
        ledger.append(fact: .engineJoined(EngineID(0), engine))
        ledger.append(fact: .engineJoined(EngineID(1), plain))
        ledger.append(fact: .engineAwaited(EngineID(0), nanoseconds: 5))
        _ = ledger.commit()
        #expect(ledger.close())
        let again = try bench.open()
        let facts = joined(again)
        #expect(facts.contains(.engineJoined(EngineID(0), engine)))
        #expect(facts.contains(.engineJoined(EngineID(1), plain)))
        #expect(facts.contains(.engineAwaited(EngineID(0), nanoseconds: 5)))
        #expect(again.close())
        #expect(try LedgerCheck(of: bench.ledger).problems == [])
    }

    @Test(arguments: ["two\nlines", "", "\u{301}x", "a\0b", #"","\"#, "5 fpga"])
    func `whatever is in the words of an engine is read back`(word: String) throws {
        let ledger = try bench.open()
        let odd = EngineInfo(
            key: UniqueKey(high: 1, low: 2), name: "small", tags: [word, "fast"],
            named: [NamedAmount(word, .max)])
        ledger.append(fact: .engineJoined(EngineID(0), odd))
        _ = ledger.commit()
        #expect(ledger.close())
        #expect(try LedgerCheck(of: bench.ledger).problems == [])
        let again = try bench.open()
        #expect(again.damage == nil)
        guard case .engineJoined(_, let read)? = joined(again).first else {
            Issue.record("the engine is not there")
            return
        }
        #expect(read.tags.map { Array($0.utf8) } == odd.tags.map { Array($0.utf8) })
        #expect(read.named.map { Array($0.name.utf8) } == [Array(word.utf8)] && read.named[0].amount == .max)
        #expect(again.close())
    }

    @Test func `a NUL in an engine's name or host damages nothing`() throws {
        let ledger = try bench.open()
        let odd = EngineInfo(key: UniqueKey(high: 1, low: 2), name: "a\0b", host: "\0")
        ledger.append(fact: .engineJoined(EngineID(0), odd))
        _ = ledger.commit()
        #expect(ledger.close())
        #expect(try LedgerCheck(of: bench.ledger).problems == [])
        let again = try bench.open()
        guard case .engineJoined(_, let read)? = joined(again).first else {
            Issue.record("the engine is not there")
            return
        }
        #expect(read.name == "a\u{FFFD}b" && read.host == "\u{FFFD}")
        #expect(again.close())
    }

    @Test func `a recovered ledger keeps what engines have`() throws {
        let ledger = try bench.open()
        ledger.append(fact: .engineJoined(EngineID(3), engine))
        LedgerBench.submit(1, to: ledger)
        _ = ledger.commit()
        #expect(ledger.close())
        _ = try LedgerRecovery(from: bench.ledger, to: bench.ledger)
        let again = try bench.open()
        #expect(joined(again).contains(.engineJoined(EngineID(3), engine)))
        #expect(again.close())
    }
}
