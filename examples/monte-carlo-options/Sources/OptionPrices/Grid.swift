import Foundation
import Pricing

/// Every strike with every volatility, each as a European and as an Asian call.
struct Grid: Sendable {
    var strikes: [Double]
    var volatilities: [Double]
    var paths: Int

    /// Two tasks a point. Each has a seed of its own, made from its place, so the numbers are the same in
    /// every run, whichever engine prices which and in what order.
    var options: [CallOption] {
        points.enumerated().flatMap { index, point in
            [CallOption.Style.european, .asian].enumerated().map { offset, style in
                CallOption(
                    style, strike: point.strike, volatility: point.volatility, paths: paths,
                    seed: UInt64(2 * index + offset))
            }
        }
    }

    private var points: [(strike: Double, volatility: Double)] {
        strikes.flatMap { strike in volatilities.map { (strike, $0) } }
    }

    /// Prints the table. Returns whether all European prices are within three standard errors of the closed
    /// form.
    func report(_ estimates: [Estimate]) -> Bool {
        let options = options
        print("             European                                        Asian")
        print("strike  vol  closed form  estimate    s.e.  off by s.e.  in 3  estimate    s.e.")
        var inside = 0
        for index in stride(from: 0, to: estimates.count, by: 2) {
            let (option, european, asian) = (options[index], estimates[index], estimates[index + 1])
            let closed = BlackScholes.call(option)
            let deviation = european.deviation(from: closed)
            let isInside = abs(deviation) <= 3
            if isInside { inside += 1 }
            print(
                String(
                    format: "%6.0f  %2.0f%%  %11.4f  %8.4f  %.4f  %11.2f  %@  %8.4f  %.4f", option.strike,
                    option.volatility * 100, closed, european.price, european.standardError, deviation,
                    isInside ? " yes" : "  NO", asian.price, asian.standardError))
        }
        print("\(inside) of \(points.count) European prices are within 3 standard errors of Black–Scholes.")
        return inside == points.count
    }
}
