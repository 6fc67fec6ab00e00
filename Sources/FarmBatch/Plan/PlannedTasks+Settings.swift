public import FarmTemplate
import Foundation

extension PlannedTasks {
    /// What holds for them otherwise than by default, with the keys of a batch file, wherever it was said:
    /// with the task, in `defaults` or on the command line. Of variables only the names.
    public var settings: JSONValue {
        var members: [JSONMember] = []
        func add(_ key: String, _ value: JSONValue?) {
            if let value { members.append(JSONMember(key, value)) }
        }
        func text(_ key: String, _ value: String?) { add(key, value.map { .string($0) }) }
        func number(_ key: String, _ value: some BinaryInteger, unless usual: Int = 0) {
            if value != usual { add(key, .number(String(value))) }
        }
        func duration(_ key: String, _ nanoseconds: Int64, unless usual: Int64 = 0) {
            if nanoseconds != usual { add(key, .string(Quantity.text(nanoseconds: nanoseconds))) }
        }
        text("dir", template.directory)
        let variables = template.environment.map { JSONValue.string($0.name) }
        if !variables.isEmpty { add("env", .array(variables)) }
        text("check", template.check)
        if !template.shell.isEmpty { text("shell", template.shell.joined(separator: " ")) }
        text("stdout", template.stdout?.file)
        text("stderr", template.stderr?.file)
        if let inputs = template.inputs { add("inputs", .array(inputs.map { .string($0) })) }
        if !template.outputs.isEmpty { add("outputs", .array(template.outputs.map { .string($0) })) }
        if let rules = template.skipUnchanged {
            add("skip-unchanged", rules.isForced ? .string("forced") : .bool(true))
        }
        add("needs", Self.needs(policy.needs))
        if !policy.targets.isEmpty { add("targets", .array(policy.targets.map { .string($0) })) }
        text("lane", policy.lane.isEmpty ? nil : policy.lane)
        if let ranks = policy.collective {
            add("collective", ranks == 0 ? .string("all") : .number(String(ranks)))
        }
        if let mpi = template.mpi {
            add(
                "mpi",
                .object([
                    JSONMember("ranks", .number(String(mpi.ranks))),
                    JSONMember("launch", .string(mpi.words().joined(separator: " "))),
                ]))
        }
        number("priority", policy.priority)
        add("retry", Self.retry(policy.retry))
        number("recovery", policy.recoveries.count)
        duration("timeout", policy.timeoutNanoseconds)
        duration("grace", policy.graceNanoseconds, unless: .seconds(5))
        switch policy.deadline {
        case .none: break
        case .after(let nanoseconds): duration("deadline", nanoseconds)
        case .at(let moment):
            let date = Date(timeIntervalSince1970: Double(moment.nanoseconds) / 1e9)
            text("deadline", date.formatted(.iso8601))
        }
        duration("start-within", policy.startWithinNanoseconds)
        duration("estimate", policy.estimateNanoseconds)
        if policy.speculate { add("speculate", .bool(true)) }
        number("max-running", policy.brake.maxRunning)
        switch policy.brake.maxFailures {
        case .none: break
        case .count(let count): add("max-failures", .number(String(count)))
        case .share(let share): text("max-failures", "\(Self.short(Double(share) / 100))%")
        }
        number("canary", policy.brake.canary)
        return .object(members)
    }

    private static func needs(_ needs: Needs) -> JSONValue? {
        var members: [JSONMember] = []
        if needs.cpus != 1 { members.append(JSONMember("cpus", .number(String(needs.cpus)))) }
        if needs.memoryBytes > 0 {
            members.append(JSONMember("memory", .string("\((needs.memoryBytes + 0xF_FFFF) >> 20)MiB")))
        }
        if needs.gpus > 0 { members.append(JSONMember("gpus", .number(String(needs.gpus)))) }
        for need in needs.named { members.append(JSONMember(need.name, .number(String(need.amount)))) }
        if !needs.tags.isEmpty {
            members.append(JSONMember("tags", .array(needs.tags.map { .string($0) })))
        }
        return members.isEmpty ? nil : .object(members)
    }

    private static func retry(_ retry: RetryPolicy) -> JSONValue? {
        let usual = RetryPolicy()
        var members: [JSONMember] = []
        func add(_ key: String, _ value: UInt32, _ usual: UInt32) {
            if value != usual { members.append(JSONMember(key, .number(String(value)))) }
        }
        add("failure", retry.failure, usual.failure)
        add("timeout", retry.timeout, usual.timeout)
        add("out-of-memory", retry.outOfMemory, usual.outOfMemory)
        add("engine-lost", retry.engineLost, usual.engineLost)
        if retry.delayNanoseconds > 0 {
            members.append(
                JSONMember("delay", .string(Quantity.text(nanoseconds: retry.delayNanoseconds))))
        }
        if members.count == 1, members[0].key == "failure" { return members[0].value }
        return members.isEmpty ? nil : .object(members)
    }

    /// `5` rather than `5.0`.
    private static func short(_ value: Double) -> String {
        value == value.rounded() ? String(Int64(value)) : "\(value)"
    }
}

extension Quantity {
    /// A duration as batch files write it: `1h30m`, `90s` as `1m30s`, `500ms`. Less than a millisecond is cut.
    public static func text(nanoseconds: Int64) -> String {
        var rest = nanoseconds / 1_000_000
        var text = ""
        for (unit, milliseconds) in [
            ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
        ] as [(String, Int64)] where rest >= milliseconds {
            text += "\(rest / milliseconds)\(unit)"
            rest %= milliseconds
        }
        return text.isEmpty ? "0s" : text
    }
}
