import FarmSchedule
import Testing

/// Which firings run, under virtual time.
struct BookTests {
    private func spec(
        _ cron: String = "0 2 * * *", _ overlap: ScheduleSpec.Overlap = .skip,
        _ catchUp: ScheduleSpec.CatchUp = .latest, jitter: Int64 = 0, keep: Int? = nil
    ) throws -> ScheduleSpec {
        var spec = ScheduleSpec(FiringTimes(try CronExpression(cron), .utc))
        (spec.overlap, spec.catchUp, spec.jitterSeconds, spec.keep) = (overlap, catchUp, jitter, keep)
        return spec
    }

    private func nights(_ spec: ScheduleSpec) -> VirtualNights {
        var nights = VirtualNights("2026-01-01T12:00")
        nights.send(.added("night", spec))
        return nights
    }

    @Test func `a night runs at its time, and once`() throws {
        var nights = nights(try spec())
        nights.run(until: "2026-01-02T01:59")
        #expect(nights.deeds == [])
        nights.run(until: "2026-01-02T02:30")
        nights.send(.tick)
        #expect(nights.deeds == ["start 01-02T02:00"])
        nights.end()
        nights.run(until: "2026-01-03T03:00")
        #expect(nights.rows == ["01-02T02:00 succeeded", "01-03T02:00 running"])
        #expect(nights.row("2026-01-02T02:00")?.endedAt == Moment.of("2026-01-02T02:30"))
    }

    @Test func `a restart between firings changes nothing, and one within a run goes on with it`() throws {
        var nights = nights(try spec())
        nights.run(until: "2026-01-02T02:10")
        nights.deeds = []
        nights.restart(at: "2026-01-02T02:20")
        #expect(nights.deeds == ["start 01-02T02:00"])
        nights.end()
        nights.restart(at: "2026-01-02T12:00")
        nights.run(until: "2026-01-03T02:00")
        #expect(nights.rows == ["01-02T02:00 succeeded", "01-03T02:00 running"])
    }

    @Test func `a minute late after a restart is on time`() throws {
        var nights = nights(try spec("0 2 * * *", .skip, .none))
        nights.restart(at: "2026-01-02T02:01")
        #expect(nights.rows == ["01-02T02:00 running"])
    }

    @Test(arguments: [
        (ScheduleSpec.CatchUp.none, ["01-02T02:00 missed", "01-03T02:00 missed", "01-04T02:00 missed"]),
        (.latest, ["01-02T02:00 missed", "01-03T02:00 missed", "01-04T02:00 running"]),
        (.all, ["01-02T02:00 running", "01-03T02:00 queued", "01-04T02:00 queued"]),
    ])
    func `C63 missed nights are rows with a cause, and are caught up as the schedule says`(
        _ catchUp: ScheduleSpec.CatchUp, _ rows: [String]
    ) throws {
        var nights = nights(try spec("0 2 * * *", .skip, catchUp))
        nights.restart(at: "2026-01-04T09:00")
        #expect(nights.rows == rows)
        for run in nights.book.entries["night"]!.runs where run.state == .missed {
            #expect(run.cause == "no controller ran at that time")
        }
        guard catchUp == .all else { return }
        nights.deeds = []
        for _ in 0..<3 { nights.end() }
        #expect(nights.deeds == ["start 01-03T02:00", "start 01-04T02:00"])
        // Another restart has nothing to catch up.
        nights.restart(at: "2026-01-04T10:00")
        #expect(nights.rows.allSatisfy { $0.hasSuffix("succeeded") } && nights.rows.count == 3)
    }

    @Test func `a machine that slept is told from a controller that was away`() throws {
        var nights = nights(try spec("0 2 * * *", .skip, .none))
        // Nobody looks at the clock for two days.
        nights.now = Moment.of("2026-01-03T12:00")
        nights.send(.tick)
        #expect(nights.rows == ["01-02T02:00 missed", "01-03T02:00 missed"])
        #expect(nights.row("2026-01-03T02:00")?.cause.contains("slept") == true)
    }

