import Synchronization
import TaskFarm

/// The line on a terminal that says how far a job is. Nothing at all where standard error is no terminal.
enum Progress {
    private static let isShown = Mutex(false)

    /// Draws the line anew.
    static func show(_ name: String, _ counts: StateCounts, of total: Int, seconds: Double) {
        guard Terminal.errorIsTerminal else { return }
        let text = line(name, counts, of: total, seconds: seconds, width: Terminal.width)
        isShown.withLock { $0 = true }
        Terminal.draw("\r\(text)\u{1B}[K")
    }

    /// Takes it away, for what is to stand there instead.
    static func clear() {
        let wasShown = isShown.withLock { shown in
            defer { shown = false }
            return shown
        }
        if wasShown { Terminal.draw("\r\u{1B}[K") }
    }

    /// `heat [#####     ] 12/24  2 failed  4 running  3.2 s`
    static func line(_ name: String, _ counts: StateCounts, of total: Int, seconds: Double, width: Int)
        -> String
    {
        var words = ["\(counts.ended)/\(total)"]
        let bad = counts.failed + counts.impossible + counts.expired
        if bad > 0 { words.append("\(bad) failed") }
        if counts.cancelled > 0 { words.append("\(counts.cancelled) cancelled") }
        let running = counts.running + counts.assigned + counts.cancelling
        if running > 0 { words.append("\(running) running") }
        words.append("\(Moment.seconds(seconds, decimals: 1)) s")
        let text = words.joined(separator: "  ")
        let room = min(40, width - text.count - name.count - 6)
        guard room >= 5 else { return String(text.prefix(width - 1)) }
        let done = total > 0 ? room * min(counts.ended, total) / total : 0
        let bar = String(repeating: "#", count: done) + String(repeating: ".", count: room - done)
        return "\(name) [\(bar)] \(text)"
    }
}
