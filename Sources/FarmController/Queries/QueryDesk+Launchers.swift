import FarmTemplate
import FarmTransport

// What launchers tell, and what they ask.
extension QueryDesk {
    private static let mostUnits = 10_000
    private static let mostTags = 1_024
    private static let mostBytes = 1_024

    func launcher(_ query: JSONValue, _ client: ClientIdentity) throws(QueryError) -> JSONValue {
        try require(client, [.launcher, .admin], "tell of engines that are pending")
        guard case .array(let items)? = query["units"], items.count <= Self.mostUnits else {
            throw QueryError(.malformed, "the query's 'units' must be a list of at most \(Self.mostUnits)")
        }
        var news = LauncherNews(
            launcher: try text(query, "launcher"), units: [], spare: try count(query, "spare"),
            trouble: try text(query, "trouble", optional: true), series: try text(query, "series"))
        for item in items {
            news.units.append(
                LauncherNews.Unit(
                    name: try text(item, "name"), engines: try count(item, "engines"),
                    state: try text(item, "state"), why: try text(item, "why", optional: true),
                    series: try text(item, "series")))
        }
        if case .array(let tags)? = query["tags"] {
            guard tags.count <= Self.mostTags else {
                throw QueryError(.malformed, "the query's 'tags' must be at most \(Self.mostTags)")
            }
            news.tags = tags.compactMap(\.stringValue)
        }
        node.note(news, of: client.session)
        return .object([])
    }

    private func count(_ query: JSONValue, _ key: String) throws(QueryError) -> Int {
        let value = query[key] == nil ? 0 : try number(query, key)
        guard value <= 1_000_000 else {
            throw QueryError(.malformed, "the query's '\(key)' must be at most 1000000")
        }
        return Int(value)
    }

    /// Cut where it is too long to be shown.
    private func text(
        _ query: JSONValue, _ key: String, optional: Bool = false
    ) throws(QueryError) -> String {
        guard let text = query[key]?.stringValue else {
            if optional { return "" }
            throw QueryError(.malformed, "the query's '\(key)' must be a string")
        }
        return String(decoding: text.utf8.prefix(Self.mostBytes), as: UTF8.self)
    }

    func backlog() -> JSONValue {
        let items = node.scheduler.backlog(at: node.now).prefix(Self.mostUnits).map { item in
            JSONValue.object([
                JSONMember("tasks", .whole(item.tasks)), JSONMember("nanoseconds", .whole(item.nanoseconds)),
                JSONMember("at_once", .whole(item.atOnce)), JSONMember("cpus", .whole(item.needs.cpus)),
                JSONMember("memory", .whole(item.needs.memoryBytes)),
                JSONMember("gpus", .whole(item.needs.gpus)), JSONMember("named", json(item.needs.named)),
                JSONMember("tags", .array(item.needs.tags.map { .string($0) })),
                JSONMember("targets", .array(item.targets.map { .string($0) })),
                JSONMember("ranks", item.collective.map { .whole($0) } ?? .null),
            ])
        }
        return .object([
            JSONMember("backlog", .array(items)), JSONMember("stopping", .bool(isStopping)),
        ])
    }

    /// As `status` has them.
    func launchersJSON() -> JSONValue {
        .array(
            node.launcherNews.map { news in
                .object([
                    JSONMember("launcher", .string(news.launcher)),
                    JSONMember("pending", .whole(news.pending)), JSONMember("spare", .whole(news.spare)),
                    JSONMember("trouble", news.trouble.isEmpty ? .null : .string(news.trouble)),
                    JSONMember(
                        "units",
                        .array(
                            news.units.map { unit in
                                .object([
                                    JSONMember("name", .string(unit.name)),
                                    JSONMember("engines", .whole(unit.engines)),
                                    JSONMember("state", .string(unit.state)),
                                    JSONMember("why", .string(unit.why)),
                                ])
                            })),
                ])
            })
    }

    /// For who waits for an engine; nil if none is to come.
    var pendingWords: String? {
        let words = node.launcherNews.map(words)
        return words.isEmpty ? nil : words.joined(separator: "; ")
    }

    private func words(_ news: LauncherNews) -> String {
        var parts: [String] = []
        if news.pending > 0 {
            let units = news.units.prefix(3).map {
                "\($0.name): \($0.why.isEmpty ? $0.state : $0.why)"
            }
            let more = news.units.count > 3 ? ", and \(news.units.count - 3) more" : ""
            parts.append(
                "the launcher \(news.launcher) has \(counted(news.pending, "engine")) pending"
                    + " (\(units.joined(separator: ", "))\(more))")
        }
        if !news.trouble.isEmpty {
            parts.append("the launcher \(news.launcher): \(news.trouble)")
        } else if news.spare > 0 {
            parts.append(
                "the launcher \(news.launcher) may start \(counted(news.spare, "engine")) "
                    + "\(news.pending > 0 ? "more " : "")by need")
        }
        return parts.joined(separator: "; ")
    }
}
