import FarmSchedule
import FarmTemplate

// A row of the history, as the ledger has it and as clients get it. Moments are nanoseconds, as everywhere in
// queries.
extension ScheduledRun {
    private static let nanoseconds: Int64 = 1_000_000_000

    var json: JSONValue {
        .object([
            JSONMember("at", .whole(at * Self.nanoseconds)), JSONMember("manual", .bool(isManual)),
            JSONMember("state", .string(state.rawValue)), JSONMember("cause", .string(cause)),
            JSONMember("started", .whole(startedAt * Self.nanoseconds)),
            JSONMember("ended", .whole(endedAt * Self.nanoseconds)),
            JSONMember("job", report.job.map { .whole($0) } ?? .null),
            JSONMember("digest", .string(report.digest)), JSONMember("tasks", .whole(report.tasks)),
            JSONMember("succeeded", .whole(report.succeeded)), JSONMember("note", .string(report.note)),
            JSONMember("unwanted", .bool(isUnwanted)),
        ])
    }

    /// Nil for what is none.
    init?(_ json: JSONValue) {
        func seconds(_ key: String) -> Int64? {
            guard case .number(let text)? = json[key], let value = Int64(text) else { return nil }
            return value / Self.nanoseconds
        }
        guard let at = seconds("at"), let state = json["state"]?.stringValue.flatMap(State.init) else {
            return nil
        }
        self.init(at: at, state: state, cause: json["cause"]?.stringValue ?? "")
        isManual = json["manual"] == .bool(true)
        isUnwanted = json["unwanted"] == .bool(true)
        startedAt = seconds("started") ?? 0
        endedAt = seconds("ended") ?? 0
        report = RunReport(json)
    }
}

extension RunReport {
    /// What a process tells; whatever is not there is left empty.
    init(_ json: JSONValue) {
        func number(_ key: String) -> Int? {
            guard case .number(let text)? = json[key] else { return nil }
            return Int(text)
        }
        self.init()
        job = number("job").flatMap { UInt32(exactly: $0) }
        digest = String((json["digest"]?.stringValue ?? "").prefix(64))
        tasks = number("tasks") ?? 0
        succeeded = number("succeeded") ?? 0
        note = String((json["note"]?.stringValue ?? "").prefix(1_000))
    }
}
