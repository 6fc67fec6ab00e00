@testable import FarmSchedule

/// Moments and random numbers for tests.
enum Moment {
    /// `2026-03-29T02:30:00` as seconds since 1970, as if it were UTC.
    static func of(_ text: String) -> Int64 {
        let numbers = text.split { !$0.isNumber }.map { Int($0)! }
        let seconds =
            numbers.count > 3
            ? numbers[3] * 3_600 + numbers[4] * 60 + (numbers.count > 5 ? numbers[5] : 0) : 0
        return CivilDay.days(numbers[0], numbers[1], numbers[2]) * 86_400 + Int64(seconds)
    }
}

struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
