/// A number of 128 random bits that a peer chooses for itself and keeps over reconnections.
public struct UniqueKey: Hashable, Sendable, CustomStringConvertible {
    public var high: UInt64
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads 32 hexadecimal digits; nil for anything else.
    public init?(_ text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 32,
            let high = UInt64(String(decoding: digits[..<16], as: UTF8.self), radix: 16),
            let low = UInt64(String(decoding: digits[16...], as: UTF8.self), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    /// Draws a key from the generator given; the core itself never draws randomness.
    public init(using generator: inout some RandomNumberGenerator) {
        self.init(high: generator.next(), low: generator.next())
    }

    /// 32 hexadecimal digits.
    public var description: String { Self.hex(high) + Self.hex(low) }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// An engine's number, given by the controller when it first registers; kept when it re-attaches.
public struct EngineID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var raw: UInt32

    public init(_ raw: UInt32) { self.raw = raw }

    public static func < (a: EngineID, b: EngineID) -> Bool { a.raw < b.raw }
    public var description: String { String(raw) }

    /// Stands for "no engine" in records of tasks that never reached one.
    public static let none = EngineID(.max)
}

/// One connection of one peer, from its hello on; numbered by the controller's transport, never reused.
public struct SessionID: Hashable, Sendable, CustomStringConvertible {
    public var raw: UInt64

    public init(_ raw: UInt64) { self.raw = raw }

    public var description: String { "session \(raw)" }
}
