public import TaskFarm

/// The function that the engine offers and the client calls: both import this module, so the compiler checks
/// that they mean the same input and output.
public struct PriceOption: TaskFunction {
    /// As batch files name it: `call: price-option`.
    public static let name = "price-option"

    /// One is made for each attempt.
    public init() {}

    /// Draws the paths and averages their payoffs; about 0.1 µs a random number.
    public func run(_ option: CallOption, _ context: TaskContext) async throws -> Estimate {
        try option.check()
        var paths = PricePaths(option)
        var sample = PairedSample()
        for path in 0..<option.paths {
            // Often enough to obey a cancel or a timeout within a moment, rarely enough to cost nothing.
            if path % 1024 == 0 { try context.checkCancellation() }
            switch option.style {
            case .european: sample.add(paths.nextEuropean(), control: 0)
            case .asian:
                let payoff = paths.nextAsian()
                sample.add(payoff.arithmetic, control: payoff.geometric)
            }
        }
        switch option.style {
        case .european: return sample.estimate
        case .asian: return sample.estimate(withControlOf: BlackScholes.geometricAsianCall(option))
        }
    }
}

/// An option that cannot be priced. What it says is the task's error.
struct BadOption: Error, CustomStringConvertible {
    var description: String
}

extension CallOption {
    func check() throws(BadOption) {
        for (word, value) in [
            ("spot", spot), ("strike", strike), ("volatility", volatility), ("maturityYears", maturityYears),
        ] where !(value > 0 && value.isFinite) {
            throw BadOption(description: "\(word) is \(value); it has to be a number above 0")
        }
        guard rate.isFinite else { throw BadOption(description: "rate is \(rate); it has to be a number") }
        guard paths >= 2, steps >= 1 else {
            throw BadOption(
                description: "\(paths) paths of \(steps) steps; it takes at least 2 of at least 1")
        }
    }
}
