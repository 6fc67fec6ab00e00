/// A time zone: which offset from UTC its clocks have when.
public struct ZoneRules: Hashable, Sendable {
    /// A stretch of time with one offset.
    struct Span: Equatable {
        var start: Int64
        /// Behind its last moment.
        var end: Int64
        /// Seconds ahead of UTC.
        var offset: Int64
    }

    /// As the zone database has it: `Europe/Berlin`.
    public let name: String
    /// When offsets change, rising, and what they are from then on.
    private let changes: [Change]
    private let firstOffset: Int64
    /// What holds behind the last change.
    private let rest: PosixZone

    struct Change: Hashable {
        var at: Int64
        var offset: Int64
    }

    /// No zone reaches further, and sums of times stay within their bounds.
    static let beginning: Int64 = -(1 << 56)
    static let end: Int64 = 1 << 56

    /// Coordinated universal time, which needs no database.
    public static let utc = ZoneRules("UTC", firstOffset: 0, changes: [], rest: PosixZone(offset: 0))

    init(_ name: String, firstOffset: Int64, changes: [Change], rest: PosixZone) {
        self.name = name
        self.firstOffset = firstOffset
        self.changes = changes
        self.rest = rest
    }

    /// Seconds that its clocks are ahead of UTC at a moment, in seconds since 1970.
    public func offset(at moment: Int64) -> Int64 { span(at: moment).offset }

    /// `2026-03-29T03:00:00+02:00`: a moment as the zone's clocks show it.
    public func text(_ moment: Int64) -> String {
        let offset = offset(at: moment)
        let local = moment + offset
        let day = CivilDay.floor(local, 86_400)
        let second = local - day * 86_400
        let civil = CivilDay(day)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let sign = offset < 0 ? "-" : "+"
        let minutes = abs(offset) / 60
        return "\(civil.year)-\(two(Int64(civil.month)))-\(two(Int64(civil.day)))T\(two(second / 3_600)):"
            + "\(two(second / 60 % 60)):\(two(second % 60))\(sign)\(two(minutes / 60)):\(two(minutes % 60))"
    }

    func span(at moment: Int64) -> Span {
        // The first change behind the moment.
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].at > moment { high = middle } else { low = middle + 1 }
        }
        guard let last = changes.last, low == changes.count else {
            if changes.isEmpty { return rest.span(at: moment) }
            return Span(
                start: low == 0 ? Self.beginning : changes[low - 1].at, end: changes[low].at,
                offset: low == 0 ? firstOffset : changes[low - 1].offset)
        }
        var span = rest.span(at: moment)
        span.start = max(span.start, last.at)
        return span
    }
}
