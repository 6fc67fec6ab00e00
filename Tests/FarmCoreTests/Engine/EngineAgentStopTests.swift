import FarmCore
import Testing

@Suite struct EngineAgentStopTests {
    @Test func `a recall gives back what has not begun`() {
        let engine = Engine()
        engine.dispatch(0)
        engine.dispatch(1)
        #expect(engine(.recall(name(1))) == [.releaseWork(1), .sendRecalled(name(1), givenBack: true)])
        #expect(engine.queuedCount == 0)
        #expect(engine.finish(0).started == [])
    }

    @Test func `a recall of what runs, has ended or is unknown is answered with begun`() {
        let engine = Engine()
        engine.dispatch(0)
        #expect(engine(.recall(name(0))) == [.sendRecalled(name(0), givenBack: false)])
        engine.finish(0)
        #expect(engine(.recall(name(0))) == [.sendRecalled(name(0), givenBack: false)])
        #expect(engine(.recall(name(9))) == [.sendRecalled(name(9), givenBack: false)])
    }

    @Test func `a cancel of what has not begun is its end`() {
        let engine = Engine()
        engine.dispatch(0)
        engine.dispatch(1)
        let report = AttemptReport(name: name(1), state: .cancelled, cause: .cancelled)
        #expect(
            engine(.stop(name(1))) == [.releaseWork(1), .emitResult(report, hint: 101, withPayload: false)])
    }

    @Test func `C35 a cancel of what runs goes to the worker and its end is reported cancelled`() {
        let engine = Engine()
        engine.dispatch(0, grace: .seconds(3))
        let token = engine.tokens[0]!
        engine.advance(10)
        #expect(engine(.stop(name(0))) == [.terminate(token, .cancelled, graceNanoseconds: .seconds(3))])
        #expect(engine(.stop(name(0))) == [])
        engine.advance(10)
        let report = engine.finish(0, .failed, cause: .failure, exitCode: -15).reports[0]
        #expect(report.state == .cancelled)
        #expect(report.cause == .cancelled)
        #expect(report.exitCode == -15)
    }

    @Test func `C35 success that came before the cancel counts, after it it does not`() {
        let engine = Engine(slots: 2)
        engine.dispatch(0)
        engine.dispatch(1)
        engine.advance(10)
        let before = engine.now
        engine.advance(10)
        engine(.stop(name(0)))
        engine(.stop(name(1)))
        engine.advance(10)
        #expect(engine.finish(0, endedAt: before).reports[0].state == .succeeded)
        #expect(engine.finish(1, endedAt: engine.now).reports[0].state == .cancelled)
    }

    @Test func `a cancel of what has ended or is unknown changes nothing`() {
        let engine = Engine()
        engine.dispatch(0)
        engine.finish(0)
        #expect(engine(.stop(name(0))) == [])
        #expect(engine(.stop(name(9))) == [])
    }

    @Test func `C39 a timeout ends a running attempt, counted from its start`() {
        let engine = Engine()
        engine.dispatch(0)
        engine.dispatch(1, timeout: .seconds(10), grace: .seconds(2))
        engine.fireTimer()
        engine.advance(.seconds(60))
        #expect(engine.nextTimer == .never)
        engine.finish(0)
        let token = engine.tokens[1]!
        let start = engine.now
        #expect(engine.fireTimer() == [.sendStarted(name(1), at: start)])
        #expect(engine.nextTimer == start + .seconds(10))
        #expect(engine.fireTimer() == [.terminate(token, .timeout, graceNanoseconds: .seconds(2))])
        #expect(engine.nextTimer == .never)
        engine.advance(.seconds(1))
        let report = engine.finish(1, .failed, cause: .failure, exitCode: -9).reports[0]
        #expect(report.state == .failed)
        #expect(report.cause == .timeout)
        #expect(report.durationNanoseconds == .seconds(11))
    }

    @Test func `C39 the timer is gone once the attempt has ended`() {
        let engine = Engine(slots: 2)
        engine.dispatch(0, timeout: .seconds(10))
        engine.dispatch(1, timeout: .seconds(20))
        engine.finish(0)
        engine.finish(1)
        #expect(engine.nextTimer == .never)
    }

    @Test func `an early timer moves on to the next deadline`() {
        let engine = Engine(slots: 2)
        engine.dispatch(0, timeout: .seconds(10))
        engine.dispatch(1, timeout: .seconds(20))
        let start = engine.now
        engine.finish(0)
        engine.fireTimer()
        #expect(engine.fireTimer() == [])
        #expect(engine.nextTimer == start + .seconds(20))
        #expect(engine.fireTimer().count == 1)
    }

    @Test func `a failure that came before the timer keeps its own cause`() {
        let engine = Engine()
        engine.dispatch(0, timeout: .seconds(1))
        engine.fireTimer()
        let before = engine.now
        engine.fireTimer()
        let report = engine.finish(0, .failed, cause: .failure, exitCode: 2, endedAt: before).reports[0]
        #expect(report.cause == .failure)
    }

    @Test func `a cancel after the timeout makes it cancelled, a timeout after the cancel changes nothing`() {
        let engine = Engine(slots: 2)
        engine.dispatch(0, timeout: .seconds(1))
        engine.dispatch(1, timeout: .seconds(1))
        engine(.stop(name(1)))
        engine.advance(.seconds(1))
        #expect(
            engine(.timer).contains(.terminate(engine.tokens[0]!, .timeout, graceNanoseconds: .seconds(5))))
        #expect(
            engine(.stop(name(0))) == [
                .terminate(engine.tokens[0]!, .cancelled, graceNanoseconds: .seconds(5))
            ])
        #expect(engine.finish(0, .failed).reports[0].cause == .cancelled)
        #expect(engine.finish(1, .failed).reports[0].cause == .cancelled)
    }

    @Test func `a timeout of nought or less is none`() {
        let engine = Engine(slots: 2)
        engine.dispatch(0, timeout: 0)
        engine.dispatch(1, timeout: -5)
        engine.fireTimer()
        #expect(engine.nextTimer == .never)
    }
}
