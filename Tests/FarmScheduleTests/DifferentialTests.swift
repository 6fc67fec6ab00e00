import Testing

@testable import FarmSchedule

/// Random expressions around random changes of the clocks, against a walk that looks at every minute.
@Suite(.timeLimit(.minutes(10)))
struct DifferentialTests {
    private static func field(
        _ range: ClosedRange<Int>, stars: Int, _ random: inout SplitMix
    ) -> String {
        if Int.random(in: 0..<100, using: &random) < stars {
            return Bool.random(using: &random)
                ? "*" : "*/\(Int.random(in: 1...range.upperBound, using: &random))"
        }
        return (0..<[1, 1, 1, 2, 3].randomElement(using: &random)!).map { _ in
            let ends = [Int.random(in: range, using: &random), Int.random(in: range, using: &random)].sorted()
            switch Int.random(in: 0..<4, using: &random) {
            case 0: return "\(ends[0])-\(ends[1])"
            case 1: return "\(ends[0])-\(ends[1])/\(Int.random(in: 1...range.upperBound, using: &random))"
            default: return "\(ends[0])"
            }
        }.joined(separator: ",")
    }

    /// Half of them at the hours at which clocks are changed.
    private static func expression(_ random: inout SplitMix) -> String {
        let usual = ["0", "1", "2", "3", "23", "0-3", "1,2", "2-3", "22-23/1", "*", "*/2", "*/3"]
        let hour =
            Bool.random(using: &random)
            ? usual.randomElement(using: &random)! : field(0...23, stars: 40, &random)
        return [
            field(0...59, stars: 25, &random), hour, field(1...31, stars: 75, &random),
            field(1...12, stars: 85, &random), field(0...6, stars: 75, &random),
        ].joined(separator: " ")
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `C63 random expressions around changes of the clocks fire as a walk over the minutes says`(
        _ seed: UInt64
    ) throws {
        var random = SplitMix(seed: seed)
        let names = ZoneDatabase.names
        var cases = 0
        var firings = 0
        while cases < 100 {
            let zone = try #require(ZoneDatabase.zone(names.randomElement(using: &random)!))
            let year = Int.random(in: 1975...2060, using: &random)
            let change = zone.span(at: CivilDay.days(year, 1, 1) * 86_400).end
            // Most zones have changes only in some years.
            guard change < CivilDay.days(year + 2, 1, 1) * 86_400, change % 60 == 0 else { continue }
            let start = change - Int64.random(in: 0...3 * 1_440, using: &random) * 60
            let end = start + 5 * 86_400
            let stretch = MinuteWalk.Stretch(zone, start..<end)
            for _ in 0..<10 {
                let text = Self.expression(&random)
                guard let cron = try? CronExpression(text) else { continue }
                let times = FiringTimes(cron, zone)
                var found: [Int64] = []
                while let next = times.next(after: found.last ?? start - 1), next < end { found.append(next) }
                let expected = MinuteWalk(text).firings(stretch)
                #expect(
                    found == expected,
                    "seed \(seed): “\(text)” in \(zone.name) from \(start): \(Set(found).symmetricDifference(expected).sorted().prefix(3).map(zone.text))"
                )
                cases += 1
                firings += expected.count
            }
        }
        #expect(firings > 3_000)
    }
}
