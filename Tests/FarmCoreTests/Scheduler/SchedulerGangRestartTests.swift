import FarmCore
import Testing

/// Collective tasks that run while the controller is away.
@Suite struct SchedulerGangRestartTests {
    private static let key = UniqueKey(high: 9, low: 1)
    private let farm = TestFarm(epoch: 2)
    private let task = TaskID(JobID(1), 0)
    private let dispatch = DispatchName(task: TaskID(JobID(1), 0), attempt: 1, epoch: 1)

    /// The ledger has a collective task and a pool of this size, and what else `more` says.
    private func restart(ranks: UInt32, of size: UInt32 = 2, _ more: RecoveryStep...) {
        let part = SubmissionPart(
            key: UniqueKey(high: 1, low: 1), part: 0, isLast: true, header: JobHeader(), templates: [[]],
            groups: [.gang(ranks)])
        farm.recover(
            .submission(part, blocks: [.none], job: JobID(1), owner: "me", priorityCap: 9, at: farm.now))
        for rank in 0..<size {
            let info = EngineInfo(
                key: engine(rank), name: "p1r\(rank)", pid: 100 + Int32(rank), slots: 1,
                pool: PoolSeat(key: Self.key, rank: rank, size: size))
            farm.recover(.fact(.engineJoined(EngineID(rank), info)))
        }
        for step in more { farm.recover(step) }
        farm.recovered()
    }

    private var restarted: [EngineHandle] {
        farm.controls.compactMap { if case .startAnew(let engine) = $0 { engine } else { nil } }
    }

    private func engine(_ rank: UInt32) -> UniqueKey { UniqueKey(high: 5, low: UInt64(rank)) }

    private func comeBack(_ rank: UInt32, of size: UInt32 = 2, _ phase: Claim.Phase? = .running)
        -> EngineHandle
    {
        farm.engine(
            "p1r\(rank)", key: engine(rank),
            claims: phase.map { [Claim(name: dispatch, phase: $0)] } ?? [], session: 1_000 + UInt64(rank),
            pid: 100 + Int32(rank)
        ) { $0.pool = PoolSeat(key: Self.key, rank: rank, size: size) }
    }

    private func end(_ engine: EngineHandle, _ state: TaskState = .succeeded) {
        farm.handle(.result(engine, hint: 0, AttemptReport(name: dispatch, state: state), .none))
        farm.turn()
    }

    @Test func `C47 a collective task that all of its ranks claim goes on`() {
        restart(ranks: 2)
        let pool = [1, 0].map { comeBack($0) }
        #expect(farm.state(task) == .running && farm.ranks.isEmpty && farm.stops(of: task).isEmpty)
        farm.alive = pool
        farm.wait(.seconds(60))
        for engine in pool { end(engine) }
        #expect(farm.story(task) == [.rank, .rank, .terminal])
        #expect(farm.log.filter { $0.kind == .rank }.map(\.rank) == [1, 0])
        #expect(farm.entry(task)?.state == .succeeded && farm.entry(task)?.attempt == 1)
        #expect(farm.scheduler.usage.isEmpty)
    }

    @Test func `C47 a rank may end before the others have come back`() {
        restart(ranks: 0)
        let one = comeBack(1, .finished)
        end(one)
        #expect(farm.state(task) == .running)
        end(comeBack(0))
        #expect(farm.story(task) == [.rank, .rank, .terminal])
        #expect(farm.log.filter { $0.kind == .rank }.map(\.rank) == [1, 0])
        #expect(farm.entry(task)?.state == .succeeded && farm.entry(task)?.attempt == 1)
    }

    @Test func `C58 a rank that fails before the others have come back ends the task for them`() {
        restart(ranks: 0)
        end(comeBack(1), .failed)
        #expect(farm.state(task) == .running)
        let other = comeBack(0)
        #expect(farm.stops(of: task) == [other])
        end(other, .cancelled)
        #expect(farm.entry(task)?.state == .failed && farm.ranks.isEmpty)
    }

