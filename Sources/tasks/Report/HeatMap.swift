/// A field over two parameters, by colour.
struct HeatMap {
    let grid: PlotGrid
    let field: FieldColumn
    let cells: [PlotGrid.Cell]
    /// Common to all panels.
    let axis: NumberAxis
    private let y: BinnedAxis

    /// Colours of the scale; the style sheet has as many.
    static let shades = 32

    init?(_ grid: PlotGrid, _ field: FieldColumn, _ cells: [PlotGrid.Cell]) {
        guard let y = grid.y, let axis = NumberAxis(over: cells.lazy.filter { $0.count > 0 }.map(\.mean))
        else { return nil }
        (self.grid, self.field, self.cells, self.axis, self.y) = (grid, field, cells, axis, y)
    }

    private func shade(_ value: Double) -> Int {
        min(Self.shades - 1, Int(axis.position(value) * Double(Self.shades)))
    }

    func draw(panel: Int, into out: inout Markup) {
        let ticks = y.ticks(height: PlotFrame().innerHeight, lineHeight: 14)
        var frame = PlotFrame.fitting(ticks.map(\.label))
        // Beside the labels stands what they are of.
        frame.left += 16
        frame.open(
            "\(field.path) over \(grid.x.name) and \(y.name) \(grid.panels[panel])", into: &out)
        let (width, height) = (
            frame.innerWidth / Double(grid.x.count), frame.innerHeight / Double(y.count)
        )
        let size = "width=\"\(NumberText.place(width + 0.3))\" height=\"\(NumberText.place(height + 0.3))\""
        for row in 0..<y.count {
            for place in 0..<grid.x.count {
                let index = grid.index(panel: panel, row: row, x: place)
                guard grid.pointCounts[index] > 0 else { continue }
                let at =
                    "x=\"\(NumberText.place(frame.x(Double(place) / Double(grid.x.count))))\" y=\"\(NumberText.place(frame.y(Double(row + 1) / Double(y.count))))\""
                let cell = cells[index]
                let look = cell.count > 0 ? "h\(shade(cell.mean))" : "hole"
                out.raw("<rect class=\"\(look)\" \(at) \(size)><title>")
                let words = cell.count > 0 ? LinePlot.words(cell) : "no number"
                out.text("\(grid.x.name)=\(grid.x.labels[place]), \(y.name)=\(y.labels[row]): \(words)")
                out.raw("</title></rect>")
            }
        }
        frame.drawLeft(ticks, lines: false, into: &out)
        let middle = NumberText.place(frame.y(0.5))
        out.raw(
            "<text class=\"name\" transform=\"translate(11 \(middle)) rotate(-90)\" text-anchor=\"middle\">")
        out.text(y.name)
        out.raw("</text>")
        frame.drawBottom(
            grid.x.ticks(length: frame.innerWidth, charWidth: PlotFrame.charWidth), grid.x.name, into: &out)
        frame.drawBox(into: &out)
        out.raw("</svg>")
    }

    /// The scale of colours.
    func drawScale(into out: inout Markup) {
        var frame = PlotFrame()
        frame.height = 64
        frame.left = 20
        out.raw("<div class=\"scale\">")
        frame.open("colours of \(field.path)", into: &out)
        let width = frame.innerWidth / Double(Self.shades)
        for shade in 0..<Self.shades {
            out.raw(
                "<rect class=\"h\(shade)\" x=\"\(NumberText.place(frame.left + Double(shade) * width))\" y=\"10\" width=\"\(NumberText.place(width + 0.3))\" height=\"14\"/>"
            )
        }
        frame.drawBottom(axis.ticks, field.path, into: &out)
        out.raw("</svg></div>")
    }
}
