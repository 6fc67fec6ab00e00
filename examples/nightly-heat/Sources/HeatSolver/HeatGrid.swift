import Glibc

/// Temperatures at the corners of the cells, edges included, and how they change in a step.
struct HeatGrid {
    private let n: Int
    private let side: Int
    private var values: [Double]
    private var scratch: [Double]
    private var slopes: [Double]

    /// sin πx · sin πy, which keeps its form and only fades.
    init(_ n: Int) {
        self.n = n
        side = n + 1
        let wave = (0...n).map { $0 == 0 || $0 == n ? 0 : sin(.pi * Double($0) / Double(n)) }
        values = wave.flatMap { y in wave.map { x in x * y } }
        scratch = values
        slopes = [Double](repeating: 0, count: side)
    }

    /// One step forward in time; `ratio` is diffusivity · step / cell², at most a quarter.
    mutating func stepForward(_ ratio: Double) {
        for y in 1..<n {
            for x in 1..<n {
                let at = y * side + x
                let neighbours = values[at - 1] + values[at + 1] + values[at - side] + values[at + side]
                scratch[at] = values[at] + ratio * (neighbours - 4 * values[at])
            }
        }
        swap(&values, &scratch)
    }

    /// Half a step implicit along x, then half a step implicit along y.
    mutating func stepAlternating(_ ratio: Double) {
        halfStep(ratio / 2, along: 1, across: side)
        halfStep(ratio / 2, along: side, across: 1)
    }

    /// Explicit across the lines, implicit along them: a tridiagonal system a line (Thomas).
    private mutating func halfStep(_ ratio: Double, along: Int, across: Int) {
        let diagonal = 1 + 2 * ratio
        for line in 1..<n {
            var before = 0.0
            for place in 1..<n {
                let at = line * across + place * along
                let right =
                    values[at] + ratio * (values[at - across] - 2 * values[at] + values[at + across])
                let pivot = diagonal - ratio * (place == 1 ? 0 : slopes[place - 1])
                slopes[place] = ratio / pivot
                before = (right + ratio * before) / pivot
                scratch[at] = before
            }
            for place in stride(from: n - 2, through: 1, by: -1) {
                let at = line * across + place * along
                scratch[at] += slopes[place] * scratch[at + along]
            }
        }
        swap(&values, &scratch)
    }

    var middle: Double { values[(n / 2) * side + n / 2] }

    /// The largest difference from the first form times `factor`, as a part of that.
    func error(_ factor: Double) -> Double {
        let exact = HeatGrid(n).values
        return zip(values, exact).reduce(0) { max($0, abs($1.0 - factor * $1.1)) } / factor
    }
}
