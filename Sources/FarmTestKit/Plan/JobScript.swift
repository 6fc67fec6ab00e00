/// A submission that a client is going to make, and what must become of it.
struct JobScript {
    var key: UniqueKey
    var parts: [SubmissionPart] = []
    /// Nanoseconds to wait before each part.
    var gaps: [Int64] = []
    /// The code with which it has to be refused; nil if it is good.
    var refusal: WireCode?

    /// What the farm has to hand to the task: nothing in an array.
    static func payload(_ key: UniqueKey, _ index: UInt32, bytes: Int) -> [UInt8] {
        var payload = [UInt8](repeating: 0, count: max(9, bytes))
        payload[0] = 1
        let mark = SimulationRandom.hash(key.high, key.low, UInt64(index))
        for place in 0..<8 { payload[1 + place] = UInt8(truncatingIfNeeded: mark >> (8 * UInt64(place))) }
        return payload
    }
}

/// How the attempts of a group behave; it travels as the template's body, so an engine learns it as it learns
/// a command.
struct Behaviour: Equatable {
    /// What a run takes, by kind.
    enum Length: UInt8, CaseIterable {
        /// Ends within the call that begins it.
        case none
        /// 5 to 400 µs.
        case tiny
        /// 0.5 to 20 ms.
        case short
        /// 30 to 400 ms.
        case medium
        /// 0.5 to 2 s.
        case long
        /// Any of those.
        case mixed
    }

    var length: Length
    /// Attempts of a hundred that fail.
    var failurePercent: UInt8

    var bytes: [UInt8] { [length.rawValue, failurePercent] }

    init(length: Length, failurePercent: UInt8) {
        self.length = length
        self.failurePercent = failurePercent
    }

    init?(_ bytes: [UInt8]) {
        guard bytes.count == 2, let length = Length(rawValue: bytes[0]) else { return nil }
        self.init(length: length, failurePercent: bytes[1])
    }

    /// Nanoseconds that the attempt takes, and whether it fails: the same whenever and wherever it runs.
    func course(of name: DispatchName, seed: UInt64) -> (nanoseconds: Int64, fails: Bool) {
        var random = SimulationRandom(
            seed: SimulationRandom.hash(seed, name.task.raw, UInt64(name.attempt)))
        let fails = random.chance(Int(failurePercent))
        let length = length == .mixed ? random.pick([.tiny, .tiny, .short, .medium, .long]) : length
        let nanoseconds: Int64 =
            switch length {
            case .none, .mixed: 0
            case .tiny: random.time(5_000...400_000)
            case .short: random.time(500_000...20_000_000)
            case .medium: random.time(30_000_000...400_000_000)
            case .long: random.time(500_000_000...2_000_000_000)
            }
        return (nanoseconds, fails)
    }
}
