import FarmStore
import FarmTransport
import Testing

@testable import FarmController

/// What an operator reads of each reason for which a task may wait.
@Suite struct WhyTests {
    private func group(
        _ count: UInt32 = 1, _ name: String = "", after: [Dependency] = [],
        _ policy: (inout TaskPolicy) -> Void = { _ in }
    ) -> GroupSpec {
        var spec = GroupSpec(template: 0, count: count, name: name, after: after)
        policy(&spec.policy)
        return spec
    }

    @Test func `which tasks it waits for, and how many of them have ended`() throws {
        let desk = DeskBench()
        desk.submit([
            group(3, "mesh"), group(1, "solve", after: [Dependency([.group(0)])]),
        ])
        let words = try desk.why("1.3")
        #expect(words.contains("waits for dependencies: 0 of 3 needed tasks have succeeded"))
        #expect(words.contains("1.0-2 mesh: 0 of 3 ended"))
    }

    @Test func `when its next try comes`() throws {
        let desk = DeskBench()
        desk.submit([
            group { $0.retry = RetryPolicy(failure: 1, delayNanoseconds: .seconds(300)) }
        ])
        let entry = try #require(try desk.bench.dispatches().last)
        desk.end(entry, isGood: false)
        #expect(try desk.why("1.0") == "waits for its next try, in 5 min")
    }

    @Test func `which pause, and what ends it`() throws {
        let desk = DeskBench()
        desk.submit([group(4)])
        _ = try desk.ask(#"{"query":"pause","jobs":[1],"paused":true}"#)
        #expect(try desk.why("1.3") == "job 1 is paused; `tasks resume 1` goes on with it")
        _ = try desk.ask(#"{"query":"pause","jobs":[1],"paused":false}"#)
        _ = try desk.ask(#"{"query":"pause","jobs":null,"paused":true}"#, as: DeskBench.admin)
        #expect(try desk.why("1.3") == "the farm is paused; `tasks resume --all` goes on")
    }

    @Test func `C28 which brake, and how far it is`() throws {
        let desk = DeskBench(slots: 8)
        desk.submit([group(5, "a") { $0.brake = Brake(maxRunning: 2) }])
        #expect(
            try desk.why("1.4") == "held back by max-running: 2 of 2 are sent; it goes when one of them ends")
        desk.submit([group(5)], key: 8, header: JobHeader(name: "all", brake: Brake(canary: 3)))
        #expect(
            try desk.why("2.4")
                == "held back by canary of its job: 3 tasks go first, and none of them has succeeded yet (0 failed)"
        )
    }

    @Test func `which limit, how much of it is taken, and that it can never have as much as it wants`() throws
    {
        var settings = SchedulerSettings()
        settings.limits = [NamedAmount("license", 2)]
        let desk = DeskBench(slots: 8, scheduler: settings)
        let two = group(2) { $0.needs = Needs(named: [NamedAmount("license", 2)]) }
        desk.submit([two])
        #expect(
            try desk.why("1.1")
                == "the farm's limit: 2 of 2 license are in use, it needs 2; it goes when enough is free")
        let three = group(1) { $0.needs = Needs(named: [NamedAmount("license", 3)]) }
        desk.submit([three], key: 9)
        #expect(desk.bench.kinds(to: NodeBench.client).last == .refused)
        let words = desk.desk.words(.limit("license", used: 0, of: 2, needed: 3))
        #expect(words.contains("there are only 2") && words.contains("--limit license=3"))
    }

