import FarmMPI

/// Where a rank's block lies in the whole.
struct Block: Codable, Sendable {
    var firstRow: Int
    var firstColumn: Int
    var rows: Int
    var columns: Int
}

/// A rank's block of the membrane, with one line of its neighbours' points around it: zero at the edges.
struct Membrane {
    let points: Int
    let grid: CartesianGrid
    let place: Block
    /// By rows, `columns + 2` in each, `rows + 2` of them.
    private(set) var heights: [Double]

    var rows: Int { place.rows }
    var columns: Int { place.columns }
    private var stride: Int { columns + 2 }

    init(points: Int, grid: CartesianGrid) {
        self.points = points
        self.grid = grid
        func part(_ axis: Int) -> (first: Int, count: Int) {
            let (place, size) = (grid.coordinates[axis], grid.sizes[axis])
            return (points * place / size, points * (place + 1) / size - points * place / size)
        }
        let (down, across) = (part(0), part(1))
        place = Block(
            firstRow: down.first, firstColumn: across.first, rows: down.count, columns: across.count)
        heights = Array(repeating: 0, count: (down.count + 2) * (across.count + 2))
    }

    /// `height` of a point by row and column of the whole, from 1.
    mutating func fill(_ height: (Int, Int) -> Double) {
        for row in 1...rows {
            for column in 1...columns {
                heights[row * stride + column] = height(place.firstRow + row, place.firstColumn + column)
            }
        }
    }

    /// Gets the neighbours' outermost points.
    mutating func exchange(_ ranks: Communicator) throws {
        let (up, down) = (grid.neighbor(axis: 0, by: -1), grid.neighbor(axis: 0, by: 1))
        let (left, right) = (grid.neighbor(axis: 1, by: -1), grid.neighbor(axis: 1, by: 1))
        for (row, to, halo, from) in [(1, up, rows + 1, down), (rows, down, 0, up)] {
            var line = self.row(halo)
            try ranks.exchange(self.row(row), to: to, into: &line, from: from)
            for column in 1...columns { heights[halo * stride + column] = line[column - 1] }
        }
        for (column, to, halo, from) in [(1, left, columns + 1, right), (columns, right, 0, left)] {
            var line = self.column(halo)
            try ranks.exchange(self.column(column), to: to, into: &line, from: from)
            for row in 1...rows { heights[row * stride + halo] = line[row - 1] }
        }
    }

    private func row(_ row: Int) -> [Double] {
        Array(heights[row * stride + 1..<row * stride + 1 + columns])
    }

    private func column(_ column: Int) -> [Double] { (1...rows).map { heights[$0 * stride + column] } }

    /// The heights one step later; those of the halo are not known.
    func stepped(before: Membrane, courant: Double) -> Membrane {
        var next = self
        next.step(before: before, courant: courant, isFirst: false)
        return next
    }

    /// Steps in place. `before`: one step earlier; at first, when it is at rest, the same as now.
    mutating func step(before: Membrane, courant: Double, isFirst: Bool) {
        let (now, factor) = (heights, courant * courant)
        for row in 1...rows {
            for column in 1...columns {
                let at = row * stride + column
                let bend = now[at - stride] + now[at + stride] + now[at - 1] + now[at + 1] - 4 * now[at]
                heights[at] =
                    isFirst
                    ? now[at] + factor / 2 * bend : 2 * now[at] - before.heights[at] + factor * bend
            }
        }
    }

    /// The points without what surrounds them, by rows.
    var inner: [Double] { (1...rows).flatMap { row($0) } }

    var amplitude: Double { inner.reduce(0) { max($0, abs($1)) } }

    /// The largest difference from what the heights should be; nil if that is not known.
    func difference(from wanted: ((Int, Int) -> Double)?) -> Double? {
        guard let wanted else { return nil }
        var most = 0.0
        for row in 1...rows {
            for column in 1...columns {
                let height = wanted(place.firstRow + row, place.firstColumn + column)
                most = max(most, abs(heights[row * stride + column] - height))
            }
        }
        return most
    }
}