    @Test func `one that is due just now goes before those to catch up`() throws {
        var nights = nights(try spec())
        nights.restart(at: "2026-01-04T02:00")
        #expect(nights.rows == ["01-02T02:00 missed", "01-03T02:00 missed", "01-04T02:00 running"])
    }

    @Test func `one that is due just now runs behind all that are caught up`() throws {
        var nights = nights(try spec("0 2 * * *", .skip, .all))
        nights.restart(at: "2026-01-04T02:00")
        #expect(nights.rows == ["01-02T02:00 running", "01-03T02:00 queued", "01-04T02:00 queued"])
    }

    @Test func `skip leaves a firing out while the run before goes on`() throws {
        var nights = nights(try spec("0 * * * *", .skip))
        nights.run(until: "2026-01-01T14:30")
        #expect(nights.rows == ["01-01T13:00 running", "01-01T14:00 skipped"])
        #expect(nights.row("2026-01-01T14:00")?.cause == "the run before was still going")
        nights.end()
        nights.run(until: "2026-01-01T15:30")
        #expect(nights.rows.last == "01-01T15:00 running")
    }

    @Test func `queue runs all of them, one after the other`() throws {
        var nights = nights(try spec("0 * * * *", .queue))
        nights.run(until: "2026-01-01T15:30")
        #expect(nights.deeds == ["start 01-01T13:00"])
        nights.end(.failed)
        nights.end()
        #expect(nights.deeds == ["start 01-01T13:00", "start 01-01T14:00", "start 01-01T15:00"])
        // What waits is bounded.
        nights.run(until: "2026-01-09T15:30")
        #expect(nights.rows.count { $0.hasSuffix("queued") } == 100)
        #expect(nights.rows.last?.hasSuffix("skipped") == true)
    }

    @Test func `replace cancels what goes on, and the newest follows`() throws {
        var nights = nights(try spec("0 * * * *", .replace))
        nights.run(until: "2026-01-01T13:10")
        var report = RunReport()
        report.job = 7
        nights.send(.reported("night", at: Moment.of("2026-01-01T13:00"), report))
        nights.run(until: "2026-01-01T15:10")
        #expect(nights.deeds == ["start 01-01T13:00", "cancel 7", "cancel 7"])
        #expect(nights.rows == ["01-01T13:00 running", "01-01T14:00 skipped", "01-01T15:00 queued"])
        #expect(nights.row("2026-01-01T13:00")?.isUnwanted == true)
        nights.end(.failed)
        #expect(nights.row("2026-01-01T13:00")?.state == .cancelled)
        #expect(nights.deeds.last == "start 01-01T15:00")
    }

    @Test func `a process that died is started again for the same night, and not for ever`() throws {
        var nights = nights(try spec())
        nights.run(until: "2026-01-02T02:00")
        let at = Moment.of("2026-01-02T02:00")
        for _ in 0..<5 {
            nights.send(.died("night", at: at, why: "killed by signal 9"))
            nights.run(until: ZoneRules.utc.text(nights.now + 600).prefix(19).description)
        }
        #expect(nights.deeds == [String](repeating: "start 01-02T02:00", count: 5))
        #expect(nights.row("2026-01-02T02:00")?.state == .failed)
        #expect(nights.row("2026-01-02T02:00")?.cause.contains("killed by signal 9") == true)
    }

    @Test func `run-now is a firing of its own, and overlaps as others do`() throws {
        var nights = nights(try spec())
        nights.send(.runNow("night"))
        nights.send(.runNow("night"))
        #expect(nights.rows == ["01-01T12:00 running", "01-01T12:00 skipped"])
        nights.end()
        nights.run(until: "2026-01-02T02:00")
        #expect(nights.rows.last == "01-02T02:00 running")
    }

