import FarmTransport
import TaskFarm

/// When which engine ran what: each attempt, each rank of a collective one.
struct Timeline {
    /// An attempt in a slot.
    struct Span {
        var engine: EngineID
        var state: TaskState
        var start: Instant
        var end: Instant
        var task: TaskID
        var attempt: Int32
    }

    private(set) var spans: [Span] = []

    mutating func add(_ facts: ResultFacts) {
        for attempt in facts.attempts {
            add(attempt.engine, attempt.state, attempt.start, attempt.end, facts.id, attempt.attempt)
        }
        // The ranks of its last attempt stand for it.
        guard facts.hasRun, !facts.attempts.contains(where: \.isRank) else { return }
        add(facts.engine, facts.state, facts.startedAt, facts.endedAt, facts.id, facts.attempt)
    }

    mutating func add(
        _ engine: EngineID?, _ state: TaskState, _ start: Instant?, _ end: Instant, _ task: TaskID,
        _ attempt: Int
    ) {
        guard let engine, let start else { return }
        spans.append(
            Span(
                engine: engine, state: state, start: min(start, end), end: end, task: task,
                attempt: Int32(clamping: attempt)))
    }

    /// When the first begins and the last ends; nil if there is none.
    var bounds: (start: Instant, end: Instant)? {
        guard let first = spans.first else { return nil }
        return spans.reduce((first.start, first.end)) { (min($0.0, $1.start), max($0.1, $1.end)) }
    }

    /// Seconds in slots, all attempts together.
    var slotSeconds: Double { spans.reduce(0) { $0 + Double($1.end - $1.start) / 1e9 } }

    /// The engines that ran something, by number.
    var engines: [EngineID] { Set(spans.map(\.engine)).sorted { $0.raw < $1.raw } }

    /// The spans of each engine in as few rows as they fit in: one that begins when another has ended comes
    /// behind it. These are the slots, as far as can be told.
    func lanes() -> [(engine: EngineID, lanes: [[Span]])] {
        var byEngine: [EngineID: [[Span]]] = [:]
        for span in spans.sorted(by: { ($0.start, $0.task.raw) < ($1.start, $1.task.raw) }) {
            let place = byEngine[span.engine, default: []].firstIndex { lane in
                lane.last.map { $0.end <= span.start } ?? true
            }
            if let place {
                byEngine[span.engine]?[place].append(span)
            } else {
                byEngine[span.engine, default: []].append([span])
            }
        }
        return byEngine.sorted { $0.key.raw < $1.key.raw }.map { ($0.key, $0.value) }
    }

    /// How many slots of each engine were busy in each of `count` equal parts of the time, on average; and
    /// how many of them with what did not succeed. Cost: each span once for each part that it touches.
    func busy(parts count: Int) -> [(engine: EngineID, all: [Double], bad: [Double])] {
        guard let bounds else { return [] }
        let width = max(1, Double(bounds.end - bounds.start) / Double(count))
        var found: [EngineID: (all: [Double], bad: [Double])] = [:]
        for span in spans {
            let from = Double(span.start - bounds.start) / width
            let to = Double(span.end - bounds.start) / width
            let first = min(count - 1, Int(from))
            var row =
                found.removeValue(forKey: span.engine)
                ?? ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
            for part in first...max(first, min(count - 1, Int(to))) {
                let share = max(0, min(to, Double(part + 1)) - max(from, Double(part)))
                row.all[part] += share
                if span.state != .succeeded { row.bad[part] += share }
            }
            found[span.engine] = row
        }
        return found.sorted { $0.key.raw < $1.key.raw }.map { ($0.key, $0.value.all, $0.value.bad) }
    }
}
