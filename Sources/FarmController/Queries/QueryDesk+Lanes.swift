import FarmTemplate
import FarmTransport
import Logging

extension QueryDesk {
    /// Ranges in one query.
    private static let mostRanges = 100_000

    /// Has the engines of running tasks interrupt them.
    func interrupt(_ query: JSONValue, _ client: ClientIdentity) throws(QueryError) -> JSONValue {
        try require(client, [.admin, .taskClient, .multiengineClient], "interrupt tasks")
        guard case .array(let items)? = query["ranges"], !items.isEmpty, items.count <= Self.mostRanges else {
            throw QueryError(
                .malformed, "the query's 'ranges' must be a list of objects with job, first and count")
        }
        var ranges: [TaskRange] = []
        for item in items {
            let job = JobID(UInt32(clamping: try number(item, "job")))
            guard let count = item["count"], count != .null else {
                ranges.append(TaskRange(job: job))
                continue
            }
            let first = TaskID(job, UInt32(clamping: try number(item, "first")))
            ranges.append(TaskRange(first: first, count: UInt32(clamping: try number(item, "count"))))
        }
        let report = node.interrupt(ranges)
        if report.interrupted == 0 {
            if report.notRunning > 0 {
                throw QueryError(.unavailable, "nothing of it is running; `tasks why` says what it waits for")
            }
            if report.alreadyEnded > 0 {
                throw QueryError(.alreadyEnded, "already ended, there is nothing to interrupt")
            }
            throw QueryError(.unknown, "there is no such job or task; see `tasks list`")
        }
        return .object([
            JSONMember("interrupted", .whole(report.interrupted)),
            JSONMember("not_running", .whole(report.notRunning)),
            JSONMember("already_ended", .whole(report.alreadyEnded)),
            JSONMember("unknown", .whole(report.unknown)),
        ])
    }

    /// Ends what is queued in an engine's lanes.
    func clear(_ query: JSONValue, _ client: ClientIdentity) throws(QueryError) -> JSONValue {
        try require(client, [.admin, .multiengineClient], "clear the lanes of an engine")
        let id = try number(query, "engine")
        let lane = query["lane"]?.stringValue
        guard id <= UInt64(UInt32.max),
            let cleared = node.clearLanes(of: EngineID(UInt32(id)), named: lane)
        else {
            throw QueryError(.unknown, "there is no engine \(id); `tasks engine list` shows those there are")
        }
        if cleared > 0 {
            let which = lane.map { "lane '\($0)'" } ?? "all lanes"
            logger.info("\(which) of engine \(id) cleared by \(client.subject): tasks: \(cleared)")
        }
        return .object([JSONMember("cleared", .whole(cleared))])
    }

    /// `third in lane 'namespace' of engine 2 (e2), behind 12.4, which is running`.
    func words(_ place: LanePlace) -> String {
        let name = place.engineName.isEmpty ? "" : " (\(place.engineName))"
        var words = "\(Self.ordinal(place.place)) in lane '\(place.lane)' of engine \(place.engine)\(name)"
        if let front = place.front {
            words += ", behind \(front)"
            if place.frontIsOut { words += ", which its engine has" }
        }
        if let obstacle = place.obstacle { words += "; the lane waits: \(obstacle)" }
        return words
    }

    private static func ordinal(_ number: UInt64) -> String {
        let words = [
            "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
        ]
        if (1...10).contains(number) { return words[Int(number) - 1] }
        let ending =
            switch (number % 10, number % 100) {
            case (_, 11...13): "th"
            case (1, _): "st"
            case (2, _): "nd"
            case (3, _): "rd"
            default: "th"
            }
        return "\(number)\(ending)"
    }
}
