/// The numbers that tasks have given back: a table for each group, and plots of them.
struct ResultSection {
    let groups: [ReportGroup]

    private static let mostPlots = 8
    private static let mostTotalPanels = 60
    /// Marks of all plots together, each about 120 bytes.
    private static let mostMarks = 8_000

    func write(into out: inout Markup) {
        let shown = groups.filter { !$0.plotted.isEmpty }
        guard !shown.isEmpty else { return }
        out.element("h2", "", "Results")
        // Each panel gets its part of the marks.
        let plans = shown.map { group in
            (group: group, roles: PlotRoles(group.parameters), fields: group.plotted.prefix(Self.mostPlots))
        }
        let panels = plans.reduce(0) { sum, plan in
            let counts = plan.roles?.panels.map { plan.group.parameters[$0].values.count } ?? []
            let combinations = counts.reduce(1) { min($0 * $1, PlotRoles.mostPanels) }
            return sum + combinations * plan.fields.count
        }
        var left = Self.mostTotalPanels
        let marks = max(60, Self.mostMarks / max(1, min(panels, Self.mostTotalPanels)))
        for plan in plans {
            if groups.count > 1 || !plan.group.name.isEmpty {
                out.element("h3", "", plan.group.name.isEmpty ? "tasks" : plan.group.name)
            }
            table(plan.group, into: &out)
            guard let roles = plan.roles else { continue }
            let grid = PlotGrid(plan.group, roles, mostPlaces: Self.places(roles, marks))
            out.raw("<div class=\"plots\">")
            var untold: [String] = []
            for field in plan.fields {
                guard left >= grid.panels.count else {
                    untold.append(field.path)
                    continue
                }
                left -= grid.panels.count
                figure(grid, field, mostDots: min(400, marks), into: &out)
            }
            out.raw("</div>")
            if !untold.isEmpty {
                note(
                    "There are more plots than a page can hold: \(untold.joined(separator: ", ")) not drawn.",
                    into: &out)
            }
            let hidden = plan.group.plotted.count - plan.fields.count
            if hidden > 0 { note("\(hidden) more fields are in the table alone.", into: &out) }
        }
    }

    private static func places(_ roles: PlotRoles, _ marks: Int) -> (x: Int, y: Int) {
        guard roles.kind == .map else { return (min(400, max(40, marks / 4)), 0) }
        let side = max(8, min(40, Int(Double(marks).squareRoot())))
        return (side, side)
    }

    private func note(_ text: String, into out: inout Markup) { out.element("p", "class=\"note\"", text) }

    private func table(_ group: ReportGroup, into out: inout Markup) {
        out.raw("<div class=\"wide\"><table><thead><tr><th>field</th>")
        for name in ["least", "mean", "greatest", "numbers", "not finite"] {
            out.element("th", "class=\"n\"", name)
        }
        out.raw("</tr></thead><tbody>")
        for field in group.plotted {
            out.raw("<tr>")
            out.element("td", "", field.path)
            for number in [field.low, field.mean, field.high] {
                out.element("td", "class=\"n\"", NumberText.short(number))
            }
            for count in [field.finiteCount, field.notFiniteCount] {
                out.element("td", "class=\"n\"", "\(count)")
            }
            out.raw("</tr>")
        }
        out.raw("</tbody></table></div>")
        if group.isCut { note("Further fields or parameters are left out.", into: &out) }
    }

    // MARK: A plot

    private func figure(
        _ grid: PlotGrid, _ field: FieldColumn, mostDots: Int, into out: inout Markup
    ) {
        let (cells, holes) = grid.values(of: field)
        out.raw(grid.panels.count > 1 ? "<figure class=\"several\"><figcaption>" : "<figure><figcaption>")
        out.element("b", "", field.path)
        let axes = grid.y.map { "\(grid.x.name) and \($0.name)" } ?? grid.x.name
        out.text(" over \(axes)")
        out.raw("</figcaption><div class=\"panels\">")
        let line = grid.roles.kind == .line ? LinePlot(grid, field, cells, mostDots: mostDots) : nil
        let map = grid.roles.kind == .map ? HeatMap(grid, field, cells) : nil
        for panel in grid.panels.indices {
            out.raw("<div>")
            line?.draw(panel: panel, into: &out)
            map?.draw(panel: panel, into: &out)
            if !grid.panels[panel].isEmpty { note(grid.panels[panel], into: &out) }
            out.raw("</div>")
        }
        out.raw("</div>")
        map?.drawScale(into: &out)
        if line != nil { key(grid, into: &out) }
        note(remarks(grid, cells, holes, isLog: line?.axis.isLog ?? map?.axis.isLog ?? false), into: &out)
        out.raw("</figure>")
    }

    private func key(_ grid: PlotGrid, into out: inout Markup) {
        guard grid.series.count > 1 else { return }
        out.raw("<p class=\"key\">")
        for (line, name) in grid.series.enumerated() {
            out.raw("<span><i class=\"k\(line)\"></i>")
            out.text(name)
            out.raw("</span>")
        }
        out.raw("</p>")
    }

    /// What the drawing does not show by itself.
    private func remarks(_ grid: PlotGrid, _ cells: [PlotGrid.Cell], _ holes: Int, isLog: Bool) -> String {
        var words: [String] = []
        if isLog { words.append("Logarithmic scale.") }
        if cells.contains(where: { $0.count > 1 }) {
            let over = grid.averaged.isEmpty ? "points at one place" : grid.averaged.joined(separator: ", ")
            let band = grid.roles.kind == .line ? ", the band from the least to the greatest" : ""
            words.append("Means over \(over)\(band).")
        }
        if grid.x.isBinned || grid.y?.isBinned ?? false {
            words.append("Neighbouring values share a place: there are more than fit.")
        }
        if holes > 0 {
            words.append(
                "\(counted(holes, "point")) without a finite number \(holes == 1 ? "is a hole" : "are holes")."
            )
        }
        if grid.hiddenPanelCount > 0 {
            words.append(
                "\(grid.panels.count) of \(grid.panels.count + grid.hiddenPanelCount) combinations are shown."
            )
        }
        return words.joined(separator: " ")
    }
}