    @Test func `C56 what not all ranks claim is stopped, and queued again when they have ended`() {
        restart(ranks: 2, of: 3)
        let pool = [0, 1, 2].map { comeBack($0, of: 3, $0 == 0 ? .running : nil) }
        #expect(farm.stops(of: task) == [pool[0]] && farm.ranks.isEmpty)
        end(pool[0], .cancelled)
        #expect(farm.ranks[task]?.map(\.name.attempt) == [2, 2])
        farm.endGang(task)
        #expect(farm.entry(task)?.state == .succeeded)
        #expect(farm.story(task).last == .terminal)
    }

    @Test func `the ranks of a collective task wait for the others as long as the grace is`() {
        restart(ranks: 2)
        let one = comeBack(0)
        farm.alive = [one]
        farm.wait(.seconds(10))
        #expect(farm.stops(of: task).isEmpty && farm.state(task) == .running)
        farm.wait(.seconds(10))
        #expect(farm.stops(of: task) == [one])
        end(one, .cancelled)
        #expect(farm.state(task) == .ready)
        #expect(restarted == [one], "what it shared with the other is gone")
    }

    @Test func `C56 a rank that was replaced while nobody looked breaks its pool`() {
        restart(ranks: 0, of: 3)
        let first = comeBack(0, of: 3, nil)
        // Its nanny has started another worker.
        let new = farm.engine("p1r1", key: UniqueKey(high: 6, low: 1), session: 77, pid: 101) {
            $0.pool = PoolSeat(key: Self.key, rank: 1, size: 3)
        }
        #expect(restarted == [first])
        let last = comeBack(2, of: 3, nil)
        #expect(restarted == [first, last])
        farm.turn()
        #expect(farm.ranks.isEmpty)
        for (rank, old) in [(0, first), (2, last)] as [(UInt32, EngineHandle)] {
            farm.handle(.engineBye(old))
            _ = farm.rank(of: Self.key, rank, 3, session: 80 + UInt64(rank))
        }
        farm.turn()
        #expect(farm.engines(of: task).count == 3 && farm.engines(of: task).contains(new))
    }

    @Test func `after a restart why names a rank that is waited for as such`() {
        restart(ranks: 0)
        _ = comeBack(0, nil)
        let other = TaskID(farm.job(.gang(0)), 0)
        guard case .waitsForRanks(_, let chances)? = farm.scheduler.why(other) else {
            Issue.record("it waits for ranks")
            return
        }
        let expected = IdleRank(rank: 1, engine: EngineID(1), name: "p1r1", .notHere("expected"))
        #expect(chances.first?.idle == [expected])
    }

    @Test func `a rank of part of a pool that ends before the others have claimed ends the attempt for free`()
    {
        restart(ranks: 2, of: 3)
        let one = comeBack(2, of: 3)
        end(one, .failed)
        let other = comeBack(0, of: 3)
        #expect(farm.stops(of: task) == [other])
        end(other, .cancelled)
        _ = comeBack(1, of: 3, nil)
        farm.turn()
        #expect(farm.ranks[task]?.map(\.name.attempt) == [2, 2])
    }

    @Test func `a collective task of which the ledger has the end of a rank begins anew`() {
        let ended = OutcomeEntry(
            kind: .rank, task: task, state: .succeeded, attempt: 1, engine: EngineID(0), endedAt: farm.now)
        restart(ranks: 2, .outcome(ended))
        let pool = [comeBack(0, nil), comeBack(1)]
        #expect(farm.stops(of: task) == [pool[1]])
        end(pool[1], .cancelled)
        #expect(farm.ranks[task]?.map(\.name.attempt) == [2, 2])
    }

    @Test func `C35 a cancel from before a restart reaches all ranks`() {
        restart(ranks: 2, .fact(.cancelling(task, count: 1)))
        let pool = [comeBack(0), comeBack(1)]
        #expect(Set(farm.stops(of: task)) == Set(pool) && farm.state(task) == .cancelling)
        for engine in pool { end(engine, .cancelled) }
        #expect(farm.entry(task)?.state == .cancelled && farm.ranks.isEmpty)
    }

    @Test func `C56 a rank that is lost before the others have come back stops them`() {
        restart(ranks: 2)
        let one = comeBack(0)
        farm.handle(.engineDisconnected(one, SessionID(1_000)))
        farm.wait(.seconds(12))
        let other = comeBack(1)
        #expect(farm.stops(of: task).contains(other))
        end(other, .cancelled)
        #expect(farm.state(task) == .ready)
    }
}
