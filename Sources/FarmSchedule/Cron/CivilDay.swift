/// A day of the Gregorian calendar; days are counted from 1970-01-01. After Howard Hinnant's
/// `civil_from_days`.
struct CivilDay: Hashable, Sendable {
    let year: Int
    /// From 1.
    let month: Int
    /// From 1.
    let day: Int

    init(_ days: Int64) {
        let shifted = days + 719_468
        let era = Self.floor(shifted, 146_097)
        let ofEra = shifted - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * ofYear + 2) / 153
        day = Int(ofYear - (153 * fromMarch + 2) / 5 + 1)
        month = Int(fromMarch < 10 ? fromMarch + 3 : fromMarch - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    }

    /// The number of a day.
    static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        let shifted = Int64(month <= 2 ? year - 1 : year)
        let era = floor(shifted, 400)
        let yearOfEra = shifted - era * 400
        let ofYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + ofYear - 719_468
    }

    /// 0 is Sunday.
    static func weekday(_ days: Int64) -> Int { Int(days + 4 - floor(days + 4, 7) * 7) }

    var firstOfNextMonth: Int64 {
        month == 12 ? Self.days(year + 1, 1, 1) : Self.days(year, month + 1, 1)
    }

    static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    /// The quotient, rounded down.
    static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }
}
