import FarmTemplate
import FarmTransport
import Foundation

extension QueryDesk {
    /// A page is at most so many tasks.
    private static let pageLimit = 10_000

    func tasks(_ query: JSONValue) throws(QueryError) -> JSONValue {
        let job = try summary(of: try number(query, "job"))
        let first = query["first"] == nil ? 0 : try number(query, "first")
        let count = query["count"] == nil ? UInt64(Self.pageLimit) : try number(query, "count")
        let wanted = min(UInt64(Self.pageLimit), count)
        let total = UInt64(job.taskCount)
        let start = min(first, total)
        let end = start + min(wanted, total - start)
        var naming = TaskNames(node, job.id)
        var list: [JSONValue] = []
        var index = start
        while index < end {
            let id = TaskID(job.id, UInt32(index))
            if let position = node.scheduler.position(of: id) {
                let (name, parameters) = naming.name(of: position)
                let point = position.point.map { JSONValue.whole($0) } ?? .null
                list.append(
                    .object([
                        JSONMember("point", point),
                        JSONMember("id", .string(id.description)),
                        JSONMember("state", .string(position.state.word)),
                        JSONMember("attempt", .whole(position.attempt)),
                        JSONMember("engine", position.engine == .none ? .null : .whole(position.engine.raw)),
                        JSONMember("name", .string(name)), JSONMember("parameters", .object(parameters)),
                    ]))
            }
            index += 1
        }
        return .object([JSONMember("tasks", .array(list))])
    }

    func task(_ query: JSONValue) throws(QueryError) -> TaskID {
        let text = query["task"]?.stringValue ?? ""
        let (job, range) = try resolve(text)
        guard let range, range.count == 1 else {
            throw QueryError(.malformed, "'\(text)' is not one task; write JOB.INDEX, as in 12.3")
        }
        return TaskID(job.id, UInt32(range.lowerBound))
    }

    func why(_ query: JSONValue) throws(QueryError) -> JSONValue {
        let id = try task(query)
        guard let reason = node.scheduler.why(id), let position = node.scheduler.position(of: id) else {
            throw QueryError(.unknown, "task \(id) is not known, or was purged")
        }
        let reasonWords =
            ledger.isReadOnly && !position.state.isTerminal
            ? "not finished when the last controller went away; its engine may be running it, and nothing is given to"
                + " engines until a controller runs" : words(reason)
        return .object([
            JSONMember("state", .string(position.state.word)), JSONMember("reason", .string(reasonWords)),
        ])
    }

    func template(_ query: JSONValue) throws(QueryError) -> JSONValue {
        let job = try summary(of: try number(query, "job"))
        let wanted = try number(query, "template")
        guard let body = node.template(of: job.id, Int(clamping: wanted)),
            let value = try? JSONValue(parsing: Array(TaskTemplate.text(of: body)))
        else { throw QueryError(.unknown, "job \(job.id) has no template \(wanted) any more") }
        return value
    }

    func output(_ query: JSONValue) throws(QueryError) -> JSONValue {
        let id = try task(query)
        let stream: OutputMessage.Stream =
            query["stream"]?.stringValue == "stderr" ? .error : .output
        let offset = query["offset"] == nil ? 0 : Int(clamping: try number(query, "offset"))
        let bytes = liveOutput.bytes(of: id, stream, from: offset).prefix(128 << 10)
        let isLive = node.scheduler.position(of: id).map { !$0.state.isTerminal } ?? false
        return .object([
            JSONMember("bytes", .string(Data(bytes).base64EncodedString())),
            JSONMember("offset", .whole(offset + bytes.count)), JSONMember("live", .bool(isLive)),
        ])
    }
}

/// Names and parameters of one job's tasks, with each template compiled once.
struct TaskNames {
    private let job: JobID
    private let groups: [(name: String, base: UInt32, count: UInt32, template: UInt32)]
    private var compiled: [UInt32: CompiledTemplate] = [:]
    private let node: ControllerNode

    init(_ node: ControllerNode, _ job: JobID) {
        self.node = node
        self.job = job
        groups = node.scheduler.groupRanges(of: job)
    }

    /// Falls back on the group's name for a template that cannot be read here, as those of other clients may
    /// be.
    mutating func name(of position: TaskPosition) -> (String, [JSONMember]) {
        let group = groups[Int(position.group)]
        if compiled[position.group] == nil {
            guard let body = node.template(of: job, Int(group.template)),
                let read = try? TaskTemplate(decoding: body),
                let ready = try? CompiledTemplate(
                    read, name: group.name, surroundings: Surroundings(directory: "/"))
            else { return (group.name, []) }
            compiled[position.group] = ready
        }
        guard let template = compiled[position.group] else { return (group.name, []) }
        let name = (try? template.name(task: position.id, index: position.index)) ?? group.name
        let parameters = template.point(position.index).map { JSONMember($0.name, $0.value.value) }
        return (name, parameters)
    }
}
