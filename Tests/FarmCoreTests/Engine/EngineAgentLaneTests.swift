import FarmCore
import Testing

@Suite struct EngineAgentLaneTests {
    private func dispatch(_ engine: Engine, _ index: UInt32, lane: Int32) -> [EngineAgent.Action] {
        engine(
            .dispatched(
                name(index), hint: 0, cpus: 1, lane: lane, timeoutNanoseconds: 0, graceNanoseconds: 0,
                work: UInt64(index)))
    }

    @Test func `C53 an attempt in a lane runs at once beside slots that are full, and takes none`() {
        let engine = Engine(slots: 1)
        #expect(engine.dispatch(0).started == [0])
        #expect(dispatch(engine, 1, lane: 0).started == [1])
        #expect(dispatch(engine, 2, lane: 1).started == [2])
        #expect(engine.dispatch(3).started == [])
        #expect(engine.finish(1).started == [], "the slot is still taken")
        #expect(engine.finish(0).started == [3])
        #expect(engine.finish(2).started == [])
    }

    @Test func `C53 one attempt of a lane runs at a time, whatever the controller sends`() {
        let engine = Engine(slots: 4)
        #expect(dispatch(engine, 0, lane: 0).started == [0])
        #expect(dispatch(engine, 1, lane: 0).started == [])
        #expect(dispatch(engine, 2, lane: 0).started == [])
        #expect(engine.claims.map(\.phase) == [.running, .queued, .queued])
        #expect(engine.finish(0).started == [1])
        #expect(engine(.recall(name(2))).givenBack == [name(2)])
        #expect(engine.finish(1).started == [])
    }

    @Test func `C53 what runs in a lane is not given back when its engine leaves, since it has run`() {
        let engine = Engine()
        _ = dispatch(engine, 0, lane: 0)
        _ = dispatch(engine, 1, lane: 0)
        #expect(engine(.leaveNow).givenBack == [name(1)], "that one has not begun")
        let actions = engine.finish(0, .failed, exitCode: -15)
        #expect(actions.givenBack == [])
        #expect(actions.reports.map(\.cause) == [.engineLost] && actions.reports[0].state == .failed)
    }

    @Test func `an interrupt goes to the worker if the attempt runs, and ends nothing by itself`() {
        let engine = Engine()
        engine.dispatch(0)
        engine.dispatch(1)
        #expect(engine(.interrupt(name(0))) == [.interrupt(engine.tokens[0]!)])
        #expect(engine(.interrupt(name(1))) == [], "it has not begun")
        engine(.stop(name(0)))
        #expect(engine(.interrupt(name(0))) == [], "it is being stopped")
        #expect(engine.finish(0, .failed).reports[0].state == .cancelled)
    }
}
