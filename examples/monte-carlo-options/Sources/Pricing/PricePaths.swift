import Glibc

/// Random prices of an option's asset: geometric Brownian motion, risk-neutral, stepped exactly.
struct PricePaths {
    private let option: CallOption
    private let discount: Double
    private var random: SeededNormal

    init(_ option: CallOption) {
        self.option = option
        discount = exp(-option.rate * option.maturityYears)
        random = SeededNormal(seed: option.seed)
    }

    /// The discounted payoff of a European call on a fresh path; one step is enough, because it is exact.
    mutating func nextEuropean() -> Double {
        let (drift, spread) = increments(over: option.maturityYears)
        return payoff(option.spot * exp(drift + spread * random.next()))
    }

    /// The discounted payoffs of Asian calls on the arithmetic and on the geometric average of one path.
    mutating func nextAsian() -> (arithmetic: Double, geometric: Double) {
        let (drift, spread) = increments(over: option.maturityYears / Double(option.steps))
        var logarithm = log(option.spot)
        var (sum, sumOfLogarithms) = (0.0, 0.0)
        for _ in 0..<option.steps {
            logarithm += drift + spread * random.next()
            sum += exp(logarithm)
            sumOfLogarithms += logarithm
        }
        let count = Double(option.steps)
        return (payoff(sum / count), payoff(exp(sumOfLogarithms / count)))
    }

    private func increments(over years: Double) -> (drift: Double, spread: Double) {
        let variance = option.volatility * option.volatility
        return ((option.rate - variance / 2) * years, option.volatility * years.squareRoot())
    }

    private func payoff(_ price: Double) -> Double { discount * max(price - option.strike, 0) }
}
