import Testing

@testable import FarmSchedule

/// What expressions mean, and what is said of bad ones.
struct CronTests {
    /// The firings from 2026-01-01 on, as UTC.
    private func firings(_ cron: String, _ count: Int, after: String = "2026-01-01") throws -> [String] {
        let times = FiringTimes(try CronExpression(cron), .utc)
        var moment = Moment.of("\(after)T00:00:00") - 1
        return try (0..<count).map { _ in
            moment = try #require(times.next(after: moment))
            return String(ZoneRules.utc.text(moment).prefix(16))
        }
    }

    @Test(arguments: [
        ("0 2 * * *", ["2026-01-01T02:00", "2026-01-02T02:00"]),
        (
            "*/20 9-10 * * mon-fri",
            ["2026-01-01T09:00", "2026-01-01T09:20", "2026-01-01T09:40", "2026-01-01T10:00"]
        ),
        ("0 0 * * sun", ["2026-01-04T00:00", "2026-01-11T00:00"]),
        ("0 0 * * 7", ["2026-01-04T00:00", "2026-01-11T00:00"]),
        (
            "0 0 * * FRI-sun",
            ["2026-01-02T00:00", "2026-01-03T00:00", "2026-01-04T00:00", "2026-01-09T00:00"]
        ),
        (
            "5,10-12 4 1 jan,Jul *",
            [
                "2026-01-01T04:05", "2026-01-01T04:10", "2026-01-01T04:11", "2026-01-01T04:12",
                "2026-07-01T04:05",
            ]
        ),
        // Both kinds of days restricted: either will do.
        ("0 0 13 * 5", ["2026-01-02T00:00", "2026-01-09T00:00", "2026-01-13T00:00", "2026-01-16T00:00"]),
        // A star in one of them, also with a step: both must fit.
        ("0 0 */2 * 5", ["2026-01-09T00:00", "2026-01-23T00:00", "2026-02-13T00:00"]),
        ("0 0 29 2 *", ["2028-02-29T00:00", "2032-02-29T00:00"]),
        ("30 */8 * * *", ["2026-01-01T00:30", "2026-01-01T08:30", "2026-01-01T16:30", "2026-01-02T00:30"]),
        (
            "10-50/20 0 * * *",
            ["2026-01-01T00:10", "2026-01-01T00:30", "2026-01-01T00:50", "2026-01-02T00:10"]
        ),
        ("@hourly", ["2026-01-01T00:00", "2026-01-01T01:00"]),
        ("@daily", ["2026-01-01T00:00", "2026-01-02T00:00"]),
        ("@midnight", ["2026-01-01T00:00", "2026-01-02T00:00"]),
        ("@weekly", ["2026-01-04T00:00", "2026-01-11T00:00"]),
        ("@monthly", ["2026-01-01T00:00", "2026-02-01T00:00"]),
        ("@yearly", ["2026-01-01T00:00", "2027-01-01T00:00"]),
        ("@annually", ["2026-01-01T00:00", "2027-01-01T00:00"]),
        ("@every 1h30m", ["2026-01-01T00:00", "2026-01-01T01:30", "2026-01-01T03:00"]),
        ("  0   2 * *\t* ", ["2026-01-01T02:00"]),
    ])
    func `C63 an expression fires when it says`(_ cron: String, _ expected: [String]) throws {
        #expect(try firings(cron, expected.count) == expected)
    }

    @Test func `a leap day on a Sunday is waited for, however long that takes`() throws {
        #expect(try firings("0 0 29 2 */7", 2) == ["2032-02-29T00:00", "2060-02-29T00:00"])
    }

    @Test(arguments: [
        ("0 0 30 2 *", "never fires"), ("0 0 31 2,4,6,9,11 *", "never fires"),
        ("0 0 31 4 */2", "never fires"),
        ("", "expected five fields"), ("* * * *", "found 4"), ("0 0 2 * * *", "seconds cannot be said"),
        ("60 * * * *", "goes from 0 to 59"), ("0 24 * * *", "goes from 0 to 23"),
        ("0 0 0 * *", "goes from 1 to 31"),
        ("0 0 * 13 *", "goes from 1 to 12"), ("0 0 * * 8", "goes from 0 to 7"),
        ("0 0 * * moon", "or sun to sat"),
        ("0 22-2 * * *", "write 22-23,0-2"), ("5/15 * * * *", "write 5-59/15"),
        ("*/0 * * * *", "from 1 to 59"),
        ("*/ * * * *", "step"), ("1,,2 * * * *", "comma"), ("0 0 L * *", "numbers from 1 to 31"),
        ("0 0 ? * *", "numbers from 1"), ("-1 * * * *", "minute"), ("@reboot", "a controller that starts"),
        ("@fortnightly", "is none of"), ("@every", "length of time"), ("@every 0s", "from 1s"),
        ("@every 500ms", "whole seconds"), ("@every 1000d", "to 366d"), ("@every 10", "length of time"),
    ])
    func `a bad expression is refused with what to write instead`(_ cron: String, _ word: String) {
        do {
            _ = try CronExpression(cron)
            Issue.record("“\(cron)” was taken")
        } catch {
            #expect(error.message.contains(word), "\(error.message)")
        }
    }

    @Test func `no text makes the reader trap, and what it takes fires`() throws {
        var random = SplitMix(seed: 63)
        let pieces = [
            "*", "/", "-", ",", "0", "1", "7", "31", "59", "99999999999", "mon", "@every", "@daily", " ",
            "2h", "é", "\u{0}",
        ]
        var taken = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...14, using: &random)).map { _ in
                pieces.randomElement(using: &random)!
            }.joined()
            guard let cron = try? CronExpression(text) else { continue }
            taken += 1
            let next = FiringTimes(cron, .utc).next(after: 1_800_000_000)
            #expect(next.map { $0 > 1_800_000_000 } == true, "\(text)")
        }
        #expect(taken > 10)
    }
}
