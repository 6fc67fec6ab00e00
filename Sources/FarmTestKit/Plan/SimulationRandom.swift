/// SplitMix64: all of a simulation's chance comes from one seed through generators of this kind. Small, fast,
/// the same on every machine. Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators"
/// (2014).
public struct SimulationRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// A generator whose numbers depend on the seed alone.
    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.scramble(state)
    }

    /// A number from 0 up to, and without, `count`.
    public mutating func below(_ count: Int) -> Int { Int(truncatingIfNeeded: next() >> 1) % max(1, count) }

    /// A number of the range.
    public mutating func pick(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    /// One of the elements. Precondition: there is one.
    public mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// Nanoseconds of the range.
    public mutating func time(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(below(Int(range.upperBound - range.lowerBound) + 1))
    }

    /// True in so many cases of a hundred.
    public mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    /// A generator of its own, so that what one part of a simulation draws does not move what another draws.
    public mutating func split() -> SimulationRandom { SimulationRandom(seed: next()) }

    /// A number that depends on all of those given and looks random: for decisions that must not depend on
    /// when they are made, as how long an attempt takes.
    public static func hash(_ numbers: UInt64...) -> UInt64 {
        var result: UInt64 = 0
        for number in numbers { result = scramble((result ^ number) &+ 0x9E37_79B9_7F4A_7C15) }
        return result
    }

    private static func scramble(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
