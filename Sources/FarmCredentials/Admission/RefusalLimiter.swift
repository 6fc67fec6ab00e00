/// Lets so many refusals a second be told, with a burst of the same size; the rest are counted.
struct RefusalLimiter {
    private let perSecond: Int
    private var second: Int64 = .min
    private var told = 0
    private var untold = 0

    init(perSecond: Int) { self.perSecond = max(1, perSecond) }

    /// - Returns: how many were not told since the last that was, or nil if this one is not to be told
    ///   either.
    mutating func admit(nowUnixSeconds now: Int64) -> Int? {
        if now != second {
            second = now
            told = 0
        }
        guard told < perSecond else {
            untold += 1
            return nil
        }
        told += 1
        defer { untold = 0 }
        return untold
    }
}
