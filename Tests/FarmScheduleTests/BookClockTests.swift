import FarmSchedule
import Testing

/// What must not happen to schedules when clocks, restarts and retention meet.
@Suite(.timeLimit(.minutes(2)))
struct BookClockTests {
    private func spec(
        _ cron: String = "0 2 * * *", catchUp: ScheduleSpec.CatchUp = .latest, jitter: Int64 = 0,
        keep: Int? = nil
    ) throws -> ScheduleSpec {
        var spec = ScheduleSpec(FiringTimes(try CronExpression(cron), .utc))
        (spec.catchUp, spec.jitterSeconds, spec.keep) = (catchUp, jitter, keep)
        return spec
    }

    private func nights(_ spec: ScheduleSpec) -> VirtualNights {
        var nights = VirtualNights("2026-01-01T12:00")
        nights.send(.added("night", spec))
        return nights
    }

    @Test(arguments: [false, true])
    func `a clock that was years ahead for a while silences no schedule`(restarts: Bool) throws {
        var nights = nights(try spec(keep: 3))
        nights.run(until: "2026-01-02T02:00")
        nights.end(job: 1)
        nights.now = Moment.of("2036-05-05T05:05")
        nights.send(.tick)
        nights.end(job: 2)
        #expect(nights.rows.last == "05-05T02:00 succeeded")
        if restarts {
            nights.restart(at: "2026-01-02T12:00")
        } else {
            nights.now = Moment.of("2026-01-02T12:00")
            nights.send(.tick)
        }
        // What has not come yet is no history; the nights that were are.
        #expect(nights.rows == ["01-02T02:00 succeeded"])
        #expect(!nights.deeds.contains { $0.hasSuffix("job 2") })
        nights.deeds = []
        nights.run(until: "2026-01-03T03:00")
        #expect(nights.deeds == ["start 01-03T02:00"])
        nights.end()
        nights.restart(at: "2026-01-04T04:00")
        #expect(nights.deeds == ["start 01-03T02:00", "start 01-04T02:00"])
    }

    @Test func `a clock that is put back a little fires nothing twice`() throws {
        var nights = nights(try spec())
        nights.run(until: "2026-01-02T02:00")
        nights.end()
        nights.now = Moment.of("2026-01-02T00:30")
        nights.send(.tick)
        nights.run(until: "2026-01-03T01:00")
        #expect(nights.rows == ["01-02T02:00 succeeded"])
    }

    @Test func `a run that goes on while the clock is put back ends as any other`() throws {
        var nights = nights(try spec())
        nights.now = Moment.of("2036-05-05T02:00")
        nights.send(.tick)
        nights.now = Moment.of("2026-01-02T01:00")
        nights.send(.tick)
        #expect(nights.rows == ["05-05T02:00 running"])
        nights.end()
        nights.run(until: "2026-01-02T03:00")
        #expect(nights.rows == ["01-02T02:00 running"])
    }

    @Test func `nights that were pushed out of the history by runs by hand are not run again by a restart`()
        throws
    {
        var nights = nights(try spec(keep: 1))
        nights.run(until: "2026-01-03T03:00")
        nights.end()
        nights.run(until: "2026-01-04T03:00")
        nights.end()
        nights.send(.runNow("night"))
        nights.end()
        #expect(nights.rows == ["01-04T03:00 succeeded"])
        nights.deeds = []
        nights.restart(at: "2026-01-04T05:00")
        #expect(nights.deeds == [] && nights.rows == ["01-04T03:00 succeeded"])
        nights.run(until: "2026-01-05T02:00")
        #expect(nights.deeds == ["start 01-05T02:00"])
    }

    @Test func `nights that nobody ran push out none that were run, nor their jobs`() throws {
        var nights = nights(try spec("* * * * *", catchUp: .none, keep: 3))
        for minute in 1...3 {
            nights.run(until: "2026-01-01T12:0\(minute)")
            nights.end(job: UInt32(minute))
        }
        nights.deeds = []
        nights.restart(at: "2026-01-03T12:00:30")
        #expect(nights.deeds == ["start 01-03T12:00"])
        #expect(nights.rows.count { $0.hasSuffix("succeeded") } == 3)
        #expect(nights.rows.count { $0.hasSuffix("missed") } < 1_000)
        nights.end(job: 4)
        #expect(nights.deeds.contains("drop 01-01T12:01 job 1"))
    }

    @Test func `added again with the same times, what is put off by jitter at that moment still comes`()
        throws
    {
        let spec = try spec(jitter: 3_600)
        var nights = nights(spec)
        nights.run(until: "2026-01-02T02:00")
        let start = try #require(nights.book.nextTimer)
        #expect(start > nights.now && nights.rows == [])
        var changed = spec
        changed.keep = 9
        nights.send(.added("night", changed))
        #expect(nights.book.nextTimer == start)
        nights.run(until: "2026-01-02T03:00")
        #expect(nights.deeds == ["start 01-02T02:00"])
        // With other times it counts from now on.
        nights.run(until: "2026-01-03T02:00")
        nights.send(.added("night", try self.spec("0 1 * * *")))
        nights.run(until: "2026-01-04T00:00")
        #expect(nights.deeds == ["start 01-02T02:00"])
    }

    @Test func `jitter never puts one firing off to the next`() throws {
        var nights = nights(try spec("@every 10s", catchUp: .none, jitter: 600))
        for _ in 0..<500 {
            nights.now = try #require(nights.book.nextTimer)
            nights.send(.tick)
            #expect(nights.book.entries["night"]?.runs.count { $0.state == .running } == 1)
            nights.end()
        }
        #expect(nights.rows.allSatisfy { $0.hasSuffix("succeeded") })
    }

    @Test(arguments: [
        ("* * * * *", 60), ("*/7 * * * *", 240), ("0 2 * * *", 86_400), ("0 9,17 * * *", 28_800),
        ("0 0 1 * *", 28 * 86_400), ("0 0 1 * mon", 86_400), ("59 23 31 12 *", 365 * 86_400),
        ("0,59 0,23 * * *", 60), ("@every 90s", 90), ("0 0 1,31 1,12 *", 86_400),
    ])
    func `the time between the closest firings is known`(_ cron: String, _ seconds: Int64) throws {
        #expect(try CronExpression(cron).shortestGapSeconds == seconds)
    }

    @Test func `a process that dies for the last time takes its job along, and has had ten minutes`() throws {
        var nights = nights(try spec("0 2 1 1 *"))
        nights.send(.runNow("night"))
        let (name, at) = ("night", nights.now)
        var report = RunReport()
        report.job = 7
        nights.send(.reported(name, at: at, report))
        for _ in 1...4 {
            nights.send(.died(name, at: at, why: "exit code 1"))
            nights.now = try #require(nights.book.nextTimer)
            nights.send(.tick)
        }
        #expect(nights.now - at >= 540 && !nights.deeds.contains("cancel 7"))
        nights.send(.died(name, at: at, why: "exit code 1"))
        #expect(nights.deeds.last == "cancel 7" && nights.rows == ["01-01T12:00 failed"])
    }

    @Test func `centuries that are to be caught up with are no work`() throws {
        for cron in ["* * * * *", "0 2 * * *", "@every 1s", "0 0 29 2 *"] {
            var nights = nights(try spec(cron, catchUp: .none))
            nights.now = Moment.of("2826-01-01T12:00:30")
            nights.send(.tick)
            #expect((190...1_000).contains(nights.rows.count), "\(cron): \(nights.rows.count)")
        }
    }
}
