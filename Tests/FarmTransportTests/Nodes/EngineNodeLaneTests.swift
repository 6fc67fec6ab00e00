import FarmTransport
import Testing

/// What an engine's node remembers of lanes, and how it leaves a pool.
@Suite struct EngineNodeLaneTests {
    @Test func `lanes whose jobs are forgotten are forgotten, too`() {
        let bench = EngineBench()
        for job in 2..<2_002 as Range<UInt32> {
            bench.template(job: job, lane: "x\(job)")
            bench.receive(.forget, JobMessage(job: JobID(job)).encoded)
        }
        #expect(bench.node.laneCount == 0)
        bench.template(job: 3, lane: "y")
        bench.template(job: 4, lane: "y")
        bench.receive(.forget, JobMessage(job: JobID(3)).encoded)
        #expect(bench.node.laneCount == 1, "another job uses it")
        bench.node.disconnected(at: bench.now)
        bench.attach()
        #expect(bench.node.laneCount == 0, "the new session has sent no templates")
    }

    @Test func `C53 a lane is remembered while something in it runs, also when its job is forgotten`() {
        let bench = EngineBench()
        bench.template(group: 1, lane: "x")
        bench.dispatch(0..<1, group: 1)
        bench.endTurn()
        bench.receive(.forget, JobMessage(job: JobID(1)).encoded)
        #expect(bench.node.laneCount == 1 && bench.begun.count == 1)
        bench.template(group: 1, lane: "x")
        bench.dispatch(1..<2, group: 1)
        bench.endTurn()
        #expect(bench.begun.count == 1, "the first has not ended")
        bench.finish(0)
        bench.endTurn()
        #expect(bench.begun.map(\.index) == [0, 1])
        bench.finish(1)
        bench.endTurn()
        bench.receive(.forget, JobMessage(job: JobID(1)).encoded)
        #expect(bench.node.laneCount == 0)
    }

    @Test func `an engine that drains ends what it runs, though its pool breaks meanwhile`() {
        let bench = EngineBench()
        bench.dispatch(0..<1)
        bench.endTurn()
        bench.node.drain(at: bench.now)
        bench.receive(.leave, LeaveMessage(mode: .again).encoded)
        bench.endTurn()
        #expect(bench.node.standing == .draining && !bench.node.startsAnew)
        #expect(bench.calls.last == "begin [0]", "nothing is terminated")
    }

    @Test func `an engine whose pool is broken stops what it runs, and is started anew`() {
        let bench = EngineBench()
        bench.dispatch(0..<1)
        bench.endTurn()
        bench.receive(.leave, LeaveMessage(mode: .again).encoded)
        bench.endTurn()
        #expect(bench.node.startsAnew && bench.calls.last == "terminate 0 leaving")
    }

    @Test(arguments: [LeaveMessage.Mode.drain, .now])
    func `C56 an engine that is told to leave after its pool broke does not start anew`(
        mode: LeaveMessage.Mode
    ) {
        let bench = EngineBench()
        bench.dispatch(0..<1)
        bench.endTurn()
        bench.receive(.leave, LeaveMessage(mode: .again).encoded)
        bench.receive(.leave, LeaveMessage(mode: mode).encoded)
        bench.endTurn()
        #expect(bench.node.standing == .leaving && !bench.node.startsAnew)
        bench.receive(.leave, LeaveMessage(mode: .again).encoded)
        #expect(!bench.node.startsAnew, "that it breaks once more changes nothing")
    }
}
