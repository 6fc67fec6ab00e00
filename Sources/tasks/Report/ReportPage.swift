import FarmTransport
import TaskFarm

/// The whole page: no script, nothing from elsewhere, which its policy also says to the browser.
struct ReportPage {
    /// The run before, if there is one.
    struct Before {
        var job: JobStatus
        /// Nil if the jobs are too large to be compared here.
        var comparison: JobComparison?
    }

    let data: ReportData
    let before: Before?
    let engineNames: [EngineID: String]
    let now: Instant

    private static let mostChanges = 20

    func markup() -> Markup {
        var out = Markup()
        let title = data.job.name.isEmpty ? "job \(data.job.id)" : "\(data.job.name) – job \(data.job.id)"
        out.raw(
            """
            <!DOCTYPE html>
            <html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><meta charset="utf-8"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>

            """)
        out.element("title", "", title)
        out.raw("<style>\n\(ReportStyle.text)</style></head>\n<body>")
        out.element("h1", "", title)
        summary(into: &out)
        comparison(into: &out)
        FailureSection(failures: data.failures).write(into: &out)
        ResultSection(groups: data.groups).write(into: &out)
        engines(into: &out)
        slowest(into: &out)
        out.element("p", "class=\"note\"", "Written \(Moment.utc(now)) by tasks \(Version.text).")
        out.raw("</body></html>\n")
        return out
    }

    // MARK: Summary

    private func summary(into out: inout Markup) {
        let job = data.job
        let labels = job.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var facts: [(String, String)] = [
            ("tasks", "\(counted(data.counts.total, "task")): \(data.counts.words)"),
            ("submitted", "\(Moment.local(job.submittedAt)) by \(job.owner)"),
        ]
        if !labels.isEmpty { facts.append(("labels", labels.joined(separator: ", "))) }
        if let end = data.endedAt, let wall = data.wallSeconds {
            let words = data.counts.unfinished > 0 ? "last end so far" : "ended"
            facts.append((words, "\(Moment.local(end)), after \(Self.duration(wall))"))
        }
        let work = data.timeline.slotSeconds
        if work > 0 {
            let wall = data.wallSeconds ?? 0
            let gain = wall > 0 ? ", \(Moment.seconds(work / wall, decimals: 1)) slots busy on average" : ""
            facts.append(("work", "\(Moment.seconds(work, decimals: 1)) slot-seconds\(gain)"))
            facts.append(("engines", "\(data.timeline.engines.count)"))
        }
        if data.retryCount > 0 { facts.append(("tried again", counted(data.retryCount, "time"))) }
        out.raw("<dl>")
        for (name, words) in facts {
            out.element("dt", "", name)
            out.element("dd", "", words)
        }
        out.raw("</dl>")
        if data.counts.unfinished > 0 {
            out.element(
                "p", "class=\"bad\"",
                "\(counted(data.counts.unfinished, "task")) had not ended when this was written.")
        }
    }

    /// `12.3 s`, `4 min 10 s`, `3 h 12 min`.
    static func duration(_ seconds: Double) -> String {
        let whole = Int(min(seconds, 1e15).rounded())
        if seconds < 120 { return "\(Moment.seconds(seconds, decimals: 1)) s" }
        if whole < 7200 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }

    // MARK: The run before

    private func comparison(into out: inout Markup) {
        guard let before else { return }
        out.element("h2", "", "Since the run before, job \(before.job.id)")
        guard let comparison = before.comparison else {
            out.element(
                "p", "class=\"note\"",
                "The jobs are too large to be compared here: `tasks compare \(before.job.id) \(data.job.id)` does."
            )
            return
        }
        let shown = ComparisonTable(comparison: comparison)
        out.element("p", comparison.gotWorse ? "class=\"bad\"" : "", shown.words)
        guard !comparison.changes.isEmpty else { return }
        out.raw(
            "<div class=\"wide\"><table><thead><tr><th>name</th><th>what</th><th class=\"n\">old</th><th class=\"n\">new</th><th class=\"n\">change</th></tr></thead><tbody>"
        )
        for change in comparison.changes.prefix(Self.mostChanges) {
            out.raw(change.isWorse ? "<tr class=\"bad\">" : "<tr>")
            out.element("td", "", change.name)
            out.element("td", "", change.what.word)
            for value in [change.old, change.new] {
                out.element("td", "class=\"n\"", value.map { String($0.text.prefix(60)) } ?? "")
            }
            out.element("td", "class=\"n\"", change.relativeChange.map(ComparisonTable.percent) ?? "")
            out.raw("</tr>")
        }
        out.raw("</tbody></table></div>")
        let hidden = comparison.changes.count - Self.mostChanges
        if hidden > 0 {
            out.element(
                "p", "class=\"note\"",
                "\(hidden) more: `tasks compare \(before.job.id) \(data.job.id)` lists them.")
        }
    }

    // MARK: Engines and times

    private func engines(into out: inout Markup) {
        var drawing = Markup()
        let plot = TimelinePlot(timeline: data.timeline, names: engineNames)
        guard let words = plot.draw(into: &drawing) else { return }
        out.element("h2", "", "Engines")
        out.raw("<figure>")
        out.append(drawing)
        out.element("p", "class=\"note\"", words)
        out.raw("</figure>")
    }

    private func slowest(into out: inout Markup) {
        guard !data.slowest.isEmpty else { return }
        out.element("h2", "", "Slowest tasks")
        out.raw(
            "<div class=\"wide\"><table><thead><tr><th>id</th><th>name</th><th class=\"n\">seconds</th><th>state</th><th class=\"n\">attempts</th><th>engine</th></tr></thead><tbody>"
        )
        for task in data.slowest {
            out.raw("<tr>")
            out.element("td", "", "\(task.id)")
            out.element("td", "", task.name)
            out.element("td", "class=\"n\"", Moment.seconds(task.seconds, decimals: 3))
            out.element("td", "class=\"\(task.state == .succeeded ? "good" : "bad")\"", task.state.word)
            out.element("td", "class=\"n\"", "\(task.attempts)")
            let engine = task.engine.map { id in engineNames[id].map { "\(id) (\($0))" } ?? "\(id)" }
            out.element("td", "", engine ?? "")
            out.raw("</tr>")
        }
        out.raw("</tbody></table></div>")
    }
}
