/// The points of a group, sorted into the places of its plots: panel, line or row, and place along the axis.
struct PlotGrid {
    /// What the points at one place come to.
    struct Cell {
        var count = 0
        var mean = 0.0
        var low = Double.infinity
        var high = -Double.infinity

        mutating func add(_ value: Double) {
            count += 1
            mean += value / Double(count) - mean / Double(count)
            low = min(low, value)
            high = max(high, value)
        }
    }

    let roles: PlotRoles
    let x: BinnedAxis
    /// Of a heat map.
    let y: BinnedAxis?
    /// What each line is called; one without a name if there is no such parameter.
    let series: [String]
    /// What each panel is called, likewise.
    let panels: [String]
    /// Panels beyond the limit.
    let hiddenPanelCount: Int
    /// Names of parameters whose mean is drawn.
    let averaged: [String]
    /// Points at each place, with a result or without.
    private(set) var pointCounts: [Int]
    /// The place of each point; -1 for those in no panel.
    private var cells: [Int32]

    /// `mostPlaces`: along an axis.
    init(_ group: ReportGroup, _ roles: PlotRoles, mostPlaces: (x: Int, y: Int)) {
        self.roles = roles
        let parameters = group.parameters
        x = BinnedAxis(parameters[roles.x], most: mostPlaces.x)
        y = roles.y.map { BinnedAxis(parameters[$0], most: mostPlaces.y) }
        averaged = roles.averaged.map { parameters[$0].name }
        let lines = Combinations(parameters, roles.series, count: group.count)
        let sheets = Combinations(parameters, roles.panels, count: group.count)
        series = lines.names
        panels = Array(sheets.names.prefix(PlotRoles.mostPanels))
        hiddenPanelCount = sheets.names.count - panels.count
        let rows = y?.count ?? series.count
        pointCounts = [Int](repeating: 0, count: panels.count * rows * x.count)
        cells = [Int32](repeating: -1, count: group.count)
        for point in 0..<group.count {
            let code = Int(parameters[roles.x].codes[point])
            let (line, sheet) = (lines.places[point], sheets.places[point])
            guard code >= 0, line >= 0, sheet >= 0, sheet < panels.count else { continue }
            var row = line
            if let y, let place = roles.y {
                let code = Int(parameters[place].codes[point])
                guard code >= 0 else { continue }
                row = Int(y.places[code])
            }
            let cell = (sheet * rows + row) * x.count + Int(x.places[code])
            cells[point] = Int32(cell)
            pointCounts[cell] += 1
        }
    }

    /// Rows of a panel: lines of a line plot, places of a map's second axis.
    var rowCount: Int { y?.count ?? series.count }

    /// Where a place is in the arrays.
    func index(panel: Int, row: Int, x place: Int) -> Int { (panel * rowCount + row) * x.count + place }

    /// A field at every place; and how many of the points there have no number.
    func values(of field: FieldColumn) -> (cells: [Cell], holeCount: Int) {
        var found = [Cell](repeating: Cell(), count: pointCounts.count)
        var holes = 0
        for (point, cell) in cells.enumerated() where cell >= 0 {
            let value = field.values[point]
            if value.isFinite { found[Int(cell)].add(value) } else { holes += 1 }
        }
        return (found, holes)
    }

    /// The combinations of some parameters that there are, in the order of their values.
    private struct Combinations {
        /// `scheme=implicit, n=64`.
        let names: [String]
        /// The combination of each point; -1 if it lacks one of the parameters.
        let places: [Int]

        init(_ parameters: [ParameterColumn], _ wanted: [Int], count: Int) {
            guard !wanted.isEmpty else {
                names = [""]
                places = [Int](repeating: 0, count: count)
                return
            }
            let ranks = wanted.map { Self.ranks(parameters[$0]) }
            var numbers: [[Int32]: Int] = [:]
            var found: [(key: [Int32], name: String)] = []
            var raw = [Int](repeating: -1, count: count)
            for point in 0..<count {
                let codes = wanted.map { parameters[$0].codes[point] }
                guard !codes.contains(-1) else { continue }
                let key = zip(ranks, codes).map { $0[Int($1)] }
                if let number = numbers[key] {
                    raw[point] = number
                    continue
                }
                numbers[key] = found.count
                raw[point] = found.count
                let name = zip(wanted, codes).map {
                    "\(parameters[$0].name)=\(BinnedAxis.cut(parameters[$0].values[Int($1)]))"
                }
                found.append((key, name.joined(separator: ", ")))
            }
            let order = found.indices.sorted { found[$0].key.lexicographicallyPrecedes(found[$1].key) }
            var place = [Int](repeating: 0, count: found.count)
            for (new, old) in order.enumerated() { place[old] = new }
            names = order.map { found[$0].name }
            places = raw.map { $0 < 0 ? -1 : place[$0] }
        }

        /// Numbers by size, other values as they come.
        private static func ranks(_ column: ParameterColumn) -> [Int32] {
            guard let numbers = column.numbers else { return column.values.indices.map { Int32($0) } }
            let order = numbers.indices.sorted { (numbers[$0], $0) < (numbers[$1], $1) }
            var ranks = [Int32](repeating: 0, count: numbers.count)
            for (rank, index) in order.enumerated() { ranks[index] = Int32(rank) }
            return ranks
        }
    }
}
