import FarmCore
import Testing

/// An engine whose time has an end.
@Suite struct EngineAgentTimeTests {
    /// It has ten seconds.
    let engine = Engine(until: Instant(nanoseconds: .seconds(1010)))

    @Test func `when its time is over it gives back what runs and what waits, and leaves`() {
        engine.dispatch(0, grace: .seconds(3))
        engine.dispatch(1)
        #expect(engine.nextTimer <= engine.now + .seconds(10))
        engine.advance(.seconds(10))
        let actions = engine(.timer)
        #expect(engine.standing == .leaving)
        #expect(actions.contains(.sendDraining))
        #expect(actions.givenBack == [name(1)])
        #expect(
            actions.contains {
                if case .terminate(_, .leaving, .seconds(3)) = $0 { true } else { false }
            })
        let ended = engine.finish(0, .failed, cause: .failure)
        #expect(ended.givenBack == [name(0)] && ended.contains(.sendBye) && ended.contains(.exit))
        #expect(engine.standing == .left && engine.nextTimer == .never)
    }

    @Test func `one that drains leaves at its time, too`() {
        engine.dispatch(0)
        engine(.drain)
        #expect(engine.standing == .draining)
        engine.now = Instant(nanoseconds: .seconds(1010))
        engine(.timer)
        #expect(engine.standing == .leaving)
    }

    @Test func `what has waited for its turn begins only if there is still time for it`() {
        engine.dispatch(0)
        engine.dispatch(1, lasting: .seconds(6))
        engine.dispatch(2, lasting: .seconds(5))
        engine.dispatch(3)
        engine.advance(.seconds(5))
        let actions = engine.finish(0)
        #expect(actions.givenBack == [name(1)])
        #expect(actions.started == [2])
        engine.advance(.seconds(4))
        // Of the last nobody knows how long it takes.
        #expect(engine.finish(2).started == [3])
        #expect(engine.counters.givenBack == 1)
    }

    @Test func `what is in a lane begins as long as the engine is there`() {
        engine.advance(.seconds(9))
        let actions = engine(
            .dispatched(
                name(0), hint: 0, cpus: 1, lane: 1, timeoutNanoseconds: 0, graceNanoseconds: 0,
                lastingNanoseconds: .seconds(60), work: 0))
        #expect(actions.started == [0])
    }

    @Test func `an engine without an end has time for all`() {
        let engine = Engine()
        #expect(engine.dispatch(0, lasting: .seconds(1 << 30)).started == [0])
        engine.finish(0)
        engine(.endTurn)
        engine(.recorded(1))
        #expect(engine.nextTimer == .never)
    }
}
