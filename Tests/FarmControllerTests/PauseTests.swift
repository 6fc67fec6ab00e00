import FarmStore
import FarmTemplate
import FarmTransport
import Testing

@testable import FarmController

/// Pausing by query: who may, what it says, and that it is kept.
@Suite struct PauseTests {
    private let pause = #"{"query":"pause","jobs":[1],"paused":true}"#
    private let resume = #"{"query":"pause","jobs":[1],"paused":false}"#

    private func group(_ count: UInt32) -> GroupSpec { GroupSpec(template: 0, count: count) }

    @Test func `C28 nothing of a paused job is sent, and all of it when it goes on`() throws {
        var settings = SchedulerSettings()
        settings.highWaterMark = 1
        let desk = DeskBench(slots: 2, scheduler: settings)
        desk.submit([group(4)])
        #expect(try desk.bench.dispatches().count == 2)
        let first = try desk.ask(pause)
        #expect(first.text.contains(#""changed":[1],"unchanged":[],"ended":[]"#))
        #expect(try desk.ask(pause).text.contains(#""changed":[],"unchanged":[1]"#))
        let sent = try desk.bench.dispatches()
        desk.end(sent[0])
        #expect(try desk.bench.dispatches().count == 2)
        #expect(try desk.ask(#"{"query":"job","job":1}"#).text.contains(#""paused":true"#))
        #expect(try desk.ask(resume).text.contains(#""changed":[1]"#))
        #expect(try desk.bench.dispatches().count == 3)
        #expect(try desk.ask(resume).text.contains(#""unchanged":[1]"#))
    }

    @Test func `what has ended, what is not there and what is no list are told apart, and nothing is done`()
        throws
    {
        let desk = DeskBench()
        desk.submit([group(1)])
        desk.end(try #require(try desk.bench.dispatches().last))
        let ended = try desk.ask(pause)
        #expect(
            ended.code == .alreadyEnded && ended.text == "job 1: already ended, there is nothing to pause")
        #expect(try desk.ask(resume).text.hasSuffix("there is nothing to resume"))
        desk.submit([group(1)], key: 8)
        let unknown = try desk.ask(#"{"query":"pause","jobs":[2,77],"paused":true}"#)
        #expect(unknown.code == .unknown && unknown.text.contains("no job 77"))
        #expect(try desk.ask(#"{"query":"job","job":2}"#).text.contains(#""paused":false"#))
        for bad in [
            #"{"query":"pause","jobs":[],"paused":true}"#, #"{"query":"pause","jobs":["a"],"paused":true}"#,
            #"{"query":"pause","jobs":[1]}"#, #"{"query":"pause","jobs":7,"paused":true}"#,
        ] {
            #expect(try desk.ask(bad).code == .malformed, "\(bad)")
        }
        let both = try desk.ask(#"{"query":"pause","jobs":[1,2],"paused":true}"#)
        #expect(both.code == .ok && both.text.contains(#""changed":[2],"unchanged":[],"ended":[1]"#))
    }

    @Test func `jobs are for who may submit, the farm is for admins, and observers may only look`() throws {
        let desk = DeskBench()
        desk.submit([group(1)])
        let farm = #"{"query":"pause","jobs":null,"paused":true}"#
        #expect(try desk.ask(pause, as: DeskBench.observer).code == .notPermitted)
        #expect(try desk.ask(farm).code == .notPermitted)
        #expect(try desk.ask(farm, as: DeskBench.admin).text == #"{"changed":true}"#)
        #expect(try desk.ask(farm, as: DeskBench.admin).text == #"{"changed":false}"#)
        #expect(try desk.ask(#"{"query":"status"}"#).text.contains(#""paused":true"#))
        #expect(try desk.ask(resume).text.contains(#""farm_paused":true"#))
    }

    @Test func `a pause of a job and of the farm hold over the controller's end`() throws {
        let ledger = MemoryLedger(isReplayable: true)
        let first = DeskBench(ledger: ledger)
        _ = try first.ask(#"{"query":"pause","jobs":null,"paused":true}"#, as: DeskBench.admin)
        first.submit([group(2)])
        first.submit([group(2)], key: 8)
        _ = try first.ask(pause)
        #expect(try first.bench.dispatches() == [])

        let second = DeskBench(ledger: ledger, at: first.bench.now)
        #expect(try second.bench.dispatches() == [])
        #expect(try second.why("1.0").contains("job 1 is paused"))
        #expect(try second.why("2.0").contains("the farm is paused"))
        _ = try second.ask(#"{"query":"pause","jobs":null,"paused":false}"#, as: DeskBench.admin)
        #expect(try second.bench.dispatches().map(\.name.task.job) == [JobID(2)])

        let third = DeskBench(ledger: ledger, at: second.bench.now)
        #expect(try third.ask(#"{"query":"status"}"#).text.contains(#""paused":false"#))
        #expect(try third.why("1.1").contains("job 1 is paused"))
    }
}
