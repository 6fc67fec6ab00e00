/// What a task gives back: a price from random paths, and how sure it is.
public struct Estimate: Codable, Hashable, Sendable {
    /// Discounted to today.
    public var price: Double
    /// Standard deviation of `price`, itself estimated from the paths.
    public var standardError: Double

    /// An estimate.
    public init(price: Double, standardError: Double) {
        self.price = price
        self.standardError = standardError
    }

    /// How many standard errors the estimate is above (or below, if negative) the true price.
    public func deviation(from price: Double) -> Double { (self.price - price) / standardError }
}
