import FarmSchedule
import FarmTemplate
import FarmTransport

// Schedules by query. A run's process is a client like any other: it asks what it is to do, and tells what
// became of it.
extension QueryDesk {
    private static let second: Int64 = 1_000_000_000
    private static let mostSchedules = 10_000
    private static let unreadable =
        "what the ledger has of it cannot be read, so it does not fire; add it again, or remove it"

    func scheduleList() throws(QueryError) -> JSONValue {
        let desk = try scheduleDesk()
        let names = desk.registered.keys.sorted()
        return .object([JSONMember("schedules", .array(names.map { .object(members(of: $0, desk)) }))])
    }

    func schedule(_ query: JSONValue, _ client: ClientIdentity) throws(QueryError) -> JSONValue {
        let desk = try scheduleDesk()
        let deed = query["do"]?.stringValue ?? ""
        if deed == "add" { return try add(query["schedule"] ?? .null, desk, client) }
        let name = query["name"]?.stringValue ?? ""
        guard desk.registered[name] != nil else {
            let hint = Spelling.hint(name, in: desk.registered.keys.sorted())
            throw QueryError(
                .unknown,
                "there is no schedule '\(name)'\(hint.isEmpty ? "; `tasks schedule list` shows those there are" : hint)"
            )
        }
        switch deed {
        case "show":
            let runs = desk.book.entries[name]?.runs ?? []
            return .object(members(of: name, desk) + [JSONMember("runs", .array(runs.map(\.json)))])
        case "remove", "enable", "disable", "run-now":
            try require(client, deed == "run-now" ? "run a schedule" : "\(deed) a schedule", desk)
            guard deed == "remove" || desk.registered[name]?.isReadable == true else {
                throw QueryError(.unavailable, "schedule \(name): \(Self.unreadable)")
            }
            return change(deed, name, desk)
        case "begin":
            try require(client, "carry a run out", desk)
            return begin(name, try seconds(query), desk)
        case "report":
            try require(client, "carry a run out", desk)
            return try report(query, name, desk)
        default:
            throw QueryError(
                .malformed,
                "the query's 'do' must be add, show, remove, enable, disable, run-now, begin or report")
        }
    }

    private func scheduleDesk() throws(QueryError) -> ScheduleDesk {
        guard let schedules else {
            throw QueryError(.unavailable, "this controller runs no schedules: it ends with its run")
        }
        return schedules
    }

    /// Runs have the rights of the controller's own account, and so has who says what they are.
    private func require(
        _ client: ClientIdentity, _ deed: String, _ desk: ScheduleDesk
    ) throws(QueryError) {
        if ledger.isReadOnly {
            throw QueryError(.unavailable, "no controller runs: there is nobody to \(deed)")
        }
        try require(client, [.admin, .taskClient, .multiengineClient], deed)
        guard client.role == .admin || client.subject == desk.subject else {
            throw QueryError(
                .notPermitted,
                "schedules run on the controller's host as \(desk.subject), so only \(desk.subject) or an admin may \(deed)"
            )
        }
    }

    private func add(
        _ json: JSONValue, _ desk: ScheduleDesk, _ client: ClientIdentity
    ) throws(QueryError) -> JSONValue {
        try require(client, "add a schedule", desk)
        let schedule = try RegisteredSchedule(json)
        let spec = try schedule.spec()
        let isNew = desk.registered[schedule.name] == nil
        guard !isNew || desk.registered.count < Self.mostSchedules else {
            throw QueryError(
                .overLimit, "there are \(Self.mostSchedules) schedules, which is the limit; remove some first"
            )
        }
        desk.add(schedule, spec)
        return .object(
            members(of: schedule.name, desk) + [
                JSONMember("new", .bool(isNew)), JSONMember("durable", .bool(ledger.outlivesUs)),
            ])
    }

    private func change(_ deed: String, _ name: String, _ desk: ScheduleDesk) -> JSONValue {
        let before = desk.book.entries[name]
        switch deed {
        case "remove": desk.send(.removed(name))
        case "enable": desk.send(.enabled(name))
        case "disable": desk.send(.disabled(name))
        default: desk.send(.runNow(name))
        }
        let after = desk.book.entries[name]
        var members = [JSONMember("changed", .bool(before?.isEnabled != after?.isEnabled))]
        let known = Set((before?.runs ?? []).map(\.at))
        if deed == "run-now", let run = after?.runs.first(where: { !known.contains($0.at) }) {
            members.append(JSONMember("run", run.json))
        }
        return .object(members)
    }

    private func begin(_ name: String, _ at: Int64, _ desk: ScheduleDesk) -> JSONValue {
        let runs = desk.book.entries[name]?.runs ?? []
        // One that was cancelled told nobody anything.
        let before = runs.last { $0.at < at && $0.state.hasRun && $0.state != .cancelled }
        return .object([
            JSONMember("schedule", desk.registered[name]?.json ?? .null),
            JSONMember("run", runs.first { $0.at == at }?.json ?? .null),
            JSONMember("before", before.map { .string($0.state.rawValue) } ?? .null),
        ])
    }

    private func report(
        _ query: JSONValue, _ name: String, _ desk: ScheduleDesk
    ) throws(QueryError) -> JSONValue {
        let at = try seconds(query)
        guard let state = query["state"]?.stringValue.flatMap(ScheduledRun.State.init) else {
            throw QueryError(.malformed, "the query's 'state' must be that of a run")
        }
        let report = RunReport(query)
        if state.isFinal {
            let cause = String((query["cause"]?.stringValue ?? "").prefix(4_000))
            desk.send(.ended(name, at: at, state, cause: cause, report))
        } else {
            desk.send(.reported(name, at: at, report))
        }
        let run = desk.book.entries[name]?.runs.first { $0.at == at }
        return .object([JSONMember("wanted", .bool(run?.state == .running && run?.isUnwanted == false))])
    }

    private func seconds(_ query: JSONValue) throws(QueryError) -> Int64 {
        Int64(clamping: try number(query, "at")) / Self.second
    }

    private func members(of name: String, _ desk: ScheduleDesk) -> [JSONMember] {
        guard let entry = desk.book.entries[name], let schedule = desk.registered[name] else { return [] }
        func moment(_ seconds: Int64?) -> JSONValue { .whole((seconds ?? 0) * Self.second) }
        var trouble: JSONValue = .null
        if entry.spec == nil {
            trouble = .string(
                schedule.isReadable
                    ? "its zone \(schedule.timezone) is not known here; install tzdata, or add it again"
                    : Self.unreadable)
        }
        let last = entry.runs.last { $0.state != .queued }
        return schedule.publicMembers + [
            JSONMember("dir", schedule.surroundings["dir"] ?? .null),
            JSONMember("next", moment(entry.nextFiring)), JSONMember("next_start", moment(entry.nextStart)),
            JSONMember("last", last?.json ?? .null),
            JSONMember("last_success", entry.lastSuccess?.json ?? .null), JSONMember("trouble", trouble),
        ]
    }
}
