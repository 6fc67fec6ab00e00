import Testing

@testable import FarmSchedule

/// Firings where clocks are put forward and back.
@Suite(.timeLimit(.minutes(10)))
struct DaylightTests {
    private func times(_ cron: String, _ zone: String) throws -> FiringTimes {
        FiringTimes(try CronExpression(cron), try #require(ZoneDatabase.zone(zone)))
    }

    private func firings(_ cron: String, _ zone: String, _ after: String, _ count: Int) throws -> [String] {
        let times = try times(cron, zone)
        var moment = Moment.of("\(after)T00:00:00") - times.zone.offset(at: Moment.of("\(after)T00:00:00"))
        return try (0..<count).map { _ in
            moment = try #require(times.next(after: moment))
            return times.zone.text(moment).replacing(":00+", with: "+").replacing(":00-", with: "-")
        }
    }

    @Test(arguments: [
        // Put forward at 02:00: behind the gap, once.
        (
            "30 2 * * *", "Europe/Berlin", "2026-03-28",
            ["2026-03-28T02:30+01:00", "2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"]
        ),
        (
            "*/10 2 * * *", "Europe/Berlin", "2026-03-29",
            ["2026-03-29T03:00+02:00", "2026-03-30T02:00+02:00"]
        ),
        ("0 2,3 * * *", "Europe/Berlin", "2026-03-29", ["2026-03-29T03:00+02:00", "2026-03-30T02:00+02:00"]),
        // Put back at 03:00: the first time, once.
        ("30 2 * * *", "Europe/Berlin", "2026-10-25", ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]),
        (
            "30 1 * * *", "America/New_York", "2026-11-01",
            ["2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00"]
        ),
        // By the hour: each that passes.
        (
            "30 * * * *", "Europe/Berlin", "2026-10-25",
            [
                "2026-10-25T00:30+02:00", "2026-10-25T01:30+02:00", "2026-10-25T02:30+02:00",
                "2026-10-25T02:30+01:00", "2026-10-25T03:30+01:00",
            ]
        ),
        (
            "0 * * * *", "Europe/Berlin", "2026-03-29",
            ["2026-03-29T01:00+01:00", "2026-03-29T03:00+02:00", "2026-03-29T04:00+02:00"]
        ),
        // Half an hour on Lord Howe.
        (
            "15 2 * * *", "Australia/Lord_Howe", "2026-10-04",
            ["2026-10-04T02:30+11:00", "2026-10-05T02:15+11:00"]
        ),
        (
            "45 1 * * *", "Australia/Lord_Howe", "2026-04-05",
            ["2026-04-05T01:45+11:00", "2026-04-06T01:45+10:30"]
        ),
        // Samoa had no 30 December 2011.
        (
            "0 2 * * *", "Pacific/Apia", "2011-12-29",
            ["2011-12-29T02:00-10:00", "2011-12-31T02:00+14:00", "2012-01-01T02:00+14:00"]
        ),
        // On the last Saturday of March it is midnight in Nuuk an hour early.
        ("30 23 * * *", "America/Nuuk", "2026-03-28", ["2026-03-29T00:00-01:00", "2026-03-29T23:30-01:00"]),
        // At one minute past midnight clocks in Newfoundland went back to the day before.
        (
            "30 23 * * *", "America/St_Johns", "2006-10-28",
            ["2006-10-28T23:30-02:30", "2006-10-29T23:30-03:30"]
        ),
        (
            "0 0 * * *", "America/Sao_Paulo", "2018-11-03",
            ["2018-11-04T01:00-02:00", "2018-11-05T00:00-02:00"]
        ),
        ("30 5 * * *", "Asia/Kolkata", "2026-03-29", ["2026-03-29T05:30+05:30", "2026-03-30T05:30+05:30"]),
    ])
    func `C63 a changed clock loses no night and doubles none`(
        _ cron: String, _ zone: String, _ after: String, _ expected: [String]
    ) throws {
        #expect(try firings(cron, zone, after, expected.count) == expected)
    }

    /// 1990 to 2040, with the days that a zone has left out.
    static let longRuns: [(String, String, Int)] = [
        ("Europe/Berlin", "30 2", 0), ("America/New_York", "30 1", 0), ("Asia/Kolkata", "0 0", 0),
        ("Pacific/Apia", "0 2", 1), ("Pacific/Kwajalein", "0 12", 1), ("Pacific/Kiritimati", "59 23", 1),
        ("America/St_Johns", "30 23", 0), ("America/Nuuk", "30 23", 0), ("America/Sao_Paulo", "15 0", 0),
        ("Asia/Gaza", "30 0", 0), ("Australia/Lord_Howe", "45 1", 0), ("Antarctica/Troll", "30 2", 0),
        ("Africa/Casablanca", "30 2", 0), ("Pacific/Chatham", "45 2", 0),
    ]

    @Test(arguments: longRuns)
    func `C63 a fixed hour fires once each local day from 1990 to 2040`(
        _ zone: String, _ time: String, _ leftOut: Int
    ) throws {
        let times = try times("\(time) * * *", zone)
        let parts = time.split(separator: " ").map { Int64($0)! }
        let wanted = parts[1] * 3_600 + parts[0] * 60
        let (first, last) = (CivilDay.days(1990, 1, 1), CivilDay.days(2040, 1, 1))
        var moment = first * 86_400 - times.zone.offset(at: first * 86_400) - 1
        var count = 0
        var day = first - 1
        while day < last - 1 {
            let next = try #require(times.next(after: moment))
            let local = next + times.zone.offset(at: next)
            // Later than wanted only where a gap ends, at most three hours.
            let late = local - (CivilDay.floor(local - wanted, 86_400) * 86_400 + wanted)
            let isGap = times.zone.span(at: next).start == next
            #expect(late == 0 || isGap && late <= 10_800, "\(zone): \(times.zone.text(next))")
            let its = CivilDay.floor(local - wanted, 86_400)
            #expect(its > day && its - day <= 1 + Int64(leftOut), "\(zone): \(times.zone.text(next))")
            (day, moment, count) = (its, next, count + 1)
        }
        #expect(count == Int(last - first) - leftOut)
    }

    @Test func `in every zone each change of the clocks leaves a firing a day and an hour`() throws {
        for name in ZoneDatabase.names {
            let daily = try times("30 2 * * *", name)
            let hourly = try times("0 * * * *", name)
            var at = Moment.of("1990-01-01")
            while at < Moment.of("2040-01-01") {
                at = daily.zone.span(at: at).end
                guard at < Moment.of("2040-01-01") else { break }
                var moment = at - 4 * 86_400
                for _ in 0..<7 {
                    let next = try #require(daily.next(after: moment))
                    // Two days, where one was left out.
                    #expect(next - moment <= 2 * 86_400 + 10_800 && next > moment, "\(name): \(next)")
                    moment = next
                }
                moment = at - 7_200
                for _ in 0..<4 {
                    let next = try #require(hourly.next(after: moment))
                    // A change of less than an hour moves the full hour.
                    #expect(next - moment <= 2 * 3_600 && next > moment, "\(name): \(next)")
                    moment = next
                }
            }
        }
    }
}
