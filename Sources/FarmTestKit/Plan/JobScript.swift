/// A submission that a client is going to make, and what must become of it.
struct JobScript {
    var key: UniqueKey
    var parts: [SubmissionPart] = []
    /// Nanoseconds to wait before each part.
    var gaps: [Int64] = []
    /// The code with which it has to be refused; nil if it is good.
    var refusal: WireCode?
    /// It may be good, or refused as bad: that depends on what engines there are when it comes.
    var mayBeRefused = false

    /// What the farm has to hand to the task: nothing in an array.
    static func payload(_ key: UniqueKey, _ index: UInt32, bytes: Int) -> [UInt8] {
        var payload = [UInt8](repeating: 0, count: max(9, bytes))
        payload[0] = 1
        let mark = SimulationRandom.hash(key.high, key.low, UInt64(index))
        for place in 0..<8 { payload[1 + place] = UInt8(truncatingIfNeeded: mark >> (8 * UInt64(place))) }
        return payload
    }
}
