extension PosixZone {
    /// Reads `CET-1CEST,M3.5.0,M10.5.0/3`, with what RFC 9636 adds; nil for anything else.
    init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        guard Self.skipName(&rest), let west = Self.time(&rest, hours: 24) else { return nil }
        self.init(offset: -west)
        guard !rest.isEmpty else { return }
        guard Self.skipName(&rest) else { return nil }
        var ahead = offset + 3_600
        if rest.first != UInt8(ascii: ",") {
            guard let west = Self.time(&rest, hours: 24) else { return nil }
            ahead = -west
        }
        guard let begins = Self.change(&rest), let ends = Self.change(&rest), rest.isEmpty else { return nil }
        daylight = Daylight(offset: ahead, begins: begins, ends: ends)
    }

    /// `CET`, `<+0330>`.
    private static func skipName(_ rest: inout ArraySlice<UInt8>) -> Bool {
        if rest.first == UInt8(ascii: "<") {
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
            rest = rest[(end + 1)...]
            return true
        }
        let name = rest.prefix { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A }
        rest = rest[name.endIndex...]
        return name.count >= 3
    }

    private static func change(_ rest: inout ArraySlice<UInt8>) -> Change? {
        guard take(",", &rest) else { return nil }
        let day: Change.Day
        if take("J", &rest) {
            guard let number = number(&rest), (1...365).contains(number) else { return nil }
            day = .ofCommonYear(number)
        } else if take("M", &rest) {
            guard let month = number(&rest), take(".", &rest), let week = number(&rest), take(".", &rest),
                let weekday = number(&rest), (1...12).contains(month), (1...5).contains(week), weekday <= 6
            else { return nil }
            day = .ofMonth(month: month, week: week, weekday: weekday)
        } else {
            guard let number = number(&rest), number <= 365 else { return nil }
            day = .ofYear(number)
        }
        guard take("/", &rest) else { return Change(day: day, time: 7_200) }
        return time(&rest, hours: 167).map { Change(day: day, time: $0) }
    }

    /// `-1`, `+5:30`, `02:00:00`, in seconds.
    private static func time(_ rest: inout ArraySlice<UInt8>, hours limit: Int) -> Int64? {
        var sign: Int64 = 1
        if take("-", &rest) { sign = -1 } else { _ = take("+", &rest) }
        guard let hours = number(&rest), hours <= limit else { return nil }
        var seconds = hours * 3_600
        for unit in [60, 1] {
            guard take(":", &rest) else { break }
            guard let value = number(&rest), value <= 59 else { return nil }
            seconds += value * unit
        }
        return sign * Int64(seconds)
    }

    private static func take(_ character: Character, _ rest: inout ArraySlice<UInt8>) -> Bool {
        guard let first = rest.first, first == character.asciiValue else { return false }
        rest = rest.dropFirst()
        return true
    }

    private static func number(_ rest: inout ArraySlice<UInt8>) -> Int? {
        let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
        guard (1...4).contains(digits.count) else { return nil }
        rest = rest[digits.endIndex...]
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
