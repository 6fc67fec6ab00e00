import FarmTransport
import Testing

@Suite struct ControllerNodeTests {
    @Test func `C61 results that turn malformed halfway count up to there, each with its own payload`() throws
    {
        let bench = NodeBench()
        bench.submit(3)
        bench.turn()
        let dispatched = try bench.dispatches()
        #expect(dispatched.count == 3)
        var broken = bench.result(of: dispatched[2], payload: [6])
        broken[4] = 200  // no such state
        bench.receive(
            NodeBench.engine, .results,
            bench.results(
                1, bench.result(of: dispatched[0], payload: [1, 2, 3]),
                bench.result(of: dispatched[1], payload: [4, 5]), broken))
        // Another message comes before the turn ends: it must not be taken for the payloads' home.
        bench.receive(NodeBench.client, .query, QueryMessage(request: 1, json: Array("{}".utf8)).encoded)
        bench.turn()
        #expect(bench.muted[NodeBench.engine] == .malformed)
        let ended = try bench.completions().filter { $0.header.state == .succeeded }
        #expect(ended.map(\.header.task.index) == [0, 1])
        #expect(ended.map(\.payload) == [[1, 2, 3], [4, 5]])
    }

    @Test func `output is taken from the engine that has the attempt, and from no other name`() throws {
        let bench = NodeBench()
        bench.submit(1)
        bench.turn()
        let name = try #require(try bench.dispatches().first?.name)
        func output(_ name: DispatchName) -> [UInt8] {
            OutputMessage(name: name, stream: .output, offset: 0, bytes: [65]).encoded
        }
        for index in 1...100 {
            var other = name
            other.task = TaskID(name.task.job, UInt32(index))
            bench.receive(NodeBench.engine, .output, output(other))
        }
        var earlier = name
        earlier.epoch = name.epoch &- 1
        bench.receive(NodeBench.engine, .output, output(earlier))
        #expect(bench.outputs == [])
        bench.receive(NodeBench.engine, .output, output(name))
        #expect(bench.outputs == [[65]])
    }

    @Test func `C4 whoever asks in part 0 gets accepted, then the completions, without a subscribe`() throws {
        let bench = NodeBench()
        bench.submit(1)
        bench.turn()
        // The first entry of the log says that all parts are in.
        #expect(bench.kinds(to: NodeBench.client) == [.welcome, .accepted, .completions])
        let dispatched = try bench.dispatches()
        bench.receive(NodeBench.engine, .results, bench.results(1, bench.result(of: dispatched[0])))
        bench.turn()
        let states = try bench.completions().map(\.header.state)
        #expect(states.last == .succeeded)

        bench.submit(1, key: 8, follows: false)
        bench.turn()
        let before = bench.kinds(to: NodeBench.client).count
        let next = try #require(try bench.dispatches().last)
        bench.receive(NodeBench.engine, .results, bench.results(2, bench.result(of: next)))
        bench.turn()
        #expect(bench.kinds(to: NodeBench.client).count == before)
    }

    @Test func `an acknowledgement that is held back for want of room comes after a while all the same`()
        throws
    {
        let bench = NodeBench {
            $0.payloadSoftLimitBytes = 3
            $0.throttleNanoseconds = .seconds(1)
        }
        bench.submit(8, isLast: false)
        bench.turn()
        #expect(!bench.kinds(to: NodeBench.client).contains(.accepted))
        let due = bench.node.nextTimer
        #expect(due <= bench.now + .seconds(1))
        bench.now = due
        bench.node.endTurn(at: due)
        #expect(bench.kinds(to: NodeBench.client).contains(.accepted))
    }

    @Test func `C27 the name of an error is read from what a failed attempt left`() throws {
        let bench = NodeBench()
        var spec = GroupSpec(template: 0, count: 2)
        spec.policy.retry = RetryPolicy(failure: 1, errors: ["Busy"])
        let part = SubmissionPart(
            key: UniqueKey(high: 1, low: 1), part: 0, isLast: true, header: JobHeader(), templates: [[]],
            groups: [spec])
        bench.receive(NodeBench.client, .submit, part.encoded)
        bench.turn()
        let entries = try bench.dispatches()
        for (batch, name) in ["Busy", "Full"].enumerated() {
            var payload: [UInt8] = []
            AttemptPayload(error: "no", errorName: name).encode(into: &payload)
            bench.receive(
                NodeBench.engine, .results,
                bench.results(
                    UInt64(batch + 1), bench.result(of: entries[batch], payload: payload, isGood: false)))
        }
        bench.turn()
        #expect(try bench.dispatches().map(\.name.attempt) == [1, 1, 2])
        #expect(bench.node.scheduler.counts.failed == 1)
    }
}
