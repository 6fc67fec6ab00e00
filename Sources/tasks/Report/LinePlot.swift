/// A field over one parameter, a line for each series; parameters that are no numbers get dots alone.
struct LinePlot {
    let grid: PlotGrid
    let field: FieldColumn
    let cells: [PlotGrid.Cell]
    /// Common to all panels.
    let axis: NumberAxis

    /// Dots with words of their own in a panel; a line with more has none, the page would grow by them.
    private let mostDots: Int

    init?(_ grid: PlotGrid, _ field: FieldColumn, _ cells: [PlotGrid.Cell], mostDots: Int) {
        let shown = cells.lazy.filter { $0.count > 0 }
        guard let axis = NumberAxis(over: shown.flatMap { [$0.low, $0.high] }) else { return nil }
        (self.grid, self.field, self.cells, self.axis) = (grid, field, cells, axis)
        self.mostDots = mostDots
    }

    private struct Point {
        var x: Double
        var cell: PlotGrid.Cell
        var place: Int
    }

    func draw(panel: Int, into out: inout Markup) {
        let ticks = axis.ticks
        let frame = PlotFrame.fitting(ticks.map(\.label))
        frame.open("\(field.path) over \(grid.x.name) \(grid.panels[panel])", into: &out)
        frame.drawLeft(ticks, into: &out)
        let along = grid.x.numbers.flatMap { NumberAxis(over: $0) }
        frame.drawBottom(
            along?.ticks
                ?? grid.x.ticks(length: frame.innerWidth, charWidth: PlotFrame.charWidth), grid.x.name,
            into: &out)
        frame.drawBox(into: &out)
        for line in grid.series.indices {
            let runs = self.runs(panel, line, along)
            out.raw("<g class=\"s\(line)\">")
            if along != nil { for run in runs { draw(run, frame, into: &out) } }
            dots(runs.flatMap { $0 }, line, frame, into: &out)
            out.raw("</g>")
        }
        out.raw("</svg>")
    }

    /// A line's points; where a point has no number the line is broken.
    private func runs(_ panel: Int, _ line: Int, _ along: NumberAxis?) -> [[Point]] {
        var runs: [[Point]] = [[]]
        for place in 0..<grid.x.count {
            let index = grid.index(panel: panel, row: line, x: place)
            if cells[index].count > 0 {
                let x =
                    along.flatMap { axis in grid.x.numbers.map { axis.position($0[place]) } }
                    ?? (Double(place) + 0.5) / Double(grid.x.count)
                runs[runs.count - 1].append(Point(x: x, cell: cells[index], place: place))
            } else if grid.pointCounts[index] > 0, !runs[runs.count - 1].isEmpty {
                runs.append([])
            }
        }
        return runs.filter { !$0.isEmpty }
    }

    private func draw(_ run: [Point], _ frame: PlotFrame, into out: inout Markup) {
        func path(_ points: some Sequence<(Double, Double)>) -> String {
            points.map {
                "\(NumberText.place(frame.x($0.0))) \(NumberText.place(frame.y(axis.position($0.1))))"
            }
            .joined(separator: "L")
        }
        if run.contains(where: { $0.cell.high > $0.cell.low }) {
            let edge = run.map { ($0.x, $0.cell.high) } + run.reversed().map { ($0.x, $0.cell.low) }
            out.raw("<path class=\"band\" d=\"M\(path(edge))Z\"/>")
        }
        if run.count > 1 {
            out.raw("<path class=\"line\" d=\"M\(path(run.map { ($0.x, $0.cell.mean) }))\"/>")
        }
    }

    private func dots(_ points: [Point], _ line: Int, _ frame: PlotFrame, into out: inout Markup) {
        guard points.count * grid.series.count <= mostDots else { return }
        for point in points {
            let (x, y) = (frame.x(point.x), frame.y(axis.position(point.cell.mean)))
            out.raw("<circle cx=\"\(NumberText.place(x))\" cy=\"\(NumberText.place(y))\" r=\"2.5\"><title>")
            let name = grid.series[line].isEmpty ? "" : ", \(grid.series[line])"
            out.text("\(grid.x.name)=\(grid.x.labels[point.place])\(name): \(Self.words(point.cell))")
            out.raw("</title></circle>")
        }
    }

    /// `0.012`, or `0.012 (mean of 3, 0.01 to 0.015)`.
    static func words(_ cell: PlotGrid.Cell) -> String {
        let mean = NumberText.short(cell.mean)
        if cell.count == 1 { return mean }
        return
            "\(mean) (mean of \(cell.count), \(NumberText.short(cell.low)) to \(NumberText.short(cell.high)))"
    }
}
