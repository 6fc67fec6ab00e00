/// A call on one asset, and how its price is to be estimated: what a task is given.
public struct CallOption: Codable, Hashable, Sendable {
    /// What the strike is compared with at maturity.
    public enum Style: String, Codable, Sendable {
        /// The asset's last price.
        case european
        /// The arithmetic average of its prices at the end of each of ``CallOption/steps`` equal periods.
        case asian
    }

    /// European or Asian.
    public var style: Style
    /// Price of the asset today.
    public var spot: Double
    /// Price at which it may be bought.
    public var strike: Double
    /// Of a year, 0.2 for 20 %.
    public var volatility: Double
    /// Continuously compounded, of a year.
    public var rate: Double
    /// When the price is looked at.
    public var maturityYears: Double
    /// Prices that an Asian option averages.
    public var steps: Int
    /// Random paths to draw.
    public var paths: Int
    /// The same seed draws the same paths.
    public var seed: UInt64

    /// An option on an asset at 100, at 5 % interest, over a year, unless something else is said.
    public init(
        _ style: Style, spot: Double = 100, strike: Double, volatility: Double, rate: Double = 0.05,
        maturityYears: Double = 1, steps: Int = 50, paths: Int, seed: UInt64
    ) {
        self.style = style
        self.spot = spot
        self.strike = strike
        self.volatility = volatility
        self.rate = rate
        self.maturityYears = maturityYears
        self.steps = steps
        self.paths = paths
        self.seed = seed
    }
}
