/// When something fires: five fields (`0 2 * * 1-5`), a word (`@daily`), or `@every 90s`.
///
/// Minutes, hours, days of the month, months, days of the week; each a `*`, numbers, names (`mon`, `jan`),
/// ranges, steps and lists of them. If both kinds of days are restricted, either will do, as in Vixie's cron.
public struct CronExpression: Hashable, Sendable, CustomStringConvertible {
    enum Kind: Hashable, Sendable {
        case fields(CronFields)
        /// At multiples of so many seconds since 1970.
        case every(Int64)
    }

    /// As it was written.
    public let description: String
    let kind: Kind

    private static let words = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]
    /// A year.
    private static let longestSeconds: Int64 = 366 * 86_400

    /// - Throws: `CronError`, also for an expression that never fires.
    public init(_ text: String) throws(CronError) {
        var parts = text.split { $0 == " " || $0 == "\t" }
        description = parts.joined(separator: " ")
        if let first = parts.first, first.hasPrefix("@") {
            if first == "@every" {
                kind = .every(try Self.period(parts.dropFirst()))
                return
            }
            guard parts.count == 1, let fields = Self.words[first.lowercased()] else {
                let known = Self.words.keys.sorted().joined(separator: ", ")
                let reboot =
                    first == "@reboot" ? "; a controller that starts is no time of day" : ""
                throw CronError("“\(description)” is none of \(known), or @every 90s\(reboot)")
            }
            parts = fields.split(separator: " ")
        }
        guard parts.count == 5 else {
            let found =
                parts.count == 6
                ? "6: seconds cannot be said (there is @every 30s)"
                : parts.isEmpty ? "nothing" : "\(parts.count)"
            throw CronError(
                "expected five fields – minute, hour, day of the month, month, day of the week, as in 0 2 * * * – found \(found)"
            )
        }
        kind = .fields(try CronFields(parts))
    }

    /// Seconds between the two firings that come closest to each other while no clock is changed, of the
    /// first thousand. Under a millisecond.
    public var shortestGapSeconds: Int64 {
        switch kind {
        case .every(let period): return period
        case .fields(let fields):
            var shortest = Int64.max
            var last = fields.next(from: 0)
            for _ in 0..<1_000 where shortest > 60 {
                guard let at = last, let next = fields.next(from: at + 1) else { break }
                shortest = min(shortest, next - at)
                last = next
            }
            return shortest
        }
    }

    private static func period(_ parts: ArraySlice<Substring>) throws(CronError) -> Int64 {
        guard parts.count == 1, let text = parts.first, let seconds = seconds(text) else {
            throw CronError(
                "@every needs a length of time in whole seconds, as in @every 90s or @every 1h30m")
        }
        guard (1...longestSeconds).contains(seconds) else {
            throw CronError("@every goes from 1s to 366d, found “\(text)”")
        }
        return seconds
    }

    /// `1h30m`; nil for anything else.
    private static func seconds(_ text: Substring) -> Int64? {
        let units: [(Character, Int64)] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)]
        var total: Int64 = 0
        var last = -1
        var rest = text
        while !rest.isEmpty {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            guard (1...9).contains(digits.utf8.count), let number = Int64(digits),
                let unit = rest.dropFirst(digits.count).first,
                let place = units.firstIndex(where: { $0.0 == unit }), place > last
            else { return nil }
            total += number * units[place].1
            last = place
            rest = rest.dropFirst(digits.count + 1)
        }
        return last < 0 ? nil : total
    }
}
