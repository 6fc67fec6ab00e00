/// Running means, variances and covariance of payoffs and a control, by Welford's updates: exact also for
/// many.
struct PairedSample {
    private var count = 0.0
    private var mean = 0.0
    private var controlMean = 0.0
    private var squares = 0.0
    private var controlSquares = 0.0
    private var products = 0.0

    mutating func add(_ value: Double, control: Double) {
        count += 1
        let change = value - mean
        let controlChange = control - controlMean
        mean += change / count
        controlMean += controlChange / count
        squares += change * (value - mean)
        controlSquares += controlChange * (control - controlMean)
        products += change * (control - controlMean)
    }

    /// The plain mean.
    var estimate: Estimate {
        Estimate(price: mean, standardError: (squares / (count - 1) / count).squareRoot())
    }

    /// The mean, put right by how far the control's mean is from what is known to be its expectation.
    ///
    /// The standard error shrinks by the factor √(1 − ρ²), where ρ is the correlation of the two.
    func estimate(withControlOf expectation: Double) -> Estimate {
        guard controlSquares > 0 else { return estimate }
        let slope = products / controlSquares
        let rest = max(0, squares - slope * products)
        return Estimate(
            price: mean - slope * (controlMean - expectation),
            standardError: (rest / (count - 1) / count).squareRoot())
    }
}
