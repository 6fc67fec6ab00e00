@testable import FarmSchedule

/// What an expression means, said as naively as possible: every minute of a stretch of time is looked at, and
/// a minute fits if its numbers are among those that are written. Slow, and nothing in it is shared with what
/// it is compared with but the calendar and the zone's offsets, which are held to others elsewhere.
struct MinuteWalk {
    private let fields: [Set<Int>]
    private let runsByTheHour: Bool
    private let eitherDay: Bool

    init(_ text: String) {
        let parts = text.split(separator: " ")
        let ranges = [0...59, 0...23, 1...31, 1...12, 0...6]
        fields = zip(parts, ranges).map { Set(Self.numbers($0, $1)) }
        runsByTheHour = parts[1].hasPrefix("*")
        eitherDay = !parts[2].hasPrefix("*") && !parts[4].hasPrefix("*")
    }

    private static func numbers(_ text: Substring, _ range: ClosedRange<Int>) -> [Int] {
        text.split(separator: ",").flatMap { part -> [Int] in
            let pieces = part.split(separator: "/")
            let ends = pieces[0].split(separator: "-").compactMap { Int($0) }
            let from = ends.first ?? range.lowerBound
            let to = ends.last ?? range.upperBound
            return range.filter {
                (from...to).contains($0) && ($0 - from) % (pieces.count > 1 ? Int(pieces[1])! : 1) == 0
            }
        }
    }

    /// Whether a minute of the local calendar, counted from 1970, is one of those meant.
    private func fits(_ minute: Int64) -> Bool {
        let day = CivilDay.floor(minute, 1_440)
        let rest = Int(minute - day * 1_440)
        guard fields[0].contains(rest % 60), fields[1].contains(rest / 60) else { return false }
        let civil = CivilDay(day)
        let byMonth = fields[2].contains(civil.day)
        let byWeek = fields[4].contains(CivilDay.weekday(day))
        return fields[3].contains(civil.month) && (eitherDay ? byMonth || byWeek : byMonth && byWeek)
    }

    /// The firings in a stretch of time.
    func firings(_ stretch: Stretch) -> [Int64] {
        var newest = stretch.locals[0]
        var found: [Int64] = []
        for (moment, local) in zip(stretch.moments, stretch.locals) {
            var isHit = false
            if runsByTheHour {
                isHit = fits(local)
            } else if local > newest {
                // All that the clock has come to, or passed over, in this minute.
                isHit = (newest + 1...local).contains {
                    fits($0) && stretch.days.contains(CivilDay.floor($0, 1_440))
                }
            }
            newest = max(newest, local)
            if isHit, stretch.range.contains(moment) { found.append(moment) }
        }
        return found
    }

    /// Whole minutes of a zone. Two days before them and one behind are looked at, too: what the clock has
    /// shown already, and which days there are.
    struct Stretch {
        let range: Range<Int64>
        let moments: [Int64]
        /// What the clock shows, in minutes since 1970.
        let locals: [Int64]
        /// That a clock has shown which is never put back.
        let days: Set<Int64>

        init(_ zone: ZoneRules, _ range: Range<Int64>) {
            self.range = range
            moments = Array(
                stride(from: range.lowerBound - 2 * 86_400, to: range.upperBound + 86_400, by: 60))
            locals = moments.map { CivilDay.floor($0 + zone.offset(at: $0), 60) }
            var newest = locals[0]
            var days: Set<Int64> = []
            for local in locals {
                newest = max(newest, local)
                days.insert(CivilDay.floor(newest, 1_440))
            }
            self.days = days
        }
    }
}
