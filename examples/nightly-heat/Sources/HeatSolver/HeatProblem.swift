/// The heat equation on the unit square, cold at its edges, warmest in the middle at the beginning: what a
/// task is given.
public struct HeatProblem: Codable, Hashable, Sendable {
    /// How a step in time is made.
    public enum Scheme: String, Codable, CaseIterable, Sendable {
        /// Forward in time, centred in space: cheap steps, and as many as stability asks for.
        case explicit
        /// Alternating directions (Peaceman and Rachford, 1955): each step solves a line at a time, and may
        /// be long.
        case adi
    }

    /// Cells along each side: 2 to 2,048.
    public var n: Int
    /// How fast heat spreads, above 0.
    public var diffusivity: Double
    /// How a step is made.
    public var scheme: Scheme
    /// Of the time in which the middle cools to a third or so.
    public var duration: Double

    /// A problem with the fields given.
    public init(n: Int, diffusivity: Double, scheme: Scheme, duration: Double = 1) {
        self.n = n
        self.diffusivity = diffusivity
        self.scheme = scheme
        self.duration = duration
    }

    /// Seconds until the end.
    public var end: Double { 0.05 * duration / diffusivity }

    func check() throws(BadProblem) {
        guard (2...2_048).contains(n) else { throw BadProblem("n is \(n); it has to be 2 to 2048") }
        for (word, value) in [("diffusivity", diffusivity), ("duration", duration)]
        where !(value > 0 && value.isFinite) {
            throw BadProblem("\(word) is \(value); it has to be a number above 0")
        }
    }
}

/// A problem that cannot be solved. What it says is the task's error.
struct BadProblem: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// What came of it.
public struct HeatSolution: Codable, Hashable, Sendable {
    /// The largest difference from the exact solution, as a part of its largest value.
    public var error: Double
    /// The temperature in the middle, which was 1 at the beginning.
    public var middle: Double
    /// Steps in time.
    public var steps: Int
}
