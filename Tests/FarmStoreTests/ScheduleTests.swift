import FarmCore
import GRDB
import Testing

@testable import FarmStore

/// What the ledger keeps of schedules.
@Suite struct ScheduleTests {
    let bench = LedgerBench()

    private func facts(_ ledger: DiskLedger) -> [LedgerFact] {
        var facts: [LedgerFact] = []
        ledger.replay { step in
            switch step {
            case .fact(.schedule), .fact(.scheduledRun):
                if case .fact(let fact) = step { facts.append(fact) }
            default: break
            }
        }
        return facts
    }

    private func append(_ facts: [LedgerFact]) throws {
        let ledger = try bench.open()
        for fact in facts { ledger.append(fact: fact) }
        _ = ledger.commit()
        #expect(ledger.close())
    }

    private static let two: [LedgerFact] = [
        .schedule("a", [1, 2]), .schedule("b", []), .scheduledRun("a", at: 5, [3]),
        .scheduledRun("a", at: 6, [4]), .scheduledRun("b", at: 5, [5]),
    ]

    @Test func `schedules and their rows are there again, changed rows as they are last`() throws {
        try append(Self.two)
        try append([.scheduledRun("a", at: 5, [9]), .schedule("b", [7])])
        let again = try bench.open()
        #expect(
            facts(again) == [
                .schedule("a", [1, 2]), .schedule("b", [7]), .scheduledRun("a", at: 5, [9]),
                .scheduledRun("a", at: 6, [4]), .scheduledRun("b", at: 5, [5]),
            ])
        #expect(again.close())
        #expect(try LedgerCheck(of: bench.ledger).problems == [])
    }

    @Test func `a schedule goes with its rows, and a row alone`() throws {
        try append(Self.two)
        try append([.schedule("a", nil), .scheduledRun("b", at: 5, nil)])
        let again = try bench.open()
        #expect(facts(again) == [.schedule("b", [])])
        #expect(again.close())
    }

    @Test(arguments: [
        "UPDATE schedule SET body = x'00'", "UPDATE scheduled_run SET at = at + 10",
        "UPDATE scheduled_run SET schedule = 'c' WHERE at = 6",
        "UPDATE schedule SET name = 'z' WHERE name = 'a'",
    ])
    func `C50 a changed row is told, and recovery keeps the others`(sql: String) throws {
        let ledger = try bench.open()
        bench.fill(ledger)
        for fact in Self.two { ledger.append(fact: fact) }
        _ = ledger.commit()
        #expect(ledger.close())
        let queue = try DatabaseQueue(path: bench.database)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
        #expect(try !LedgerCheck(of: bench.ledger).isSound)
        #expect(bench.failure()?.code == .damaged)
        let recovery = try LedgerRecovery(from: bench.ledger, to: bench.ledger)
        #expect(!recovery.isWhole && recovery.losses.allSatisfy { $0.contains("checksum") })
        let again = try bench.open()
        #expect(again.damage == nil && !facts(again).isEmpty)
        for fact in facts(again) { #expect(Self.two.contains(fact)) }
        #expect(again.close())
    }
}
