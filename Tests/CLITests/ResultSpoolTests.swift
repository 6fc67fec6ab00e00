import FarmTransport
import Testing

@testable import TaskFarm
@testable import tasks

/// Rows that lie in a file until they are looked at.
@Suite struct ResultSpoolTests {
    private static let count = 30_000

    private func outcome(_ index: Int) -> ResultFacts {
        var facts = ResultFacts(
            id: TaskID(JobID(7), UInt32(index)),
            place: TaskPlace(group: index < 10 ? "few" : "many", template: index % 3, index: UInt32(index)),
            state: .failed)
        (facts.cause, facts.attempt, facts.engine) = (.failure, index % 5, index % 2 == 0 ? nil : EngineID(3))
        (facts.hasRun, facts.exitCode) = (true, -9)
        facts.endedAt = Instant(nanoseconds: Int64(index) * 1_000)
        facts.error = index % 7 == 0 ? String(repeating: "é", count: index % 6_000) : ""
        facts.value = Array("[\(index)]".utf8)
        facts.output = index % 11 == 0 ? [0xFF, 0x0A] : []
        facts.attempts = (0..<index % 4).map { number in
            AttemptSpan(
                engine: EngineID(UInt32(index)), state: .expired, start: Instant(nanoseconds: 5),
                end: Instant(nanoseconds: Int64(number)), attempt: number, isRank: number == 2)
        }
        return facts
    }

    private func check(_ found: ResultFacts?, _ index: Int) -> Bool {
        guard let found else { return false }
        let wanted = outcome(index)
        return found.id == wanted.id && found.place == wanted.place && found.state == wanted.state
            && found.cause == wanted.cause && found.attempt == wanted.attempt && found.engine == wanted.engine
            && found.hasRun && found.exitCode == -9 && found.endedAt == wanted.endedAt
            && found.error == wanted.error && found.value == wanted.value && found.output == wanted.output
            && found.attempts.map(\.engine) == wanted.attempts.map(\.engine)
            && found.attempts.map(\.end) == wanted.attempts.map(\.end)
            && found.attempts.map(\.isRank) == wanted.attempts.map(\.isRank)
    }

    @Test func `rows come back as they were put in, in any order`() throws {
        let spool = ResultSpool(count: Self.count + 1)
        // Nearly in order, as tasks end.
        for start in stride(from: 0, to: Self.count, by: 50) {
            for index in (start..<start + 50).reversed() { try spool.put(outcome(index), at: index) }
        }
        #expect(try spool.facts(at: Self.count) == nil && !spool.has(Self.count))
        let orders = [
            Array(0..<Self.count), Array((0..<Self.count).reversed()),
            (0..<Self.count).map { $0 * 7_919 % Self.count },
            (0..<Self.count).map { $0 * 100 % Self.count + $0 * 100 / Self.count },
        ]
        for order in orders {
            #expect(try order.allSatisfy { check(try spool.facts(at: $0), $0) })
        }
        // What is put in anew takes the place of what was there.
        var again = outcome(5)
        again.value = Array("8".utf8)
        try spool.put(again, at: 5)
        #expect(try spool.facts(at: 5)?.value == Array("8".utf8))
    }
}
