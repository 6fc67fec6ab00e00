/// One of the five fields: which numbers it may hold, and what they are called.
struct CronField {
    let what: String
    let range: ClosedRange<Int>
    /// Words for numbers, from the lowest on.
    var words: [String] = []

    static let minute = CronField(what: "minute", range: 0...59)
    static let hour = CronField(what: "hour", range: 0...23)
    static let day = CronField(what: "day of the month", range: 1...31)
    static let month = CronField(
        what: "month", range: 1...12,
        words: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
    /// 7 is Sunday as well.
    static let weekday = CronField(
        what: "day of the week", range: 0...7, words: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"])

    /// The numbers that a field's text stands for, as bits.
    func read(_ text: Substring) throws(CronError) -> UInt64 {
        var bits: UInt64 = 0
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            bits |= try read(part: part, of: text)
        }
        return bits
    }

    private func read(part: Substring, of text: Substring) throws(CronError) -> UInt64 {
        guard !part.isEmpty else {
            throw CronError("the \(what) “\(text)” has a comma with nothing beside it")
        }
        let pieces = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let ends = pieces[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        var from = range.lowerBound
        var to = range.upperBound
        if pieces[0] == "*" {
            if what == Self.weekday.what { to = 6 }
        } else {
            from = try number(ends[0], in: part)
            to = ends.count == 2 ? try number(ends[1], in: part) : from
            // `fri-sun`: where the week ends is a matter of taste.
            if what == Self.weekday.what, to == 0, from > 0 { to = 7 }
            guard from <= to else {
                throw CronError(
                    "the \(what) “\(part)” runs backwards; write \(ends[0])-\(range.upperBound),\(range.lowerBound)-\(ends[1])"
                )
            }
        }
        var step = 1
        if pieces.count == 2 {
            guard pieces[0] == "*" || ends.count == 2 else {
                throw CronError(
                    "the \(what) “\(part)” has a step without a range; write \(pieces[0])-\(range.upperBound)/\(pieces[1])"
                )
            }
            guard let given = plain(pieces[1]), given >= 1, given <= range.upperBound else {
                throw CronError(
                    "the step of the \(what) “\(part)” must be a number from 1 to \(range.upperBound)")
            }
            step = given
        }
        return stride(from: from, through: to, by: step).reduce(0) { $0 | 1 << UInt64($1) }
    }

    private func number(_ text: Substring, in part: Substring) throws(CronError) -> Int {
        if let word = words.firstIndex(of: text.lowercased()) { return range.lowerBound + word }
        guard let number = plain(text) else {
            let names = words.isEmpty ? "" : ", or \(words[0]) to \(words[words.count - 1])"
            throw CronError(
                "the \(what) “\(part)” is none: it is made of numbers from \(range.lowerBound) to \(range.upperBound)\(names),"
                    + " with *, ranges (1-5), steps (*/15) and lists (1,3)")
        }
        guard range.contains(number) else {
            throw CronError(
                "the \(what) “\(part)” is out of range: it goes from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    private func plain(_ text: Substring) -> Int? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
            return nil
        }
        return Int(text)
    }
}
