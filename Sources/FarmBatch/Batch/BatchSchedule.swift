public import FarmSchedule
import FarmTemplate

/// `schedule:` of a batch file: when `tasks schedule add` has it run.
public struct BatchSchedule: Hashable, Sendable {
    /// When it fires.
    public var cron: CronExpression
    /// In which zone; nil: that of whoever adds it.
    public var timezone: String?
    /// What to do when the run before is still going.
    public var overlap = ScheduleSpec.Overlap.skip
    /// What to do about firings that were missed.
    public var catchUp = ScheduleSpec.CatchUp.latest
    /// Each firing is put off by so many seconds at most.
    public var jitterSeconds: Int64 = 0
    /// Runs that are kept, with their jobs.
    public var keep: Int?

    /// Runs that may be kept.
    private static let mostKept = 100_000

    init?(_ item: Item, _ log: ProblemLog) {
        guard let fields = Fields(item, of: "`schedule`", BatchKeys.schedule, log) else { return nil }
        var cron: CronExpression?
        if let item = fields["cron"] {
            if let text = log.fixed(item, "cron", "five fields, as in 0 2 * * *") {
                do throws(CronError) { cron = try CronExpression(text) } catch {
                    log.add(.badValue, at: item.position, "`cron`: \(error.message)")
                }
            }
        } else {
            log.add(.missing, at: item.position, "`schedule` has no `cron`, as in cron: \"0 2 * * *\"")
        }
        if let item = fields["timezone"] { timezone = Self.zone(item, log) }
        if let item = fields["overlap"] { overlap = Self.word(item, "overlap", log) ?? overlap }
        if let item = fields["catch-up"] { catchUp = Self.word(item, "catch-up", log) ?? catchUp }
        if let item = fields["jitter"] { jitterSeconds = Self.jitter(item, cron, log) }
        if let item = fields["keep"] { keep = Self.keep(item, log) }
        guard let cron else { return nil }
        self.cron = cron
    }

    private static func zone(_ item: Item, _ log: ProblemLog) -> String? {
        guard let text = log.fixed(item, "timezone", "a zone's name, as Europe/Berlin") else { return nil }
        if ZoneDatabase.zone(text) != nil { return text }
        guard ZoneDatabase.isThere else {
            log.add(
                .badValue, at: item.position,
                "`timezone`: this machine has no zone database (package tzdata); only UTC is known without")
            return nil
        }
        log.add(.badValue, at: item.position, "`timezone`: there is no zone “\(text)”\(hint(text))")
        return nil
    }

    /// Also for `berlin` and `CEST/Berlin`: what stands last counts most.
    private static func hint(_ text: String) -> String {
        let names = ZoneDatabase.names
        func city(_ name: String) -> String { name.split(separator: "/").last?.lowercased() ?? "" }
        if let name = names.first(where: { $0.lowercased() == text.lowercased() })
            ?? names.first(where: { $0.contains("/") && city($0) == city(text) })
        {
            return "; did you mean “\(name)”?"
        }
        let near = Spelling.hint(text, in: names)
        return near.isEmpty ? "; names are as in Europe/Berlin, America/New_York, UTC" : near
    }

    private static func word<Word: RawRepresentable & CaseIterable>(
        _ item: Item, _ key: String, _ log: ProblemLog
    ) -> Word? where Word.RawValue == String {
        let known = Word.allCases.map(\.rawValue)
        guard let text = log.fixed(item, key, "one of \(known.joined(separator: ", "))") else { return nil }
        if let word = Word(rawValue: text) { return word }
        log.add(
            .badValue, at: item.position,
            "`\(key)` must be one of \(known.joined(separator: ", ")), found \(item.found)\(Spelling.hint(text, in: known))"
        )
        return nil
    }

    private static func jitter(_ item: Item, _ cron: CronExpression?, _ log: ProblemLog) -> Int64 {
        guard let nanoseconds = log.duration(item, "jitter", atLeast: 0) else { return 0 }
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard rest == 0, seconds >= 1 else {
            log.add(
                .badValue, at: item.position,
                "`jitter` must be whole seconds, from 1s on, found \(item.found); leave it out for none")
            return 0
        }
        if seconds > ScheduleSpec.longestJitterSeconds {
            log.add(.badValue, at: item.position, "`jitter` must be at most a day, found \(item.found)")
        } else if let cron, case let gap = cron.shortestGapSeconds, seconds >= gap {
            log.add(
                .badValue, at: item.position,
                "`jitter` must be shorter than the time between two firings, of which some are only"
                    + " \(Quantity.text(nanoseconds: gap * 1_000_000_000)) apart, found \(item.found)")
        }
        return seconds
    }

    /// `60 runs`, or just `60`.
    private static func keep(_ item: Item, _ log: ProblemLog) -> Int? {
        guard let text = log.fixed(item, "keep", "a number of runs") else { return nil }
        let words = text.split(separator: " ")
        if let first = words.first, let count = Int(first), (1...mostKept).contains(count),
            words.count == 1 || words.count == 2 && (words[1] == "runs" || words[1] == "run")
        {
            return count
        }
        log.add(
            .badValue, at: item.position,
            "`keep` must be a number of runs from 1 to \(mostKept), as in 60 runs, found \(item.found)")
        return nil
    }
}
