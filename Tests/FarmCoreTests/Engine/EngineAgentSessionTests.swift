import FarmCore
import Testing

@Suite struct EngineAgentSessionTests {
    @Test func `results of a turn make one batch, and batches are numbered from 1`() {
        let engine = Engine(slots: 3)
        for index in 0..<3 as Range<UInt32> { engine.dispatch(index) }
        engine.finish(0)
        engine.finish(1)
        #expect(engine(.endTurn) == [.closeBatch(1, send: true)])
        #expect(engine(.endTurn) == [])
        engine.finish(2)
        #expect(engine(.endTurn) == [.closeBatch(2, send: true)])
        #expect(engine.unrecordedCount == 3)
        #expect(engine(.recorded(1)) == [.forgetBatches(through: 1)])
        #expect(engine.unrecordedCount == 1)
        #expect(engine(.recorded(1)) == [])
        #expect(engine(.recorded(99)) == [.forgetBatches(through: 2)])
        #expect(engine.unrecordedBytes == 0)
    }

    @Test func `a batch is closed before it gets too large`() {
        let engine = Engine(slots: 3)
        for index in 0..<3 as Range<UInt32> { engine.dispatch(index) }
        engine.finish(0, payloadBytes: 200 << 10)
        #expect(engine.finish(1, payloadBytes: 100 << 10).first == .closeBatch(1, send: true))
        #expect(engine.finish(2, payloadBytes: 900 << 10).first == .closeBatch(2, send: true))
        #expect(engine(.endTurn) == [.closeBatch(3, send: true)])
    }

    @Test func `C30 losing the controller stops nothing, and a new session gets all results again`() {
        let engine = Engine(slots: 2)
        for index in 0..<4 as Range<UInt32> { engine.dispatch(index) }
        engine.finish(0)
        engine(.endTurn)
        engine(.connectionLost)
        #expect(engine.finish(1).started == [3])
        #expect(engine(.endTurn) == [.closeBatch(2, send: false)])
        #expect(engine.finish(2).count == 1)
        #expect(
            engine.claims == [
                Claim(name: name(0), phase: .finished), Claim(name: name(1), phase: .finished),
                Claim(name: name(2), phase: .finished), Claim(name: name(3), phase: .running),
            ])
        #expect(engine(.welcomed(EngineID(1), epoch: 2, windowBytes: 1 << 20)) == [.resendBatches])
        #expect(engine(.endTurn) == [.closeBatch(3, send: true)])
        #expect(engine.epoch == 2)
        #expect(engine(.recorded(3)) == [.forgetBatches(through: 3)])
        #expect(engine.heldCount == 1)
    }

    @Test func `claims name what is queued, in the order of its coming for equal needs`() {
        let engine = Engine(attached: false)
        for index in 0..<3 as Range<UInt32> { engine.dispatch(index) }
        #expect(engine.claims.map(\.phase) == [.running, .queued, .queued])
        #expect(engine.claims.map(\.name.task.index) == [0, 1, 2])
    }

    @Test func `only attempts that run for 50 ms are told to have started, once a session`() {
        let engine = Engine(slots: 3)
        let start = engine.now
        engine.dispatch(0)
        engine.advance(.milliseconds(10))
        engine.dispatch(1)
        engine.advance(.milliseconds(10))
        engine.dispatch(2)
        engine.finish(1)
        #expect(engine.fireTimer() == [.sendStarted(name(0), at: start)])
        #expect(engine.now == start + .milliseconds(50))
        #expect(engine.fireTimer() == [.sendStarted(name(2), at: start + .milliseconds(20))])
        #expect(engine.nextTimer == .never)
        engine(.connectionLost)
        #expect(engine.nextTimer == .never)
        engine(.welcomed(EngineID(1), epoch: 1, windowBytes: 1 << 20))
        #expect(engine.fireTimer().count == 2)
        #expect(engine.nextTimer == .never)
    }

    @Test func `nothing starts while a window of results is unrecorded`() {
        let engine = Engine(slots: 2, window: 1000)
        engine.dispatch(0)
        engine.dispatch(1)
        engine.dispatch(2)
        #expect(engine.finish(0, payloadBytes: 500).started == [2])
        engine(.endTurn)
        #expect(engine.finish(1, payloadBytes: 500).started == [])
        engine(.endTurn)
        #expect(engine.dispatch(3).started == [])
        #expect(engine(.recorded(1)).started == [3])
    }

    @Test func `a result larger than the window does not block for ever, nor does a window of nought`() {
        let engine = Engine(window: 0)
        engine.dispatch(0)
        engine.dispatch(1)
        #expect(engine.finish(0, payloadBytes: 500).started == [])
        engine(.endTurn)
        #expect(engine(.recorded(1)).started == [1])
    }

    @Test func `a wider window of a new session lets attempts start`() {
        let engine = Engine(window: 100)
        engine.dispatch(0)
        engine.dispatch(1)
        #expect(engine.finish(0, payloadBytes: 500).started == [])
        engine(.connectionLost)
        #expect(engine(.welcomed(EngineID(1), epoch: 1, windowBytes: 1000)).started == [1])
    }
}
