import FarmTransport
import Testing

@testable import FarmController

/// Who may have lanes, and what queries do with them.
@Suite struct LaneTests {
    private func group(_ count: UInt32) -> GroupSpec {
        var group = GroupSpec(template: 0, count: count)
        group.policy.targets = ["e"]
        group.policy.lane = "x"
        return group
    }

    private static let pinner = SessionID(20)

    /// A client that may have lanes has submitted so many tasks to one.
    private func desk(_ count: UInt32) -> DeskBench {
        let desk = DeskBench(slots: 1)
        desk.bench.arrive(
            HelloMessage(client: UniqueKey(high: 20, low: 20), grant: []), Self.pinner, .multiengineClient)
        submit(desk, count, as: Self.pinner)
        return desk
    }

    private func submit(_ desk: DeskBench, _ count: UInt32, key: UInt64 = 7, as session: SessionID) {
        let part = SubmissionPart(
            key: UniqueKey(high: key, low: key), part: 0, isLast: true, header: JobHeader(name: "job"),
            templates: [Array(#"{"v":1,"run":["true"]}"#.utf8)], groups: [group(count)])
        desk.bench.receive(session, .submit, part.encoded)
        desk.bench.turn()
    }

    @Test func `C53 lanes are for the roles multiengine-client and admin, also by a retry`() throws {
        let desk = desk(1)
        desk.end(try desk.bench.dispatches()[0], isGood: false)
        submit(desk, 1, key: 8, as: NodeBench.client)
        let refusals = (desk.bench.sent[NodeBench.client] ?? []).filter { $0.kind == .refused }
        let refused = try #require(refusals.first).body.withUnsafeBytes {
            try RefusedMessage(decoding: $0)
        }
        #expect(refused.code == .notPermitted && refused.message.contains("multiengine-client.json"))
        let retry =
            #"{"query":"retry","selector":"1","failed":true,"dependents":false,"key":"\#(String(repeating: "5", count: 32))"}"#
        #expect(try desk.ask(retry).code == .notPermitted)
        submit(desk, 1, key: 9, as: DeskBench.admin)
        #expect(try desk.bench.dispatches().count == 2)
    }

    @Test func `whoever may have lanes may drain an engine, too, and who only looks may not`() throws {
        let desk = desk(1)
        let drain = #"{"query":"drain","engines":[0],"now":false}"#
        #expect(try desk.ask(drain, as: DeskBench.observer).code == .notPermitted)
        #expect(try desk.ask(drain, as: Self.pinner).code == .ok)
        #expect(desk.bench.node.scheduler.engineSummaries[0].isDraining)
    }

    @Test func `a part that may not have lanes takes the parts before it along`() throws {
        let desk = DeskBench(slots: 1)
        let key = UniqueKey(high: 9, low: 9)
        for (number, spec) in [GroupSpec(template: 0, count: 1), group(1)].enumerated() {
            let part = SubmissionPart(
                key: key, part: UInt32(number), isLast: number == 1,
                header: number == 0 ? JobHeader(name: "job") : nil,
                templates: [Array(#"{"v":1,"run":["true"]}"#.utf8)], groups: [spec])
            desk.bench.receive(NodeBench.client, .submit, part.encoded)
            desk.bench.turn()
            #expect((desk.bench.node.scheduler.job(withKey: key) == nil) == (number == 1))
        }
        #expect(desk.bench.node.scheduler.jobSummaries.isEmpty)
    }

    @Test func `a drain of several engines is done whole or not at all`() throws {
        let desk = desk(1)
        desk.engine(2)
        func draining() -> [Bool] { desk.bench.node.scheduler.engineSummaries.map(\.isDraining) }
        let refused = try desk.ask(#"{"query":"drain","engines":[0,7,1],"now":false}"#)
        #expect(refused.code == .unknown && refused.text.contains("there is no engine 7"), "\(refused.text)")
        for bad in [#""engine":0"#, #""engines":0"#, #""engines":["e"]"#, #""engines":[-1]"#] {
            #expect(try desk.ask(#"{"query":"drain",\#(bad),"now":false}"#).code == .malformed)
        }
        #expect(draining() == [false, false])
        #expect(try desk.ask(#"{"query":"drain","engines":[0,1],"now":false}"#).code == .ok)
        #expect(draining() == [true, true])
    }

    @Test func `C53 one lane too many is refused with the limit, and room is made by jobs that end`() throws {
        var settings = SchedulerSettings()
        settings.maximumLanes = 1
        let desk = DeskBench(slots: 1, scheduler: settings)
        for (key, lane) in [(8, "x"), (9, "y")] as [(UInt64, String)] {
            var spec = group(1)
            spec.policy.lane = lane
            let part = SubmissionPart(
                key: UniqueKey(high: key, low: key), part: 0, isLast: true, header: JobHeader(name: "job"),
                templates: [Array(#"{"v":1,"run":["true"]}"#.utf8)], groups: [spec])
            desk.bench.receive(DeskBench.admin, .submit, part.encoded)
            desk.bench.turn()
        }
        let refusals = (desk.bench.sent[DeskBench.admin] ?? []).filter { $0.kind == .refused }
        let refused = try #require(refusals.first).body.withUnsafeBytes { try RefusedMessage(decoding: $0) }
        #expect(refused.code == .overLimit)
        #expect(refused.message.contains("engine 0 has 1, and an engine may have 1"), "\(refused.message)")
    }

    @Test func `C53 why, engines, clear and interrupt tell of a lane`() throws {
        let desk = desk(3)
        #expect(try desk.why("1.2") == "third in lane 'x' of engine 0 (e), behind 1.0, which its engine has")
        #expect(
            try desk.ask(#"{"query":"engines"}"#).text.contains(
                #""lanes":[{"name":"x","running":1,"queued":2}]"#))
        let clear = #"{"query":"clear","engine":0}"#
        #expect(try desk.ask(clear).code == .notPermitted)
        #expect(try desk.ask(clear, as: Self.pinner).text == #"{"cleared":2}"#)
        #expect(try desk.ask(#"{"query":"clear","engine":7}"#, as: Self.pinner).code == .unknown)
        let running = try desk.bench.dispatches()[0].name
        let started = StartedMessage(entries: [.init(name: running, startedAt: desk.bench.now)])
        desk.bench.receive(NodeBench.engine, .started, started.encoded)
        let interrupt = #"{"query":"interrupt","ranges":[{"job":1}]}"#
        #expect(
            try desk.ask(interrupt).text
                == #"{"interrupted":1,"not_running":0,"already_ended":2,"unknown":0}"#)
        let names = (desk.bench.sent[NodeBench.engine] ?? []).filter { $0.kind == .interrupt }
        let message = try #require(names.first).body.withUnsafeBytes { try NamesMessage(decoding: $0) }
        #expect(message.names == [try desk.bench.dispatches()[0].name])
        desk.end(try desk.bench.dispatches()[0], isGood: false)
        #expect(try desk.ask(interrupt).code == .alreadyEnded)
        #expect(try desk.ask(#"{"query":"interrupt","ranges":[{"job":9}]}"#).code == .unknown)
        #expect(try desk.ask(interrupt, as: DeskBench.observer).code == .notPermitted)
    }
}
