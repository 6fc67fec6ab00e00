import FarmTransport
import TaskFarm

/// A column of `tasks results`.
enum ResultColumn: Hashable {
    /// What every task has.
    enum Plain: String, CaseIterable {
        case id, name, state, attempt, engine, seconds, exit
        // Of these a parameter or a field of the value may have the name, and then is meant.
        case error, cause, parameters, submitted, started, ended
        case cpuSeconds = "cpu_seconds"
        case peakMemoryKiB = "peak_memory_kib"
        case source, value

        static let first: [Plain] = [.id, .name]
        static let second: [Plain] = [.state, .attempt, .engine, .seconds, .exit]
        /// Whether nothing of a value goes before it.
        var isFirm: Bool { Self.first.contains(self) || Self.second.contains(self) }
        var isNumber: Bool {
            [.attempt, .engine, .seconds, .exit, .cpuSeconds, .peakMemoryKiB].contains(self)
        }
    }

    case plain(Plain)
    case parameter(String)
    /// A field of the values; nil: values that are no objects.
    case field(String?)
    /// What lies within a field: `norms.l2`, `profile[3]`.
    case inner(ResultPath)

    /// What stands in it.
    ///
    /// - Parameter written: parameters as they were written, rather than the JSON that they stand for.
    func cell(_ row: ResultRow, written: Bool) -> JSONValue {
        switch self {
        case .plain(let plain): return Self.cell(plain, row)
        case .parameter(let name):
            return row.parameter(name).map { written ? .string($0.text) : $0.value } ?? .null
        case .field(let field):
            if case .object = row.value { return field.flatMap { row.value[$0] } ?? .null }
            return field == nil ? row.value : .null
        case .inner(let path): return path.value(in: row.value) ?? .null
        }
    }

    private static func cell(_ plain: Plain, _ row: ResultRow) -> JSONValue {
        let facts = row.facts
        func time(_ instant: Instant) -> JSONValue {
            instant == .zero ? .null : .string(Moment.utc(instant))
        }
        let hasEnded = facts.endedAt != .zero
        return switch plain {
        case .id: .string(facts.id.description)
        case .name: .words(row.name)
        case .state: .string(facts.state.word)
        case .attempt: facts.attempt > 0 ? .whole(facts.attempt) : .null
        case .engine: facts.engine.map { .whole($0.raw) } ?? .null
        case .seconds: facts.hasRun ? .seconds(facts.seconds) : .null
        case .exit: facts.hasRun ? .whole(facts.exitCode) : .null
        case .error: .words(facts.error)
        case .cause: facts.cause == .none ? .null : .string(facts.cause.word)
        case .parameters:
            .object(row.parameters.map { JSONMember($0.name, .string($0.text)) })
        case .submitted: time(facts.submittedAt)
        case .started: time(facts.startedAt)
        case .ended: time(facts.endedAt)
        case .cpuSeconds: hasEnded ? .seconds(Double(facts.cpuNanoseconds) / 1e9) : .null
        // Of a small command it cannot be told from the engine's own.
        case .peakMemoryKiB: facts.peakMemoryKiB > 0 ? .whole(facts.peakMemoryKiB) : .null
        case .source: facts.source.map { .string($0.description) } ?? .null
        case .value: row.value
        }
    }
}
