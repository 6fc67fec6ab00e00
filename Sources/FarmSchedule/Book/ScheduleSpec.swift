/// What a schedule says of itself: when it fires, and what becomes of firings that cannot run at once.
public struct ScheduleSpec: Hashable, Sendable {
    /// What to do when the run before is still going.
    public enum Overlap: String, Sendable, CaseIterable {
        /// This firing does not run.
        case skip
        /// It runs when those before it have ended.
        case queue
        /// The run that is going is cancelled, and this one follows.
        case replace
    }

    /// What to do about firings that were missed, as when no controller ran.
    public enum CatchUp: String, Sendable, CaseIterable {
        /// They are noted as missed.
        case none
        /// The latest runs, unless one is due just now; the others are noted as missed.
        case latest
        /// All run, one after the other.
        case all
    }

    /// When it fires.
    public var times: FiringTimes
    /// What to do when the run before is still going.
    public var overlap = Overlap.skip
    /// What to do about firings that were missed.
    public var catchUp = CatchUp.latest
    /// Each firing is put off by so many seconds at most, and never to the next one.
    public var jitterSeconds: Int64 = 0
    /// Runs that are kept, with their jobs; nil: 100 in the history, and the jobs as long as others.
    public var keep: Int?

    /// Fires at these times, and goes by the defaults else.
    public init(_ times: FiringTimes) { self.times = times }

    /// Jitter may be so long.
    public static let longestJitterSeconds: Int64 = 86_400

    /// By how many seconds a firing is put off: always the same for the same schedule and moment, so that a
    /// restart in between changes nothing, and spread evenly over schedules.
    func delay(of name: String, at moment: Int64) -> Int64 {
        guard jitterSeconds > 0 else { return 0 }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash = hash &+ UInt64(bitPattern: moment) &* 0x9e37_79b9_7f4a_7c15
        // SplitMix64's finish: neighbouring moments come out far apart.
        hash = (hash ^ hash >> 30) &* 0xbf58_476d_1ce4_e5b9
        hash = (hash ^ hash >> 27) &* 0x94d0_49bb_1331_11eb
        hash ^= hash >> 31
        // Where clocks are put forward, two may be closer than anywhere else.
        let gap = times.next(after: moment).map { $0 - moment } ?? .max
        return Int64(hash % UInt64(min(jitterSeconds + 1, gap)))
    }
}
