import FarmWire
import Testing

/// Each field's limit: as much as it allows is read, one more is refused and named.
struct LimitTests {
    @Test func `short texts hold 1 KiB`() {
        expectLimit("farm", WireLimits.shortText) { welcome(farm: text($0)) }
        expectLimit("role", WireLimits.shortText) { welcome(role: text($0)) }
        expectLimit("subject", WireLimits.shortText) { welcome(subject: text($0)) }
        expectLimit("engine name", WireLimits.shortText) {
            hello { engine, size in engine.name = text(size) }($0)
        }
        expectLimit("host", WireLimits.shortText) { hello { engine, size in engine.host = text(size) }($0) }
        expectLimit("tag", WireLimits.shortText) { hello { engine, size in engine.tags = [text(size)] }($0) }
        expectLimit("label key", WireLimits.shortText) {
            part(header: JobHeader(labels: [Label(key: text($0), value: "")]))
        }
        expectLimit("target", WireLimits.shortText) {
            part(group: GroupSpec(template: 0, count: 1, policy: TaskPolicy(targets: [text($0)])))
        }
    }

    @Test func `other texts hold 64 KiB`() {
        expectLimit("job name", WireLimits.text) { part(header: JobHeader(name: text($0))) }
        expectLimit("label value", WireLimits.text) {
            part(header: JobHeader(labels: [Label(key: "", value: text($0))]))
        }
        expectLimit("group name", WireLimits.text) {
            part(group: GroupSpec(template: 0, count: 1, name: text($0)))
        }
        expectLimit("group name", WireLimits.text) { template(name: text($0)) }
    }

    @Test func `bytes hold as much as their field allows`() {
        expectLimit("grant", WireLimits.grant) { HelloMessage(client: key, grant: bytes($0)) }
        expectLimit("JSON", WireLimits.query) { QueryMessage(request: 1, json: bytes($0)) }
        expectLimit("bytes", WireLimits.output) {
            OutputMessage(name: name, stream: .output, offset: 0, bytes: bytes($0))
        }
        expectLimit("template", WireLimits.template) { part(templates: [bytes($0)]) }
        expectLimit("template", WireLimits.template) { template(template: bytes($0)) }
        expectLimit("surroundings", WireLimits.surroundings) {
            part(header: JobHeader(surroundings: bytes($0)))
        }
        expectLimit("surroundings", WireLimits.surroundings) { template(surroundings: bytes($0)) }
    }

    @Test(.timeLimit(.minutes(2)))
    func `lists hold as many items as their field allows`() {
        expectLimit("tags", WireLimits.tags) {
            hello { engine, size in engine.tags = Array(repeating: "", count: size) }($0)
        }
        expectLimit("labels", WireLimits.tags) {
            part(header: JobHeader(labels: Array(repeating: Label(key: "", value: ""), count: $0)))
        }
        expectLimit("targets", WireLimits.tags) {
            part(
                group: GroupSpec(
                    template: 0, count: 1, policy: TaskPolicy(targets: Array(repeating: "", count: $0))))
        }
        expectLimit("templates", WireLimits.groups) { part(templates: Array(repeating: [], count: $0)) }
        expectLimit("dependencies", WireLimits.dependencies) {
            part(group: GroupSpec(template: 0, count: 1, after: Array(repeating: Dependency([]), count: $0)))
        }
    }

    @Test func `a list over its limit is refused by its count alone`() {
        func refused(_ field: String, _ body: [UInt8], _ decode: ([UInt8]) throws -> Void) {
            let error = #expect(throws: WireError.self) { try decode(body + [0xFF, 0xFF, 0xFF, 0x7F]) }
            #expect(error?.field == field)
            #expect(error?.code == .overLimit)
        }
        refused("names", []) { _ = try NamesMessage(decoding: $0) }
        refused("entries", []) { _ = try StartedMessage(decoding: $0) }
        refused("entries", []) { _ = try RecalledMessage(decoding: $0) }
        refused("look-ups", []) { _ = try LookUpMessage(decoding: $0) }
        refused("answers", []) { _ = try FoundMessage(decoding: $0) }
        refused("ranges", [UInt8](repeating: 0, count: 8)) { _ = try CancelMessage(decoding: $0) }
        refused("groups", [UInt8](repeating: 0, count: 27)) { _ = try SubmitMessage(decoding: $0) }
        let hello = HelloMessage(engine: EngineInfo(key: key, name: "e"), claims: [], grant: []).encoded
        refused("claims", hello.dropLast(4)) { _ = try HelloMessage(decoding: $0) }
    }

    /// Checks that a message made with `limit` is read, and one made with `limit + 1` is refused for `field`.
    private func expectLimit(
        _ field: String, _ limit: Int, _ make: (Int) -> some WireMessage,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        func read<Message: WireMessage>(_ message: Message) throws {
            _ = try Message(decoding: message.encoded)
        }
        #expect(throws: Never.self, sourceLocation: sourceLocation) { try read(make(limit)) }
        let error = #expect(throws: WireError.self, sourceLocation: sourceLocation) {
            try read(make(limit + 1))
        }
        #expect(error?.code == .overLimit, sourceLocation: sourceLocation)
        #expect(error?.field == field, sourceLocation: sourceLocation)
    }
}

private let key = UniqueKey(high: 1, low: 2)
private let name = DispatchName(task: TaskID(JobID(1), 2), attempt: 1, epoch: 1)

private func text(_ count: Int) -> String { String(repeating: "x", count: count) }
private func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: 7, count: count) }

private func welcome(farm: String = "", role: String = "", subject: String = "") -> WelcomeMessage {
    WelcomeMessage(
        session: SessionID(1), epoch: 1, farm: farm, heartbeatMilliseconds: 1, windowBytes: 1, role: role,
        subject: subject)
}

private func hello(_ change: @escaping (inout EngineInfo, Int) -> Void) -> (Int) -> HelloMessage {
    { size in
        var engine = EngineInfo(key: key, name: "e")
        change(&engine, size)
        return HelloMessage(engine: engine, claims: [], grant: [])
    }
}

private func part(
    header: JobHeader? = nil, templates: [[UInt8]] = [], group: GroupSpec? = nil
) -> SubmitMessage {
    SubmissionPart(
        key: key, part: 0, isLast: true, header: header, templates: templates,
        groups: group.map { [$0] } ?? [])
}

private func template(
    name: String = "", template: [UInt8] = [], surroundings: [UInt8] = []
) -> TemplateMessage {
    TemplateMessage(
        job: JobID(1), group: 0, name: name, timeoutNanoseconds: 0, graceNanoseconds: 0, cpus: 1,
        template: template, surroundings: surroundings)
}
