import FarmTemplate

// What of a line its task alone gets, and what it has in common with others.
extension JSONLine {
    /// Where a line keeps what its task alone gets.
    enum Payload {
        /// `params`, for a template's expressions.
        case parameters
        /// `run`, and `params` for the environment.
        case command
        /// `with`.
        case input
        /// Nothing: the line is an array of its own.
        case none
    }

    var payload: Payload {
        if self["sweep"] != nil { return .none }
        let names = self["params"].map { Self.names($0.item) } ?? []
        if let run = self["run"] {
            let isTaken = names.contains("run") || contains("${{", in: run)
            return isTaken ? (names.isEmpty ? .none : .parameters) : .command
        }
        if self["call"] != nil, names.isEmpty {
            return self["with"].map { contains("${{", in: $0) } ?? true ? .none : .input
        }
        return names.isEmpty ? .none : .parameters
    }

    static func names(_ item: Item) -> [String] {
        guard case .mapping(let entries) = item.content else { return [] }
        return entries.map(\.key)
    }

    /// What must be equal for a line to join the one before.
    func common(_ payload: Payload) -> [UInt8] {
        if payload == .none { return [] }
        var bytes: [UInt8] = []
        for member in members {
            bytes.append(contentsOf: member.key.utf8)
            bytes.append(0)
            switch (member.key, payload) {
            case ("params", _):
                for name in Self.names(member.item) { bytes.append(contentsOf: Array(name.utf8) + [0]) }
            case ("run", .command), ("with", .input): break
            default: bytes.append(contentsOf: self.bytes[member.raw])
            }
            bytes.append(0)
        }
        return bytes
    }

    /// The payload of a line, and a problem in the log if there is none to be made.
    func bytes(_ payload: Payload, _ log: ProblemLog) -> [UInt8]? {
        var members: [JSONMember] = []
        if payload == .input { return [2] + (self["with"]?.item.json.encoded() ?? []) }
        if case .mapping(let entries)? = self["params"]?.item.content {
            for entry in entries {
                if let nul = entry.value.nul {
                    log.add(.badValue, at: nul, "a NUL character cannot stand in a parameter's value")
                    return nil
                }
                members.append(JSONMember(entry.key, Self.parameter(entry.value.json)))
            }
        }
        if payload == .command, let run = self["run"]?.item {
            if let fault = Self.fault(inCommand: run) {
                log.add(.wrongType, at: run.position, fault)
                return nil
            }
            members.append(JSONMember("run", run.json))
        }
        return [2] + JSONValue.object(members).encoded()
    }

    /// An object that could be taken for a value with a text of its own is given one.
    private static func parameter(_ json: JSONValue) -> JSONValue {
        guard json["text"] != nil, json["value"] != nil else { return json }
        return .object([JSONMember("text", .string(json.text)), JSONMember("value", json)])
    }

    private static func fault(inCommand item: Item) -> String? {
        if item.nul != nil { return "a NUL character cannot stand in `run`" }
        switch item.content {
        case .scalar(let text, let isPlain):
            let isBlank = text.allSatisfy(\.isWhitespace)
            return isPlain || isBlank
                ? "`run` must be a shell line or a list of words, found \(item.found)" : nil
        case .list(let words):
            let isFine = words.allSatisfy { if case .scalar(_, false) = $0.content { true } else { false } }
            if words.isEmpty || words[0].text?.isEmpty ?? true { return "`run` is empty: name a program" }
            return isFine ? nil : "the words of `run` must be strings: put numbers in quotes"
        case .mapping: return "`run` must be a shell line or a list of words, found a mapping"
        }
    }
}