    @Test func `C28 that a limit was lowered below what it needs, by a controller that was started again`()
        throws
    {
        var settings = SchedulerSettings()
        settings.limits = [NamedAmount("license", 3)]
        let ledger = MemoryLedger(isReplayable: true)
        let first = DeskBench(slots: 8, ledger: ledger, scheduler: settings)
        _ = try first.ask(#"{"query":"pause","jobs":null,"paused":true}"#, as: DeskBench.admin)
        first.submit([group(1) { $0.needs = Needs(named: [NamedAmount("license", 3)]) }])
        settings.limits = [NamedAmount("license", 2)]
        let second = DeskBench(slots: 8, ledger: ledger, at: first.bench.now, scheduler: settings)
        _ = try second.ask(#"{"query":"pause","jobs":null,"paused":false}"#, as: DeskBench.admin)
        #expect(
            try second.why("1.0")
                == "it needs 3 of the farm's license, and there are only 2 since the controller was started again:"
                + " cancel it, or start the controller with --limit license=3")
    }

    @Test func `C56 which rank of a pool was stopped, or drains, and what to do`() throws {
        let pool = UniqueKey(high: 9, low: 1)
        func info(_ rank: UInt32) -> EngineInfo {
            EngineInfo(
                key: UniqueKey(high: 50, low: UInt64(rank)), name: "r\(rank)",
                pool: PoolSeat(key: pool, rank: rank, size: 2))
        }
        let desk = DeskBench(engine: info(0))
        desk.engine(2) { $0 = info(1) }
        _ = try desk.ask(#"{"query":"drain","engines":[1],"now":false}"#)
        desk.submit([group { $0.collective = 0 }])
        let place = "--pool \(pool):1/2"
        let draining = try desk.why("1.0")
        #expect(draining.contains("1 of 2 ranks that it needs are free: rank 1 (engine 1, r1) is draining"))
        #expect(draining.contains("`tasks engine start \(place)`"), "\(draining)")
        _ = try desk.ask(#"{"query":"drain","engines":[1],"now":true}"#)
        desk.bench.receive(SessionID(102), .bye, ByeMessage(message: "").encoded)
        desk.bench.turn()
        let stopped = try desk.why("1.0")
        #expect(stopped.contains("1 of its 2 ranks are here"))
        #expect(stopped.contains("rank 1 (engine 1, r1) was stopped"), "\(stopped)")
        #expect(stopped.contains("rank 0 (engine 0, r0) starts anew") && stopped.contains(place))
        let modes = try (desk.bench.sent[NodeBench.engine] ?? []).filter { $0.kind == .leave }.map {
            message in
            try message.body.withUnsafeBytes { try LeaveMessage(decoding: $0).mode }
        }
        #expect(modes == [.again])
    }

    @Test func `that no engine is here`() throws {
        let desk = DeskBench()
        desk.bench.receive(NodeBench.engine, .bye, [])
        desk.bench.turn()
        desk.submit([group()])
        #expect(try desk.why("1.0") == "no engine is here; start one with `tasks engine start`")
        #expect(desk.desk.words(.enginesJoining).hasPrefix("engines have just come"))
    }

    @Test func `how far each engine falls short of what it needs`() throws {
        let small = EngineInfo(
            key: UniqueKey(high: 1, low: 1), name: "small", slots: 2, tags: ["ssd"], memoryBytes: 1 << 30)
        let desk = DeskBench(engine: small)
        desk.engine(2) { $0.name = "twin" }
        desk.submit([
            group {
                $0.needs = Needs(cpus: 4, memoryBytes: 2 << 30, gpus: 1, named: [NamedAmount("fpga", 2)])
            },
            group { $0.needs = Needs(tags: ["ssd", "ib"]) },
            group { $0.targets = ["nobody"] },
        ])
        let first = try desk.why("1.0")
        #expect(
            first.contains(
                "engine 0 (small): has 2 of 4 CPUs, has 1024 MiB of 2048 MiB, has 0 of 1 GPUs, has 0 of 2 fpga"
            ))
        #expect(first.contains("engine 1 (twin): has 1 of 4 CPUs"))
        #expect(first.contains("start one that can (`tasks engine start`)"))
        let second = try desk.why("1.1")
        #expect(second.contains("engine 0 (small): has no tag ib"))
        #expect(second.contains("engine 1 (twin): has no tag ib, ssd"))
        #expect(try desk.why("1.2").contains("engines 0 (small), 1 (twin): is none of its targets"))
    }

    @Test func `that an engine drains, or is away`() throws {
        let desk = DeskBench()
        desk.engine(2)
        _ = try desk.ask(#"{"query":"drain","engines":[0],"now":false}"#)
        desk.bench.node.sessionLost(SessionID(102), .unreachable)
        desk.submit([group()])
        let words = try desk.why("1.0")
        #expect(words.contains("engine 0 (e): is draining"))
        #expect(words.contains("engine 1 (e2): is not here (disconnected)"))
    }

    @Test func `what an engine lacks that was here before the controller was started again`() throws {
        let ledger = MemoryLedger(isReplayable: true)
        let first = DeskBench(ledger: ledger)
        first.engine(2) { ($0.cpus, $0.memoryBytes) = (4, 1 << 30) }
        let second = DeskBench(ledger: ledger, at: first.bench.now)
        second.submit([group { $0.needs = Needs(cpus: 8, memoryBytes: 2 << 30) }])
        let words = try second.why("1.0")
        #expect(words.contains("engine 0 (e): has 1 of 8 CPUs"), "\(words)")
        #expect(
            words.contains(
                "engine 1 (e2): is not here (expected), has 4 of 8 CPUs, has 1024 MiB of 2048 MiB"),
            "\(words)")
    }

    @Test func `whose turn it is, and what the engines that could take it lack now`() throws {
        var settings = SchedulerSettings()
        settings.highWaterMark = 1
        let desk = DeskBench(slots: 2, scheduler: settings)
        desk.submit([group(5)])
        desk.submit([group(2)], key: 8, header: JobHeader(name: "other"))
        let own = try desk.why("1.4")
        #expect(own.contains("of its own job 2 go before it"))
        #expect(own.contains("it takes turns with 1 other job"))
        #expect(own.contains("engine 0 (e): all 2 slots are taken"))
        desk.submit([group(1) { $0.priority = 5 }], key: 9)
        #expect(try desk.why("1.4").contains("some have a higher priority"))
    }

    @Test func `where it is, that it is being stopped, and how it ended`() throws {
        let desk = DeskBench()
        desk.submit([group(1)])
        #expect(try desk.why("1.0") == "attempt 1 is at engine 0 (e)")
        let cancel = CancelMessage(request: 1, ranges: [CancelMessage.TaskRange(job: JobID(1))])
        desk.bench.receive(NodeBench.client, .cancel, cancel.encoded)
        desk.bench.turn()
        #expect(try desk.why("1.0") == "engine 0 (e) was told to stop it")
        desk.submit([group(1)], key: 8)
        #expect(desk.desk.words(.ended(.failed)) == "ended: failed")
        #expect(
            desk.desk.words(.heldForRecovery(until: desk.bench.now + .seconds(3)))
                == "held after the controller's restart until its engines are back, at most 3 s")
    }

    @Test func `until when an engine is quarantined`() throws {
        let until = Instant(nanoseconds: .seconds(1_000)) + .seconds(10)
        let desk = DeskBench()
        let words = desk.desk.words(
            .noEngineCan([
                EngineObjection(id: EngineID(0), name: "a", objection: "has 1 of 4 CPUs"),
                EngineObjection(id: EngineID(1), name: "b", objection: "is quarantined", until: until),
            ]))
        #expect(
            words.hasPrefix(
                "no engine can take it now: engine 0 (a): has 1 of 4 CPUs; engine 1 (b): is quarantined for ")
        )
        #expect(words.hasSuffix(" s more"))
    }
}
