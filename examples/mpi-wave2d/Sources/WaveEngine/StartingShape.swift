import Foundation

/// How the membrane is before it is let go.
struct StartingShape {
    private let start: Wave.Start
    private let points: Int
    /// Bellies of the standing wave, down and across.
    private let bellies = (2, 3)

    init(_ start: Wave.Start, points: Int) {
        self.start = start
        self.points = points
    }

    /// Of a point by row and column, from 1.
    func height(_ row: Int, _ column: Int) -> Double {
        switch start {
        case .mode: mode(row, column)
        case .drops:
            drop(row, column, 0.3, 0.35, 0.03) - 0.8 * drop(row, column, 0.62, 0.7, 0.045)
        }
    }

    /// Of the standing wave after some steps; nil of anything else.
    ///
    /// The mode swings with the frequency of the equation as it is solved (its dispersion relation):
    /// sin²(ω/2) is c² times the sum of sin²(k/2) over both directions, all in steps. So nothing but rounding
    /// is left.
    func heights(after steps: Int, courant: Double) -> ((Int, Int) -> Double)? {
        guard start == .mode else { return nil }
        func part(_ bellies: Int) -> Double {
            let half = sin(Double(bellies) * .pi / Double(2 * (points + 1)))
            return half * half
        }
        let frequency = 2 * asin(courant * (part(bellies.0) + part(bellies.1)).squareRoot())
        let swing = cos(frequency * Double(steps))
        return { row, column in self.mode(row, column) * swing }
    }

    private func mode(_ row: Int, _ column: Int) -> Double {
        let unit = Double.pi / Double(points + 1)
        return sin(unit * Double(bellies.0 * row)) * sin(unit * Double(bellies.1 * column))
    }

    /// A bell curve around a place, all as parts of the side.
    private func drop(_ row: Int, _ column: Int, _ y: Double, _ x: Double, _ width: Double) -> Double {
        let dy = Double(row) / Double(points + 1) - y
        let dx = Double(column) / Double(points + 1) - x
        return exp(-(dx * dx + dy * dy) / (2 * width * width))
    }
}
