/// The moments at which an expression fires in a zone. Moments are whole seconds since 1970-01-01 UTC.
///
/// Clocks that are put forward or back: a fixed hour (`0 2 * * *`) fires once for each day that there is – at
/// the first moment at which the local clock reads that time or a later one. So a time that is left out fires
/// right behind the gap, and one that comes twice fires the first time. A day that a zone has left out
/// altogether has no firing. An hour that begins with `*` (`*/15 * * * *`, `0 */2 * * *`) goes by what the
/// clock shows: each real hour that fits fires, those that come twice both times, and none that is left out.
public struct FiringTimes: Hashable, Sendable {
    /// When it fires, in the zone's time.
    public let cron: CronExpression
    /// Whose local time counts; not for `@every`.
    public let zone: ZoneRules

    /// Offsets from UTC have always been smaller, and so have steps of local clocks.
    private static let widestSeconds: Int64 = 100_000

    /// The moments of `cron` by the clocks of `zone`.
    public init(_ cron: CronExpression, _ zone: ZoneRules) {
        self.cron = cron
        self.zone = zone
    }

    /// The first moment after this one; nil if there is none any more. Microseconds.
    public func next(after moment: Int64) -> Int64? {
        switch cron.kind {
        case .every(let period): (CivilDay.floor(moment, period) + 1) * period
        case .fields(let fields) where fields.runsByTheHour: byTheHour(fields, moment)
        case .fields(let fields): byTheDay(fields, moment)
        }
    }

    private func byTheHour(_ fields: CronFields, _ moment: Int64) -> Int64? {
        var from = moment + 1
        var span = zone.span(at: from)
        // A zone changes its clocks a few times a year, and the calendar repeats itself after 400.
        for _ in 0..<4_000 {
            guard let local = fields.next(from: from + span.offset) else { return nil }
            if local - span.offset < span.end { return local - span.offset }
            from = span.end
            span = zone.span(at: from)
        }
        return nil
    }

    private func byTheDay(_ fields: CronFields, _ moment: Int64) -> Int64? {
        // What the local clock has shown already, also before it was put back.
        var span = zone.span(at: moment - 2 * Self.widestSeconds)
        var shown = Int64.min
        while span.end <= moment {
            shown = max(shown, span.end + span.offset)
            span = zone.span(at: span.end)
        }
        var wanted = max(shown, moment + span.offset + 1)
        while let local = fields.next(from: wanted) {
            let day = CivilDay.floor(local, 86_400)
            if first(showing: day * 86_400) < first(showing: (day + 1) * 86_400) {
                return first(showing: local)
            }
            wanted = (day + 1) * 86_400
        }
        return nil
    }

    /// The first moment at which the local clock shows this time, or a later one.
    private func first(showing local: Int64) -> Int64 {
        var span = zone.span(at: local - Self.widestSeconds)
        while span.end + span.offset <= local { span = zone.span(at: span.end) }
        return max(span.start, local - span.offset)
    }
}
