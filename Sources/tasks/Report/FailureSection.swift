import FarmTransport
import TaskFarm

/// What did not succeed, by fingerprint: how many, why, the first of them, and one in full.
struct FailureSection {
    let failures: FailureGroups

    private static let mostShown = 50

    func write(into out: inout Markup) {
        guard failures.total > 0 else { return }
        out.element("h2", "", "What did not succeed")
        let sorted = failures.sorted
        out.element(
            "p", "class=\"note\"",
            "\(counted(failures.total, "task")), \(counted(sorted.count, "fingerprint")): tasks whose state, cause, exit code and error are the same but for numbers and paths."
        )
        for group in sorted.prefix(Self.mostShown) { write(group, into: &out) }
        let hidden = sorted.dropFirst(Self.mostShown)
        if !hidden.isEmpty || failures.otherCount > 0 {
            let tasks = hidden.reduce(failures.otherCount) { $0 + $1.count }
            out.element(
                "p", "class=\"note\"",
                "\(counted(tasks, "more task")) with \(failures.otherCount > 0 ? "at least " : "")\(counted(hidden.count, "other fingerprint")) are not shown."
            )
        }
    }

    private func write(_ group: FailureGroups.Group, into out: inout Markup) {
        let mark = group.fingerprint
        out.raw("<h3><span class=\"bad\">\(group.count) ×</span> ")
        var words = mark.state.word
        if mark.cause != .none, mark.cause.word != words { words += " (\(mark.cause.word))" }
        if mark.exitCode != 0 {
            words += mark.exitCode < 0 ? ", signal \(-mark.exitCode)" : ", exit code \(mark.exitCode)"
        }
        out.text(words)
        out.raw("</h3>")
        if !mark.text.isEmpty { out.element("p", "", mark.text) }
        let first = group.first.map { $0.name.isEmpty ? "\($0.id)" : "\($0.id) \($0.name)" }
        out.element(
            "p", "class=\"note\"",
            first.joined(separator: " · ")
                + (group.count > group.first.count ? " and \(group.count - group.first.count) more" : ""))
        let example = [group.error, group.output].filter { !$0.isEmpty }.joined(separator: "\n\n")
        guard !example.isEmpty else { return }
        out.raw("<pre>")
        // Without the line's end behind it.
        out.text(String(example.trimmingSuffix { $0.isNewline }))
        out.raw("</pre>")
    }
}

extension String {
    /// Without the characters at the end of which the condition holds.
    fileprivate func trimmingSuffix(_ isDropped: (Character) -> Bool) -> Substring {
        var rest = self[...]
        while let last = rest.last, isDropped(last) { rest.removeLast() }
        return rest
    }
}
