import FarmStore
import FarmTransport
import Testing

@Suite struct RecoveryProblemTests {
    @Test func `what was accepted once and is refused now is not passed over`() throws {
        let ledger = MemoryLedger(isReplayable: true)
        let bench = NodeBench(ledger: ledger)
        bench.submit(5)
        bench.turn()
        #expect(bench.node.recoveryProblem == nil)
        var narrow = SchedulerSettings()
        narrow.maximumCPUs = 0
        let next = ControllerNode(
            scheduler: narrow, settings: ControllerNodeSettings(), ledger: ledger, sink: bench, at: bench.now)
        guard case .refused(let words) = next.recoveryProblem else {
            Issue.record("a task of one CPU was taken where none may be asked for: \(String(describing: next.recoveryProblem))")
            return
        }
        #expect(words.contains("part 0 of job 1"))
    }
}
