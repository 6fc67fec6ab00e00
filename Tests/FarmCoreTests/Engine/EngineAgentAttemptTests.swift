import FarmCore
import Testing

@Suite struct EngineAgentAttemptTests {
    @Test func `dispatches start in order as slots come free`() {
        let engine = Engine(slots: 2)
        #expect(engine.dispatch(0).started == [0])
        #expect(engine.dispatch(1).started == [1])
        #expect(engine.dispatch(2).started == [])
        #expect(engine.dispatch(3).started == [])
        #expect(engine.finish(1).started == [2])
        #expect(engine.finish(0).started == [3])
        #expect(engine.queuedCount == 0)
        #expect(engine.runningCount == 2)
    }

    @Test func `a start hands over the node's work and the result echoes the hint`() {
        let engine = Engine()
        let actions = engine.dispatch(7)
        #expect(actions == [.start(engine.tokens[7]!, name(7), work: 7)])
        engine.advance(5)
        let ended = engine.finish(7, payloadBytes: 10)
        let report = AttemptReport(
            name: name(7), state: .succeeded, startedAt: engine.now + -5, durationNanoseconds: 5)
        #expect(ended == [.emitResult(report, hint: 107, withPayload: true)])
    }

    @Test func `one that does not fit in the CPUs is passed, and goes first when it fits`() {
        let engine = Engine(slots: 4, cpus: 4)
        engine.dispatch(0, cpus: 3)
        #expect(engine.dispatch(1, cpus: 2).started == [])
        #expect(engine.dispatch(2, cpus: 1).started == [2])
        #expect(engine.dispatch(3, cpus: 1).started == [])
        #expect(engine.finish(0).started == [1, 3])
    }

    @Test func `order holds among those that fit, whatever their width`() {
        let engine = Engine(slots: 3, cpus: 3)
        engine.dispatch(0, cpus: 3)
        for (index, cpus) in [(1, 1), (2, 2), (3, 1)] as [(UInt32, UInt32)] {
            engine.dispatch(index, cpus: cpus)
        }
        #expect(engine.finish(0).started == [1, 2])
    }

    @Test func `one that needs more CPUs than there are fails at once and says that it never started`() {
        let engine = Engine(slots: 2, cpus: 2)
        let actions = engine.dispatch(0, cpus: 3)
        let report = AttemptReport(name: name(0), state: .failed, cause: .notStarted)
        #expect(actions == [.releaseWork(0), .emitResult(report, hint: 100, withPayload: false)])
        #expect(engine.dispatch(1, cpus: 2).started == [1])
    }

    @Test func `a dispatch that is held already is ignored, in each phase`() {
        let engine = Engine()
        engine.dispatch(0)
        engine.dispatch(1)
        #expect(engine.dispatch(0) == [.releaseWork(0)])
        #expect(engine.dispatch(1) == [.releaseWork(1)])
        engine.finish(0)
        #expect(engine.dispatch(0) == [.releaseWork(0)])
        #expect(engine.counters.duplicateDispatches == 3)
        engine(.endTurn)
        engine(.recorded(1))
        #expect(engine.heldCount == 1)
    }

    @Test func `two attempts of one task are told apart`() {
        let engine = Engine(slots: 1)
        engine.dispatch(0, attempt: 1)
        engine.dispatch(0, attempt: 2)
        engine.dispatch(0, attempt: 3)
        #expect(engine(.recall(name(0, 2))) == [.releaseWork(0), .sendRecalled(name(0, 2), givenBack: true)])
        #expect(engine(.recall(name(0, 1))) == [.sendRecalled(name(0, 1), givenBack: false)])
        #expect(engine.finish(0).started == [0])
        #expect(Set(engine.claims.map(\.name.attempt)) == [1, 3])
    }

    @Test func `an end told twice, or of an earlier use of the slot, is ignored`() {
        let engine = Engine()
        engine.dispatch(0)
        engine.finish(0)
        #expect(engine.finish(0) == [])
        engine(.endTurn)
        engine(.recorded(1))
        engine.dispatch(1)
        #expect(engine.finish(0) == [])
        #expect(engine.runningCount == 1)
        #expect(engine.counters.ignoredFinishes == 2)
    }

    @Test func `above the limit of held dispatches they are given back`() {
        let engine = Engine(held: 2)
        engine.dispatch(0)
        engine.dispatch(1)
        #expect(engine.dispatch(2) == [.releaseWork(2), .sendRecalled(name(2), givenBack: true)])
        #expect(engine.heldCount == 2)
    }

    @Test(arguments: [
        (TaskState.succeeded, Cause.failure, TaskState.succeeded, Cause.none),
        (.failed, .failure, .failed, .failure),
        (.failed, .notStarted, .failed, .notStarted),
        (.failed, .badResult, .failed, .badResult),
        (.failed, .cancelled, .failed, .failure),
        (.cancelled, .cancelled, .failed, .failure),
        (.ready, .none, .failed, .failure),
    ])
    func `what the worker says is made consistent`(
        state: TaskState, cause: Cause, wantState: TaskState, wantCause: Cause
    ) {
        let engine = Engine()
        engine.dispatch(0)
        let report = engine.finish(0, state, cause: cause, exitCode: 3).reports[0]
        #expect(report.state == wantState)
        #expect(report.cause == wantCause)
        #expect(report.exitCode == 3)
    }
}
