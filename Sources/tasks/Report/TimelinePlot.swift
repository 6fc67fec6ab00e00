import FarmTransport
import TaskFarm

/// What each engine ran when: a bar for each attempt, or, of many, how many slots were busy.
struct TimelinePlot {
    let timeline: Timeline
    /// By what is known of the engines that are still there.
    let names: [EngineID: String]

    private static let mostBars = 1_200
    private static let mostRows = 120
    private static let mostEngines = 48
    private static let parts = 240
    private static let width = 900.0
    private static let rowHeight = 12.0

    /// `engine 3 (node7)`.
    func name(_ engine: EngineID) -> String {
        names[engine].map { "\(engine) (\($0))" } ?? "engine \(engine)"
    }

    /// The drawing, and what has to be said of it; nil if nothing ran.
    func draw(into out: inout Markup) -> String? {
        guard let bounds = timeline.bounds else { return nil }
        if timeline.spans.count <= Self.mostBars {
            let lanes = timeline.lanes()
            if lanes.reduce(0, { $0 + $1.lanes.count }) <= Self.mostRows {
                bars(lanes, bounds, into: &out)
                return "A bar is an attempt, a row a slot."
            }
        }
        return areas(bounds, into: &out)
    }

    /// Seconds, minutes, hours or days since the first task began.
    private struct Scale {
        let axis: NumberAxis
        let name: String
        let start: Instant
        private let unit: Double

        init(_ bounds: (start: Instant, end: Instant)) {
            start = bounds.start
            let seconds = Double(bounds.end - bounds.start) / 1e9
            let (unit, word): (Double, String) =
                switch seconds {
                case ..<180: (1, "seconds")
                case ..<10_800: (60, "minutes")
                case ..<259_200: (3600, "hours")
                default: (86400, "days")
                }
            (self.unit, name) = (unit, "\(word) since \(Moment.local(bounds.start))")
            axis = NumberAxis(from: 0, to: max(seconds / unit, 1e-6))
        }

        func position(_ instant: Instant) -> Double {
            axis.position(Double(instant - start) / 1e9 / unit)
        }
    }

    private func frame(_ labels: [String], rows: Int) -> PlotFrame {
        let height = Double(rows) * Self.rowHeight + 50
        return PlotFrame.fitting(labels, width: Self.width, height: height)
    }

    private func label(_ text: String, _ row: Int, _ frame: PlotFrame, into out: inout Markup) {
        let y = frame.top + (Double(row) + 0.5) * Self.rowHeight
        out.raw(
            "<text class=\"tick\" x=\"\(NumberText.place(frame.left - 6))\" y=\"\(NumberText.place(y))\" dy=\".32em\" text-anchor=\"end\">"
        )
        out.text(text)
        out.raw("</text>")
    }

    // MARK: A bar an attempt

    private func bars(
        _ engines: [(engine: EngineID, lanes: [[Timeline.Span]])], _ bounds: (Instant, Instant),
        into out: inout Markup
    ) {
        let scale = Scale(bounds)
        let labels = engines.map { BinnedAxis.cut(name($0.engine)) }
        let frame = frame(labels, rows: engines.reduce(0) { $0 + $1.lanes.count })
        frame.open("what each engine ran when", into: &out)
        var row = 0
        for (engine, name) in zip(engines, labels) {
            label(name, row, frame, into: &out)
            for lane in engine.lanes {
                let y = NumberText.place(frame.top + Double(row) * Self.rowHeight + 1)
                for span in lane {
                    let from = frame.x(scale.position(span.start))
                    let width = max(0.7, frame.x(scale.position(span.end)) - from)
                    out.raw(
                        "<rect class=\"\(span.state.word)\" x=\"\(NumberText.place(from))\" y=\"\(y)\" width=\"\(NumberText.place(width))\" height=\"10\"><title>"
                    )
                    let again = span.attempt > 1 ? ", attempt \(span.attempt)" : ""
                    let seconds = Moment.seconds(Double(span.end - span.start) / 1e9, decimals: 3)
                    out.text("\(span.task)\(again): \(span.state.word), \(seconds) s")
                    out.raw("</title></rect>")
                }
                row += 1
            }
        }
        frame.drawBottom(scale.axis.ticks, scale.name, into: &out)
        frame.drawBox(into: &out)
        out.raw("</svg>")
    }

    // MARK: Busy slots

    private func areas(_ bounds: (Instant, Instant), into out: inout Markup) -> String {
        let scale = Scale(bounds)
        let all = timeline.busy(parts: Self.parts)
        let total: ([Double]) -> Double = { $0.reduce(0, +) }
        // The busiest, by number.
        let shown = all.sorted { total($1.all) < total($0.all) }.prefix(Self.mostEngines)
            .sorted { $0.engine.raw < $1.engine.raw }
        let labels = shown.map { BinnedAxis.cut(name($0.engine)) }
        let frame = frame(labels, rows: shown.count * 2)
        frame.open("busy slots of each engine", into: &out)
        for (index, engine) in shown.enumerated() {
            label(labels[index], index * 2, frame, into: &out)
            let base = frame.top + Double(index * 2 + 2) * Self.rowHeight - 1
            let most = max(engine.all.max() ?? 1, 1e-9)
            area("busy", engine.all, most, base, frame, into: &out)
            if total(engine.bad) > 0 { area("failed", engine.bad, most, base, frame, into: &out) }
        }
        frame.drawBottom(scale.axis.ticks, scale.name, into: &out)
        frame.drawBox(into: &out)
        out.raw("</svg>")
        let hidden = all.count - shown.count
        return
            "How many slots of each engine were busy, in parts of the highest; in the colour of failures what did not succeed."
            + (hidden > 0 ? " \(hidden) less busy engines are not shown." : "")
    }

    private func area(
        _ look: String, _ heights: [Double], _ most: Double, _ base: Double, _ frame: PlotFrame,
        into out: inout Markup
    ) {
        let width = frame.innerWidth / Double(heights.count)
        var path = "M\(NumberText.place(frame.left)) \(NumberText.place(base))"
        for (part, height) in heights.enumerated() {
            let y = base - height / most * (Self.rowHeight * 2 - 4)
            path += "V\(NumberText.place(y))H\(NumberText.place(frame.left + Double(part + 1) * width))"
        }
        out.raw("<path class=\"\(look)\" d=\"\(path)V\(NumberText.place(base))Z\"/>")
    }
}
