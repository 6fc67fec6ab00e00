/// How often and when a task is tried again. Each cause has a budget of its own (conformance 23).
public struct RetryPolicy: Equatable, Sendable {
    /// Attempts after the first that may follow a failure of the body. Default 0.
    public var failure: UInt32
    /// Attempts after the first that may follow a timeout. Default 0.
    public var timeout: UInt32
    /// Attempts after the first that may follow one that ran out of memory. Default 0.
    public var outOfMemory: UInt32
    /// Attempts that may follow the loss of an engine. Default 5.
    public var engineLost: UInt32
    /// With `errors`, the only failures that are tried again; if both are empty, all are.
    public var exitCodes: [Int32]
    /// Names of thrown errors, as `exitCodes`.
    public var errors: [String]
    /// Nanoseconds from the end of the first attempt to the next. The loss of an engine waits for nothing.
    public var delayNanoseconds: Int64
    /// Each further delay is so many times the one before, at least 1.
    public var factor: Double
    /// No delay is longer; 0 for no limit.
    public var maximumDelayNanoseconds: Int64
    /// The share of each delay, 0 to 1, by which chance makes it shorter or longer.
    public var jitter: Double
    /// After an attempt that ran out of memory, the task needs so many times the memory of before, at least
    /// 1.
    public var memoryFactor: Double
    /// The next attempt goes to another engine than those where it failed, as long as there is one.
    public var avoidsEngine: Bool

    public init(
        failure: UInt32 = 0, timeout: UInt32 = 0, outOfMemory: UInt32 = 0, engineLost: UInt32 = 5,
        exitCodes: [Int32] = [], errors: [String] = [], delayNanoseconds: Int64 = 0, factor: Double = 1,
        maximumDelayNanoseconds: Int64 = 0, jitter: Double = 0, avoidsEngine: Bool = false,
        memoryFactor: Double = 1
    ) {
        self.failure = failure
        self.timeout = timeout
        self.outOfMemory = outOfMemory
        self.engineLost = engineLost
        self.exitCodes = exitCodes
        self.errors = errors
        self.delayNanoseconds = delayNanoseconds
        self.factor = factor
        self.maximumDelayNanoseconds = maximumDelayNanoseconds
        self.jitter = jitter
        self.avoidsEngine = avoidsEngine
        self.memoryFactor = memoryFactor
    }

    /// Whether a failure with this code or error may be tried again at all.
    func selects(exitCode: Int32, errorName: String) -> Bool {
        if exitCodes.isEmpty, errors.isEmpty { return true }
        return exitCodes.contains(exitCode) || (!errorName.isEmpty && errors.contains(errorName))
    }

    /// Nanoseconds between the end of an attempt and the next, when `count` attempts have been charged.
    ///
    /// Chance comes of the task and the count, so that it is the same after a restart.
    func delay(after count: UInt32, of task: TaskID) -> Int64 {
        guard delayNanoseconds > 0, count > 0 else { return 0 }
        var delay = Double(delayNanoseconds)
        let limit = Double(maximumDelayNanoseconds > 0 ? maximumDelayNanoseconds : Self.longestNanoseconds)
        // Beyond the limit nothing changes any more, however many there were.
        var left = count - 1
        while left > 0, factor > 1, delay < limit {
            delay *= factor
            left -= 1
        }
        delay = min(delay, limit)
        let chance = Double(Self.mix(task.raw &+ UInt64(count) << 40) >> 11) / 0x1p53
        delay *= 1 + jitter * (2 * chance - 1)
        return Int64(min(max(0, delay), Double(Self.longestNanoseconds)))
    }

    /// What a delay may be at most, about 36 years.
    public static let longestNanoseconds: Int64 = 1 << 60

    /// The finalizer of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators,
    /// 2014).
    private static func mix(_ value: UInt64) -> UInt64 {
        var value = value &+ 0x9E37_79B9_7F4A_7C15
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
