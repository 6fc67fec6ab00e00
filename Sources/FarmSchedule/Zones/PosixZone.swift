/// What a zone does from some year on for ever, as POSIX writes it: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct PosixZone: Hashable, Sendable {
    /// A day of the year and the time on it at which clocks change.
    struct Change: Hashable, Sendable {
        enum Day: Hashable, Sendable {
            /// `J60`: 1 to 365, without 29 February.
            case ofCommonYear(Int)
            /// `59`: 0 to 365.
            case ofYear(Int)
            /// `M3.5.0`: the last (5) Sunday (0) of March.
            case ofMonth(month: Int, week: Int, weekday: Int)
        }

        var day: Day
        /// Seconds on the clock as it was before; may be negative, or over a day.
        var time: Int64
    }

    /// Seconds ahead of UTC.
    var offset: Int64
    /// In summer, mostly: the offset, and when it begins and ends.
    var daylight: Daylight?

    struct Daylight: Hashable, Sendable {
        var offset: Int64
        var begins: Change
        var ends: Change
    }

    init(offset: Int64) { self.offset = offset }

    /// The span around a moment, by the changes of the years around it.
    func span(at moment: Int64) -> ZoneRules.Span {
        guard let daylight else {
            return ZoneRules.Span(start: ZoneRules.beginning, end: ZoneRules.end, offset: offset)
        }
        let year = CivilDay(CivilDay.floor(moment + offset, 86_400)).year
        var changes: [(at: Int64, offset: Int64)] = []
        for year in year - 1...year + 2 {
            changes.append((daylight.begins.moment(in: year) - offset, daylight.offset))
            changes.append((daylight.ends.moment(in: year) - daylight.offset, offset))
        }
        changes.sort { $0.at < $1.at }
        let next = changes.firstIndex { $0.at > moment } ?? changes.count - 1
        return ZoneRules.Span(
            start: changes[max(0, next - 1)].at, end: changes[next].at,
            offset: changes[max(0, next - 1)].offset)
    }
}

extension PosixZone.Change {
    /// In seconds since 1970 by the clock before the change.
    func moment(in year: Int) -> Int64 {
        let first = CivilDay.days(year, 1, 1)
        switch day {
        case .ofCommonYear(let number):
            return (first + Int64(number - 1) + (CivilDay.isLeap(year) && number >= 60 ? 1 : 0)) * 86_400
                + time
        case .ofYear(let number): return (first + Int64(number)) * 86_400 + time
        case .ofMonth(let month, let week, let weekday):
            let start = CivilDay.days(year, month, 1)
            let end = CivilDay(start).firstOfNextMonth
            var found = start + Int64((weekday - CivilDay.weekday(start) + 7) % 7) + Int64(week - 1) * 7
            while found >= end { found -= 7 }
            return found * 86_400 + time
        }
    }
}
