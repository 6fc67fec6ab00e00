/// The box of a drawing with its axes; places from 0 to 1 become places in it.
struct PlotFrame {
    var width = 420.0
    var height = 260.0
    var left = 52.0
    let right = 12.0
    let top = 10.0
    let bottom = 40.0

    /// The width of a character of a tick's label.
    static let charWidth = 6.2

    var innerWidth: Double { width - left - right }
    var innerHeight: Double { height - top - bottom }

    func x(_ position: Double) -> Double { left + position * innerWidth }
    func y(_ position: Double) -> Double { top + (1 - position) * innerHeight }

    /// With room for these labels at the left.
    static func fitting(_ labels: some Sequence<String>, width: Double = 420, height: Double = 260)
        -> PlotFrame
    {
        var frame = PlotFrame()
        frame.width = width
        frame.height = height
        let widest = labels.map(\.count).max() ?? 1
        frame.left = min(width / 2, max(30, Double(widest) * charWidth + 12))
        return frame
    }

    /// The beginning of the drawing; `title` is what a screen reader says of it.
    func open(_ title: String, into out: inout Markup) {
        let size = "\(NumberText.place(width)) \(NumberText.place(height))"
        out.raw("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size)\" role=\"img\">")
        out.element("title", "", title)
    }

    /// Lines across with labels at the left.
    func drawLeft(_ ticks: [NumberAxis.Tick], lines: Bool = true, into out: inout Markup) {
        let (from, to) = (NumberText.place(left), NumberText.place(width - right))
        for tick in ticks {
            let at = NumberText.place(y(tick.position))
            if lines { out.raw("<path class=\"grid\" d=\"M\(from) \(at)H\(to)\"/>") }
            out.raw(
                "<text class=\"tick\" x=\"\(NumberText.place(left - 6))\" y=\"\(at)\" dy=\".32em\" text-anchor=\"end\">"
            )
            out.text(tick.label)
            out.raw("</text>")
        }
    }

    /// Labels below, and what the axis is.
    func drawBottom(_ ticks: [NumberAxis.Tick], _ name: String, into out: inout Markup) {
        let base = height - bottom
        for tick in ticks {
            let at = NumberText.place(x(tick.position))
            out.raw("<path class=\"axis\" d=\"M\(at) \(NumberText.place(base))v4\"/>")
            out.raw(
                "<text class=\"tick\" x=\"\(at)\" y=\"\(NumberText.place(base + 16))\" text-anchor=\"middle\">"
            )
            out.text(tick.label)
            out.raw("</text>")
        }
        out.raw(
            "<text class=\"name\" x=\"\(NumberText.place(x(0.5)))\" y=\"\(NumberText.place(height - 6))\" text-anchor=\"middle\">"
        )
        out.text(name)
        out.raw("</text>")
    }

    /// The box.
    func drawBox(into out: inout Markup) {
        out.raw(
            "<path class=\"axis\" d=\"M\(NumberText.place(left)) \(NumberText.place(top))V\(NumberText.place(height - bottom))H\(NumberText.place(width - right))\"/>"
        )
    }
}
