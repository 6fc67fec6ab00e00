import FarmStore
import FarmTransport
import Testing

/// The wall clock is set between two lives of a controller.
@Suite struct ClockTests {
    @Test(arguments: [-86_400 * 365, -3_600, -1, 1, 86_400 * 365])
    func `C41 C47 what a controller began goes on in the next one, whatever the clock has been set to`(
        seconds: Int64
    ) throws {
        let ledger = MemoryLedger(isReplayable: true)
        let start = Instant(nanoseconds: .seconds(1_000_000_000))
        let before = NodeBench(slots: 1, ledger: ledger, at: start)
        before.submit(3)
        before.turn()
        let first = try #require(try before.dispatches().first)
        before.now = before.now + 1
        before.receive(NodeBench.engine, .results, before.results(1, before.result(of: first)))
        before.turn()

        // The engine of the first life is the same in the second: nothing is held for longer.
        let wall = start + .seconds(seconds)
        let after = NodeBench(slots: 1, ledger: ledger, at: wall)
        #expect(after.node.scheduler.epoch == before.node.scheduler.epoch + 1)
        var batch: UInt64 = 0
        for _ in 0..<4 {
            after.turn()
            let live = Set(after.node.scheduler.attempts(atEngine: EngineID(0)).map(\.task))
            for entry in try after.dispatches() where live.contains(entry.name.task) {
                batch += 1
                let result = after.result(of: entry, startedAt: wall)
                after.now = after.now + 1
                after.receive(NodeBench.engine, .results, after.results(batch, result))
            }
        }
        let summary = after.node.scheduler.summary(of: JobID(1))
        #expect(summary?.counts.succeeded == 3 && summary?.endedAt != .zero)
        // A clock that was a year ahead is not what everything to come is dated by.
        let isNear = seconds > -86_400
        var ends: [Instant] = []
        _ = ledger.outcomes(of: JobID(1), from: 0, limitBytes: .max) { bytes, _, _ in
            var offset = 0
            while let (entry, _) = try? CompletionEntry.next(in: bytes, at: &offset) {
                guard entry.kind == .terminal else { continue }
                #expect(start <= entry.startedAt && entry.startedAt <= entry.endedAt)
                if isNear { #expect(entry.endedAt - entry.startedAt == 1, "the engine's duration counts") }
                ends.append(entry.endedAt)
            }
        }
        #expect(ends.count == 3)
        if isNear { #expect(ends == ends.sorted(), "what comes later ends later") }
        #expect(after.node.now < wall + .seconds(86_400))
    }
}
