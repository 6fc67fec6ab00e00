import FarmCore
import Testing

@Suite struct EngineAgentLeaveTests {
    @Test func `C31 an idle engine that drains leaves at once`() {
        let engine = Engine()
        #expect(engine(.drain) == [.sendDraining, .sendBye, .exit])
        #expect(engine.standing == .left)
        #expect(engine(.drain) == [])
    }

    @Test
    func `C31 a busy one gives back what has not begun, ends what runs, and leaves when that is recorded`() {
        let engine = Engine()
        engine.dispatch(0)
        engine.dispatch(1)
        #expect(
            engine(.drain) == [.sendDraining, .releaseWork(1), .sendRecalled(name(1), givenBack: true)])
        #expect(engine.dispatch(2) == [.releaseWork(2), .sendRecalled(name(2), givenBack: true)])
        #expect(engine.finish(0).reports[0].state == .succeeded)
        #expect(engine(.endTurn) == [.closeBatch(1, send: true)])
        #expect(engine(.recorded(1)) == [.forgetBatches(through: 1), .sendBye, .exit])
    }

    @Test func `a draining engine without a session waits for one to deliver its results`() {
        let engine = Engine()
        engine.dispatch(0)
        engine(.connectionLost)
        #expect(engine(.drain) == [])
        engine.finish(0)
        engine(.endTurn)
        #expect(
            engine(.welcomed(EngineID(1), epoch: 1, windowBytes: 1000)) == [.resendBatches, .sendDraining])
        #expect(engine(.recorded(1)) == [.forgetBatches(through: 1), .sendBye, .exit])
    }

    @Test func `an engine that never found its controller leaves without a word`() {
        let engine = Engine(attached: false)
        #expect(engine(.leaveNow) == [.exit])
    }

    @Test func `leaving at once ends what runs and gives it back`() {
        let engine = Engine(slots: 2)
        engine.dispatch(0, grace: .seconds(3))
        engine.dispatch(1)
        engine.dispatch(2)
        let actions = engine(.leaveNow)
        #expect(
            actions == [
                .sendDraining, .releaseWork(2), .sendRecalled(name(2), givenBack: true),
                .terminate(engine.tokens[0]!, .leaving, graceNanoseconds: .seconds(3)),
                .terminate(engine.tokens[1]!, .leaving, graceNanoseconds: .seconds(5)),
            ])
        engine.advance(10)
        #expect(engine.finish(0, .failed) == [.sendRecalled(name(0), givenBack: true)])
        #expect(engine.finish(1, endedAt: engine.now + -10).reports[0].state == .succeeded)
        engine(.endTurn)
        #expect(engine(.recorded(1)) == [.forgetBatches(through: 1), .sendBye, .exit])
        #expect(engine.nextTimer == .never)
    }

    @Test func `leaving at once does not wait for ever for an attempt that does not end`() {
        let engine = Engine()
        engine.dispatch(0, grace: .seconds(3))
        engine.fireTimer()
        engine(.leaveNow)
        #expect(engine.nextTimer == engine.now + .seconds(5))
        #expect(engine.fireTimer() == [.sendBye, .exit])
        #expect(engine.finish(0) == [])
        #expect(engine.dispatch(1) == [.releaseWork(1)])
    }

    @Test func `leaving at once waits two seconds for the record of what ended, with or without a session`() {
        let engine = Engine()
        engine.dispatch(0, grace: .seconds(60))
        engine.finish(0)
        engine(.endTurn)
        engine.dispatch(1, grace: .seconds(60))
        engine(.connectionLost)
        engine(.leaveNow)
        engine.finish(1, .failed)
        #expect(engine.nextTimer == engine.now + .seconds(2))
        #expect(engine.fireTimer() == [.exit])
    }
}
