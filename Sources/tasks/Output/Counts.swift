import FarmTransport
import TaskFarm

extension StateCounts {
    /// `23 succeeded, 1 failed, 4 running`: what there is, ended states first.
    var words: String {
        let order: [TaskState] = [
            .succeeded, .failed, .cancelled, .impossible, .expired, .running, .assigned, .cancelling, .ready,
            .waiting,
        ]
        let parts = order.filter { self[$0] > 0 }.map { "\(self[$0]) \($0.word)" }
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }

    /// Whether every task has succeeded.
    var allSucceeded: Bool { succeeded == total }
}

/// `1 task`, `24 tasks`.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
