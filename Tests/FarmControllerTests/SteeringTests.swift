import FarmTemplate
import FarmTransport
import Testing

@testable import FarmController

/// What queries tell of limits, brakes and engines.
@Suite struct SteeringTests {
    @Test func `how much of each limit is in use`() throws {
        var settings = SchedulerSettings()
        settings.limits = [NamedAmount("license", 4), NamedAmount("tape", 1)]
        let desk = DeskBench(slots: 8, scheduler: settings)
        var group = GroupSpec(template: 0, count: 2)
        group.policy.needs = Needs(named: [NamedAmount("license", 3)])
        desk.submit([group])
        #expect(
            try desk.ask(#"{"query":"status"}"#).text.contains(
                #""limits":[{"name":"license","used":3,"of":4},{"name":"tape","used":0,"of":1}]"#))
        #expect(try desk.bench.dispatches().count == 1)
        desk.end(try desk.bench.dispatches()[0])
        #expect(try desk.bench.dispatches().count == 2)
    }

    @Test func `what an engine has, and what of it is taken`() throws {
        let engine = EngineInfo(
            key: UniqueKey(high: 1, low: 1), name: "big", slots: 4, cpus: 8, tags: ["ssd"],
            memoryBytes: 8 << 30, gpus: 2, named: [NamedAmount("fpga", 3)])
        let desk = DeskBench(engine: engine)
        var group = GroupSpec(template: 0, count: 1)
        group.policy.needs = Needs(
            cpus: 3, memoryBytes: 1 << 30, gpus: 1, named: [NamedAmount("fpga", 2)], tags: ["ssd"])
        desk.submit([group])
        let text = try desk.ask(#"{"query":"engines"}"#).text
        #expect(text.contains(#""memory":8589934592,"gpus":2,"named":{"fpga":3},"tags":["ssd"]"#))
        #expect(
            text.contains(
                #""committed":{"cpus":3,"memory":1073741824,"gpus":1,"named":{"fpga":2}}"#))
        #expect(text.contains(#""quarantined_until":0,"probing":false"#))
    }

    @Test func `C28 a job tells its brakes, and which one has stopped it at how many failures`() throws {
        let desk = DeskBench(slots: 4)
        var group = GroupSpec(template: 0, count: 40, name: "solve")
        group.policy.brake = Brake(maxRunning: 2, maxFailures: .share(250))
        desk.submit([group], header: JobHeader(brake: Brake(canary: 4)))
        let before = try desk.ask(#"{"query":"job","job":1}"#).text
        #expect(
            before.contains(
                #"{"group":null,"max_running":0,"max_failures":null,"canary":4,"running":2,"succeeded":0,"failed":0,"of":40,"allowed":null,"stopped":null}"#
            ))
        #expect(before.contains(#""max_failures":"2.5%""#) && before.contains(#""allowed":1"#))
        for batch in 0..<2 {
            let sent = try desk.bench.dispatches()
            desk.end(sent[batch], isGood: false, batch: UInt64(batch + 1))
        }
        let after = try desk.ask(#"{"query":"job","job":1}"#).text
        #expect(after.contains(#""failed":2,"of":40,"allowed":1,"stopped":"max-failures""#))
    }

    @Test func `C28 an engine where all fails at once is quarantined until a time, tried, and returned`()
        throws
    {
        var settings = SchedulerSettings()
        settings.quarantineFailures = 3
        settings.highWaterMark = 1
        let desk = DeskBench(scheduler: settings)
        desk.engine(2)
        var group = GroupSpec(template: 0, count: 12)
        group.policy.retry = RetryPolicy(failure: 5)
        desk.submit([group])
        var batches: [SessionID: UInt64] = [:]
        // Engine 0 fails at once, engine 1 does well, until the first is shut out.
        for _ in 0..<12 {
            for session in [SessionID(102), NodeBench.engine] {
                try answer(desk, session, isGood: session != NodeBench.engine, &batches)
            }
        }
        let engines = try desk.ask(#"{"query":"engines"}"#).text
        #expect(!engines.contains(#""quarantined_until":0,"probing":false,"ended":3"#))
        #expect(try desk.ask(#"{"query":"status"}"#).text.contains(#""quarantined":1"#))
        // Its time is over: one task, which goes well.
        desk.bench.now = desk.bench.now + .seconds(11)
        desk.submit([GroupSpec(template: 0, count: 3)], key: 9)
        #expect(try desk.ask(#"{"query":"engines"}"#).text.contains(#""probing":true"#))
        try answer(desk, NodeBench.engine, isGood: true, &batches)
        #expect(try desk.ask(#"{"query":"status"}"#).text.contains(#""quarantined":0"#))
    }

    /// Answers the newest dispatch of an engine that still has it.
    private func answer(
        _ desk: DeskBench, _ session: SessionID, isGood: Bool, _ batches: inout [SessionID: UInt64]
    ) throws {
        let engine = EngineID(session == NodeBench.engine ? 0 : 1)
        guard let name = desk.bench.node.scheduler.attempts(atEngine: engine).first,
            let entry = try desk.bench.dispatches(to: session).last(where: { $0.name == name })
        else { return }
        batches[session, default: 0] += 1
        desk.bench.receive(
            session, .results,
            desk.bench.results(batches[session]!, desk.bench.result(of: entry, isGood: isGood)))
        desk.bench.turn()
    }
}
