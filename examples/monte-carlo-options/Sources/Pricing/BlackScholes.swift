import Glibc

/// Prices that have a formula. All are of calls, discounted to today.
public enum BlackScholes {
    /// Black and Scholes (1973): a European call, whatever the option's own style.
    public static func call(_ option: CallOption) -> Double {
        let variance = option.volatility * option.volatility * option.maturityYears
        return call(
            forward: option.spot * exp(option.rate * option.maturityYears), variance: variance, option)
    }

    /// Kemna and Vorst (1990): an Asian call on the geometric average of prices at the end of `steps` equal
    /// periods.
    ///
    /// That average of log-normal prices is log-normal itself, so the same formula holds with its mean and
    /// variance. The arithmetic average has none; but it is nearly the same number, which makes this one a
    /// good control variate.
    public static func geometricAsianCall(_ option: CallOption) -> Double {
        let count = Double(option.steps)
        let variance = option.volatility * option.volatility
        let averageTime = option.maturityYears * (count + 1) / (2 * count)
        let averageVariance =
            variance * option.maturityYears * (count + 1) * (2 * count + 1) / (6 * count * count)
        let mean = log(option.spot) + (option.rate - variance / 2) * averageTime
        return call(forward: exp(mean + averageVariance / 2), variance: averageVariance, option)
    }

    private static func call(forward: Double, variance: Double, _ option: CallOption) -> Double {
        let deviation = variance.squareRoot()
        let first = (log(forward / option.strike) + variance / 2) / deviation
        let payoff = forward * normal(first) - option.strike * normal(first - deviation)
        return exp(-option.rate * option.maturityYears) * payoff
    }

    /// The probability that a standard normal number is below `x`.
    private static func normal(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
}
