/// Which tasks of a file wait for which.
struct TaskGraph {
    private let names: [String]
    /// For each task those it waits for, with the place that says so.
    private let edges: [[(to: Int, position: Position)]]
    private let log: ProblemLog

    init(_ tasks: [(name: String, draft: TaskDraft)], _ log: ProblemLog) {
        names = tasks.map(\.name)
        self.log = log
        let numbers = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
        edges = tasks.enumerated().map { index, task in
            // A task that follows others waits for them, too.
            (task.draft.after.flatMap(\.sources) + (task.draft.follow?.sources ?? [])).compactMap { source in
                // A task that waits for itself has an error of its own.
                guard case .task(let name) = source.name, let to = numbers[name], to != index else {
                    return nil
                }
                return (to, source.position)
            }
        }
    }

    /// The tasks so that each comes behind those it waits for, else in the file's order; nil, and the circle
    /// in the log, if there is no such order.
    func order() -> [Int]? {
        enum Mark { case new, open, done }
        var marks = [Mark](repeating: .new, count: names.count)
        var order: [Int] = []
        order.reserveCapacity(names.count)
        for first in names.indices where marks[first] == .new {
            // Depth first, on a stack of our own: chains in files are long.
            var path: [(task: Int, next: Int)] = [(first, 0)]
            marks[first] = .open
            while let (task, next) = path.last {
                guard next < edges[task].count else {
                    marks[task] = .done
                    order.append(task)
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let to = edges[task][next].to
                switch marks[to] {
                case .done: break
                case .new:
                    marks[to] = .open
                    path.append((to, 0))
                case .open:
                    reportCircle(path.map(\.task).drop { $0 != to })
                    return nil
                }
            }
        }
        return order
    }

    /// - Parameter circle: tasks, each of which waits for the next and the last for the first.
    private func reportCircle(_ circle: ArraySlice<Int>) {
        guard let start = circle.min(), let from = circle.firstIndex(of: start) else { return }
        let turned = Array(circle[from...] + circle[..<from]) + [start]
        guard let edge = edges[start].first(where: { $0.to == turned[1] }) else { return }
        let words = turned.map { names[$0] }
        let shown = words.count > 12 ? words.prefix(6) + ["…"] + words.suffix(5) : words[...]
        log.add(
            .dependency, at: edge.position,
            "these tasks wait for one another: " + shown.joined(separator: " → "))
    }
}
