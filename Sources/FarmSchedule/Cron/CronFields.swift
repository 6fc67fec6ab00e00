/// The five fields, read. Local times are seconds since 1970-01-01 00:00 on the local calendar.
struct CronFields: Hashable, Sendable {
    private let minutes: UInt64
    private let hours: UInt64
    private let days: UInt64
    private let months: UInt64
    private let weekdays: UInt64
    /// The hour begins with `*`: it goes by the hours that pass, not by what they are called.
    let runsByTheHour: Bool
    /// As in Vixie's cron: if both the day of the month and the day of the week are restricted, either will
    /// do.
    private let eitherDay: Bool

    /// After so many days the calendar, weekdays included, begins anew: 400 years.
    private static let cycleDays: Int64 = 146_097

    init(_ text: [Substring]) throws(CronError) {
        minutes = try CronField.minute.read(text[0])
        hours = try CronField.hour.read(text[1])
        days = try CronField.day.read(text[2])
        months = try CronField.month.read(text[3])
        let weekdays = try CronField.weekday.read(text[4])
        self.weekdays = weekdays & 0x7F | weekdays >> 7
        runsByTheHour = text[1].first == "*"
        eitherDay = text[2].first != "*" && text[4].first != "*"
        guard next(from: 0) != nil else {
            throw CronError(
                "it never fires: no \(text[3] == "*" ? "month" : "month of “\(text[3])”") has a day “\(text[2])”"
                    + (text[4] == "*" ? "" : " that is “\(text[4])”"))
        }
    }

    /// The first local time that fits, not before this one; nil if there is none.
    func next(from local: Int64) -> Int64? {
        let minute = CivilDay.floor(local + 59, 60)
        var day = CivilDay.floor(minute, 1440)
        var rest = minute - day * 1440
        let last = day + Self.cycleDays
        while day <= last {
            let civil = CivilDay(day)
            guard months >> UInt64(civil.month) & 1 == 1 else {
                day = civil.firstOfNextMonth
                rest = 0
                continue
            }
            if fits(day, civil), let found = minuteOfDay(from: Int(rest)) { return (day * 1440 + found) * 60 }
            day += 1
            rest = 0
        }
        return nil
    }

    private func fits(_ day: Int64, _ civil: CivilDay) -> Bool {
        let byMonth = days >> UInt64(civil.day) & 1 == 1
        let byWeek = weekdays >> UInt64(CivilDay.weekday(day)) & 1 == 1
        return eitherDay ? byMonth || byWeek : byMonth && byWeek
    }

    private func minuteOfDay(from first: Int) -> Int64? {
        for hour in first / 60..<24 where hours >> UInt64(hour) & 1 == 1 {
            let from = hour == first / 60 ? first % 60 : 0
            let left = minutes >> UInt64(from)
            if left != 0 { return Int64(hour * 60 + from + left.trailingZeroBitCount) }
        }
        return nil
    }
}
