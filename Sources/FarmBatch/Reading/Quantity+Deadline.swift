public import FarmTemplate

extension Quantity {
    /// Seconds since 1970 that a moment can have: till the year 2223, far from where nanoseconds overflow.
    private static let lastMoment = 8e9

    /// Reads `2h`, from the submission, or `2026-11-23T06:00:00Z`, a moment, also with an offset as `+01:00`
    /// in place of the `Z`.
    ///
    /// - Returns: nil if it is neither, or nothing that a deadline can be; `fault(inDeadline:)` says why.
    public static func deadline(_ text: String) -> Deadline? {
        if let seconds = TimeText.moment(text) {
            guard (0..<lastMoment).contains(seconds) else { return nil }
            return .at(Instant(nanoseconds: Int64((seconds * 1e9).rounded())))
        }
        return nanoseconds(text).flatMap { $0 > 0 ? .after($0) : nil }
    }

    /// What is wrong with a deadline, in words that follow its name; nil if nothing is.
    public static func fault(inDeadline text: String) -> String? {
        if deadline(text) != nil { return nil }
        if let seconds = TimeText.moment(text) {
            return seconds < 0
                ? "is before 1970: no task could end by then"
                : "is too far away: it must be before the year 2223; leave it out for none"
        }
        return "must be a duration from the submission, as 2h or 36h30m, or a moment with its zone, as"
            + " 2026-11-23T06:00:00+01:00"
    }
}
