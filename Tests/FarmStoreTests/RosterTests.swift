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
            pool: PoolSeat(key: UniqueKey(high: 3, low: .max), rank: 2, size: 4))
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
