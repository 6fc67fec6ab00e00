// Engines whose time has an end, as that of an allocation: none is given what it could not finish. A task of
// which nobody knows how long it takes may begin as long as they are there, and is queued again free of
// charge if they leave before it has ended.
extension Scheduler {
    /// Nanoseconds that an engine must have left to be given what is said to take so long; 0 for 0.
    ///
    /// Between a 32nd and an eighth more: engines reckon by clocks of their own, estimates are rounded as a
    /// rule, and so there are not more than 16 classes of tasks to each doubling of their length, however
    /// many estimates there are.
    static func timeWanted(for nanoseconds: Int64) -> Int64 {
        guard nanoseconds > 0 else { return 0 }
        let length = min(nanoseconds, 1 << 60)
        let shift = max(0, 59 - length.leadingZeroBitCount)
        return ((length >> shift) + 2) << shift
    }

    /// Whether the engine has time for a task of the class, if it begins now.
    func lasts(_ engine: Int32, _ number: Int32) -> Bool { lasts(engine, number, from: turnAt) }

    /// The same for one that begins then.
    func lasts(_ engine: Int32, _ number: Int32, from begins: Instant) -> Bool {
        #if DEBUG
        if makes(.timeless) { return true }
        #endif
        let until = engines[engine].info.until
        return until == .never || classes[number].lasting == 0 || begins + classes[number].lasting <= until
    }

    /// Its time is over: that it is lost then is nobody's fault.
    func hasRunOut(_ engine: Int32, at now: Instant) -> Bool { engines[engine].info.until <= now }

    /// It has run out, or is about to; it leaves by itself.
    func isRunningOut(_ engine: Int32) -> Bool { engines[engine].info.until <= turnAt + .seconds(1) }

    /// Its time has been over for so long that, whatever the clocks, nothing of it is left.
    func isLongGone(_ engine: Int32, at now: Instant) -> Bool {
        engines[engine].info.until < .never && engines[engine].info.until + .seconds(60) <= now
    }

    /// Until when a lost engine may come back: not after its own time.
    func awayLimit(of engine: Int32, from now: Instant) -> Instant {
        min(now + settings.awayLimitNanoseconds, max(now, engines[engine].info.until))
    }

    /// The engine gave the attempt back unasked. If it has too little time left for that by its own clock, it
    /// has less than was thought.
    mutating func learnTime(of engine: Int32, from slot: Int32) {
        let lasting = classes[placement(of: slot)].lasting
        guard engines[engine].info.until < .never, lasting > 0, groups[live[slot].group].lane < 0 else {
            return
        }
        engines[engine].info.until = min(engines[engine].info.until, turnAt + (lasting - 1))
    }

    /// Nanoseconds between two looks at what waits.
    private static let timeCheck = Int64.milliseconds(250)

    /// That an engine has too little time for something comes by itself; but what is kept for that may be
    /// another's then, and what avoids an engine where it failed may have no other any more.
    mutating func awaitTimeCheck() {
        let isWaiting = !blockedClasses.isEmpty || hold.isOn || keptClass >= 0
        timeCheckAt = isWaiting ? turnAt + Self.timeCheck : .never
    }

    /// What avoids engines where it failed is tried again: those that it waits for may have too little time
    /// left. O(blocked classes).
    mutating func unblockAvoiding() {
        for place in blockedClasses.indices.reversed()
        where !classes[blockedClasses[place].number].placement.avoided.isEmpty {
            unblock(at: place)
        }
    }

    /// Nanoseconds after which an attempt of the group has ended, by its `estimate` or `timeout`; 0 if
    /// nothing is said.
    func longest(of group: Int32) -> Int64 { policies[groups[group].policy].longest() }

    /// Why the engine has too little time for a task that takes so long, in words; nil if it has enough.
    func timeShortage(_ engine: Int32, _ number: Int32, _ time: ReckonedTime) -> String? {
        guard !lasts(engine, number, from: time.now) else { return nil }
        let left = max(0, engines[engine].info.until - time.now)
        return
            "has \(left.durationWords) left, and a task of \(time.length.durationWords) is begun only with"
            + " \(classes[number].lasting.durationWords)"
    }
}

/// What `why` reckons with: how long the task is said to take, 0 if nothing is said, and when it was asked.
struct ReckonedTime {
    var length: Int64
    var now: Instant
}