    @Test func `no two runs have one moment, however many are run by hand in a second`() throws {
        var nights = nights(try spec("@every 2s", .skip, .none, keep: 1))
        nights.send(.disabled("night"))
        for _ in 0..<5 {
            nights.send(.runNow("night"))
            nights.end()
        }
        let starts = nights.deeds.filter { $0.hasPrefix("start") }
        #expect(Set(nights.book.entries["night"]!.runs.map(\.at)) == [nights.now + 4])
        #expect(starts.count == 5 && nights.deeds.count { $0.hasPrefix("drop") } == 4)
        // The firing at the second of a run by hand is that run.
        nights.send(.enabled("night"))
        let moment = nights.now + 4
        nights.run(until: "2026-01-01T12:00:04")
        #expect(nights.book.entries["night"]!.runs.count { $0.at == moment } == 1)
    }

    @Test func `a disabled schedule does not fire, and catches nothing up`() throws {
        var nights = nights(try spec())
        nights.send(.disabled("night"))
        nights.run(until: "2026-01-03T12:00")
        nights.restart(at: "2026-01-04T12:00")
        nights.send(.enabled("night"))
        nights.send(.tick)
        #expect(nights.rows == [])
        nights.run(until: "2026-01-05T02:00")
        #expect(nights.rows == ["01-05T02:00 running"])
    }

    @Test func `a schedule that is added again keeps its history, and one that is removed loses it`() throws {
        var nights = nights(try spec())
        nights.run(until: "2026-01-02T02:00")
        nights.end()
        nights.send(.added("night", try spec("0 5 * * *")))
        nights.run(until: "2026-01-02T05:00")
        #expect(nights.rows == ["01-02T02:00 succeeded", "01-02T05:00 running"])
        nights.send(.removed("night"))
        nights.restart(at: "2026-01-05T00:00")
        #expect(nights.rows == [] && nights.book.nextTimer == nil)
    }

    @Test func `so many runs are kept as the schedule says, with their jobs, and the last that went well`()
        throws
    {
        var nights = nights(try spec("0 * * * *", .skip, .latest, keep: 2))
        for hour in 13..<17 {
            nights.run(until: "2026-01-01T\(hour):30")
            nights.end(hour == 13 ? .succeeded : .failed, job: UInt32(hour))
        }
        #expect(nights.rows == ["01-01T13:00 succeeded", "01-01T15:00 failed", "01-01T16:00 failed"])
        #expect(nights.deeds.contains("drop 01-01T14:00 job 14"))
        nights.run(until: "2026-01-01T17:30")
        nights.end()
        #expect(nights.rows == ["01-01T16:00 failed", "01-01T17:00 succeeded"])
    }

    @Test func `a year away is a bounded history`() throws {
        for cron in ["* * * * *", "@every 1s"] {
            var nights = nights(try spec(cron))
            nights.restart(at: "2026-03-01T12:00:30")
            let rows = nights.rows
            #expect(rows.count <= 1_000 && rows.last == "03-01T12:00 running", "\(cron): \(rows.count)")
        }
    }

    @Test func `jitter is the same each time, within its bounds, and spread`() throws {
        var starts: Set<Int64> = []
        for name in 0..<200 {
            for _ in 0..<2 {
                var nights = VirtualNights("2026-01-01T12:00")
                nights.send(.added("n\(name)", try spec(jitter: 600)))
                let start = try #require(nights.book.nextTimer)
                #expect((0...600).contains(start - Moment.of("2026-01-02T02:00")))
                starts.insert(start)
            }
        }
        // 200 balls in 601 boxes leave about 170 of them used.
        #expect((120...200).contains(starts.count))
        var nights = nights(try spec(jitter: 600))
        nights.run(until: "2026-01-02T01:59")
        #expect(nights.deeds == [])
        nights.run(until: "2026-01-02T02:10")
        #expect(nights.deeds == ["start 01-02T02:00"])
    }

    @Test func `a schedule whose zone is gone stays, and does not fire`() throws {
        var nights = VirtualNights("2026-01-01T12:00")
        nights.send(
            .restored(RestoredSchedule(name: "night", spec: nil, isEnabled: true, since: 0, runs: [])))
        nights.send(.tick)
        #expect(nights.book.nextTimer == nil && nights.book.entries["night"]?.nextFiring == nil)
    }
}
