/// Where a job was submitted from: what its commands find around them on any engine.
public struct Surroundings: Equatable, Sendable {
    /// Bytes that they may have on the wire.
    public static let limitBytes = 4 << 20

    /// The submit directory, absolute; commands run there.
    public var directory: String
    /// The variables that commands inherit: those the submitter chose, not whatever the engine has.
    public var environment: [TaskTemplate.Variable]

    /// Surroundings with nothing inherited, unless given.
    public init(directory: String, environment: [TaskTemplate.Variable] = []) {
        self.directory = directory
        self.environment = environment
    }

    /// The wire's form: `{"v":1,"dir":"/home/ada/heat","env":{"PATH":"/usr/bin"}}`.
    public func encoded() -> [UInt8] {
        JSONValue.object([
            JSONMember("v", .number("1")), JSONMember("dir", .string(directory)),
            JSONMember("env", .object(environment.map { JSONMember($0.name, .string($0.value)) })),
        ]).encoded()
    }

    /// Reads what `encoded()` gives; no bytes at all are the root directory with an empty environment.
    ///
    /// - Throws: `badBody` for anything else; never traps.
    public init(decoding bytes: UnsafeRawBufferPointer) throws(TemplateError) {
        if bytes.isEmpty {
            self.init(directory: "/")
            return
        }
        let json = try JSONObject(bytes, limit: Self.limitBytes, version: 1, what: "a job's surroundings")
        guard let directory = try json.string("dir"), directory.utf8.first == UInt8(ascii: "/"),
            !directory.utf8.contains(0)
        else { throw json.fault("dir") }
        let environment = try json.members("env").map { (member) throws(TemplateError) in
            guard let value = member.value.stringValue, !value.utf8.contains(0), !member.key.utf8.contains(0),
                !member.key.isEmpty, !member.key.utf8.contains(UInt8(ascii: "="))
            else { throw json.fault("env") }
            return TaskTemplate.Variable(member.key, value)
        }
        self.init(directory: directory, environment: environment)
    }

    /// Reads what `encoded()` gives.
    public init(decoding bytes: [UInt8]) throws(TemplateError) {
        self = try bytes.withUnsafeBufferPointer { (buffer) throws(TemplateError) in
            try Surroundings(decoding: UnsafeRawBufferPointer(buffer))
        }
    }
}
