import FarmTemplate
public import FarmTransport

/// When an engine's time ends, as that of an allocation does.
public enum EndOfTime: Hashable, Sendable {
    /// Its time has no end.
    case never
    /// By this host's clock.
    case at(Instant)

    /// Reads `2h`, `00:30:00`, from now on; `2026-11-23T06:00:00+01:00`, a moment; `@1795413600`, seconds
    /// since 1970; `none`.
    ///
    /// - Parameter now: what durations count from; nil: this moment.
    /// - Returns: nil if it is none of them, or over already; ``fault(in:)`` says why.
    public init?(_ text: String, now: Instant? = nil) {
        let now = now ?? FarmClock().now
        switch Self.read(text, now) {
        case .some(let end) where end == .never: self = end
        case .some(.at(let end)) where end > now: self = .at(end)
        default: return nil
        }
    }

    private static func read(_ text: String, _ now: Instant) -> EndOfTime? {
        if text == "none" { return .never }
        if text.hasPrefix("@") { return stamp(text.dropFirst()) }
        if let seconds = TimeText.moment(text) { return moment(seconds) }
        return TimeText.nanoseconds(text).map { .at(now + $0) }
    }

    /// `1795413600.25`, to the nanosecond.
    private static func stamp(_ text: Substring) -> EndOfTime? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : "0"
        guard let seconds = parts.first.flatMap({ UInt64($0) }), seconds < 8_000_000_000,
            (1...9).contains(fraction.count),
            let part = UInt64(fraction + String(repeating: "0", count: 9 - fraction.count))
        else { return nil }
        return .at(Instant(nanoseconds: Int64(seconds * 1_000_000_000 + part)))
    }

    private static func moment(_ seconds: Double) -> EndOfTime? {
        // Till the year 2223, far from where nanoseconds overflow.
        (0..<8e9).contains(seconds) ? .at(Instant(nanoseconds: Int64((seconds * 1e9).rounded()))) : nil
    }

    /// What is wrong with the text, in words that follow it; nil if nothing is.
    public static func fault(in text: String) -> String? {
        let now = FarmClock().now
        if EndOfTime(text, now: now) != nil { return nil }
        if read(text, now) != nil { return "is over already; an engine would leave at once" }
        return "expected how long from now, as 2h or 00:30:00, or a moment with its zone, as"
            + " 2026-11-23T06:00:00+01:00, or none"
    }

    /// What reads back as this, at any time before it.
    public var text: String {
        switch self {
        case .never: "none"
        case .at(let end):
            "@\(end.nanoseconds / Self.second)."
                + String(end.nanoseconds % Self.second + Self.second).dropFirst()
        }
    }

    /// When an engine that starts now leaves: so long before the end that what runs can be told to end, and
    /// is given back. A tenth of its time, 15 s at most.
    func leaving(from now: Instant) -> Instant {
        switch self {
        case .never: .never
        case .at(let end): end + -min(Self.mostLead, max(0, end - now) / 10)
        }
    }

    private static let second = Int64.seconds(1)
    private static let mostLead = Int64.seconds(15)
}
