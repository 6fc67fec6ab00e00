import FarmTemplate
import FarmTransport
import Foundation

extension QueryDesk {
    /// A page is at most so many tasks.
    private static let pageLimit = 10_000
    /// Bytes of a template in one answer.
    private static let pieceLimit = 512 << 10

    /// Where tasks are, and which point of which group each is: what they are called is worked out by whoever
    /// asks. Written as it goes, about a microsecond a task.
    func tasks(_ query: JSONValue) throws(QueryError) -> [UInt8] {
        let job = try summary(of: try number(query, "job"))
        let first = query["first"] == nil ? 0 : try number(query, "first")
        let count = query["count"] == nil ? UInt64(Self.pageLimit) : try number(query, "count")
        let wanted = min(UInt64(Self.pageLimit), count)
        let total = UInt64(job.taskCount)
        let start = min(first, total)
        let end = start + min(wanted, total - start)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(64 + Int(end - start) * 96)
        bytes.append(contentsOf: #"{"tasks":["#.utf8)
        var groups: [UInt32] = []
        var isFirst = true
        for index in start..<end {
            guard let position = node.scheduler.position(of: TaskID(job.id, UInt32(index))) else { continue }
            if groups.last != position.group { groups.append(position.group) }
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            Self.append(position, to: &bytes)
        }
        bytes.append(contentsOf: "],".utf8)
        bytes.append(contentsOf: #""groups":"#.utf8)
        JSONValue.array(
            groups.compactMap { number in
                node.scheduler.groupRange(number, of: job.id).map { group in
                    .object([
                        JSONMember("group", .whole(number)), JSONMember("name", .string(group.name)),
                        JSONMember("template", .whole(group.template)),
                    ])
                }
            }
        ).encode(into: &bytes)
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private static func append(_ position: TaskPosition, to bytes: inout [UInt8]) {
        func number(_ key: StaticString, _ value: UInt32?) {
            key.withUTF8Buffer { bytes.append(contentsOf: $0) }
            if let value {
                bytes.append(contentsOf: String(value).utf8)
            } else {
                bytes.append(contentsOf: "null".utf8)
            }
        }
        number(#"{"id":""#, position.id.job.raw)
        number(".", position.id.index)
        bytes.append(contentsOf: #"","state":""#.utf8)
        bytes.append(contentsOf: position.state.word.utf8)
        number(#"","group":"#, position.group)
        number(#","index":"#, position.index)
        number(#","attempt":"#, position.attempt)
        number(#","engine":"#, position.engine == .none ? nil : position.engine.raw)
        number(#","point":"#, position.point)
        bytes.append(UInt8(ascii: "}"))
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
        guard let reason = node.scheduler.why(id, at: node.now),
            let position = node.scheduler.position(of: id)
        else {
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

    /// A piece of a template's JSON, which may be far longer than what one answer should hold the loop for.
    func template(_ query: JSONValue) throws(QueryError) -> [UInt8] {
        let job = try summary(of: try number(query, "job"))
        let wanted = try number(query, "template")
        guard let body = node.template(of: job.id, Int(clamping: wanted)) else {
            throw QueryError(.unknown, "job \(job.id) has no template \(wanted) any more")
        }
        let size = TaskTemplate.text(of: body).count
        let start = min(query["offset"] == nil ? 0 : Int(clamping: try number(query, "offset")), size)
        let end = min(start + Self.pieceLimit, size)
        let text = Data(body[start..<end]).base64EncodedString()
        return Array(#"{"offset":\#(end),"size":\#(size),"bytes":"\#(text)"}"#.utf8)
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
