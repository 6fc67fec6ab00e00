import FarmSchedule
import FarmTemplate
import FarmTransport

/// A schedule as it was added: the words of its file, and what its runs need to know. The ledger keeps it as
/// JSON, which is also what clients send and get.
struct RegisteredSchedule: Equatable {
    var name: String
    /// Absolute.
    var file: String
    var cron: String
    var timezone: String
    var overlap = ScheduleSpec.Overlap.skip
    var catchUp = ScheduleSpec.CatchUp.latest
    var jitterSeconds: Int64 = 0
    var keep: Int?
    /// Shell lines; null for none.
    var notify: JSONValue = .object([])
    /// Where it was added: `dir` and `env`, as submissions have them.
    var surroundings: JSONValue = .object([JSONMember("dir", .string("/")), JSONMember("env", .object([]))])
    var isEnabled = true
    /// When it was added first, in nanoseconds since 1970: with it a name that is used again is another's.
    var added: Int64 = 0
    /// Firings before this moment are none of its business, in seconds since 1970.
    var since: Int64 = 0

    /// False for one whose row in the ledger, as of a later version, says nothing to this one: it is shown,
    /// so that nobody takes it for gone, and does not fire; its row stays as it is.
    var isReadable = true

    /// Longest file name, and the like.
    private static let mostBytes = 4_096

    init(unreadable name: String) {
        (self.name, file, cron, timezone, isReadable) = (name, "", "", "UTC", false)
    }

    /// Reads what a client sends, or the ledger has.
    /// - Throws: `malformed`, with what to put right.
    init(_ json: JSONValue) throws(QueryError) {
        name = try Self.text(json, "name")
        guard Self.isName(name) else {
            throw QueryError(
                .malformed,
                "'\(name)' is no name of a schedule: letters, digits, '_', '-' and '.', at most 100, the first a letter or digit; `--name` gives it one"
            )
        }
        file = try Self.text(json, "file")
        guard file.hasPrefix("/") else {
            throw QueryError(.malformed, "the schedule's 'file' must be an absolute path, found '\(file)'")
        }
        cron = try Self.text(json, "cron")
        timezone = try Self.text(json, "timezone")
        overlap = try Self.word(json, "overlap") ?? overlap
        catchUp = try Self.word(json, "catch_up") ?? catchUp
        if json["jitter_seconds"] != nil, json["jitter_seconds"] != .null {
            jitterSeconds = try Self.number(json, "jitter_seconds", 0...ScheduleSpec.longestJitterSeconds)
        }
        if json["keep"] != nil, json["keep"] != .null {
            keep = Int(try Self.number(json, "keep", 1...1_000_000))
        }
        if let lines = json["notify"], lines != .null {
            notify = lines
            try Self.requireTexts(notify, "notify")
        }
        if let place = json["surroundings"], place != .null {
            surroundings = place
            guard place["dir"]?.stringValue?.hasPrefix("/") == true else {
                throw QueryError(
                    .malformed, "the schedule's 'surroundings' must have 'dir', an absolute path")
            }
            try Self.requireTexts(place["env"] ?? .null, "env")
        }
        isEnabled = json["enabled"] != .bool(false)
        if json["added"] != nil { added = try Self.number(json, "added", 0...(.max)) }
        if json["since"] != nil { since = try Self.number(json, "since", 0...1 << 50) }
    }

    /// - Throws: `malformed`: an expression or zone that is none here.
    func spec() throws(QueryError) -> ScheduleSpec {
        let expression: CronExpression
        do throws(CronError) { expression = try CronExpression(cron) } catch {
            throw QueryError(.malformed, "the schedule's 'cron': \(error.message)")
        }
        guard let zone = ZoneDatabase.zone(timezone) else {
            let hint = Spelling.hint(timezone, in: ZoneDatabase.names)
            throw QueryError(
                .malformed,
                "the controller's machine knows no zone '\(timezone)'\(hint.isEmpty ? " (is tzdata installed?)" : hint)"
            )
        }
        var spec = ScheduleSpec(FiringTimes(expression, zone))
        spec.overlap = overlap
        spec.catchUp = catchUp
        spec.jitterSeconds = jitterSeconds
        spec.keep = keep
        return spec
    }

    /// All of it, for the ledger and for the process of a run.
    var json: JSONValue {
        .object(
            publicMembers + [
                JSONMember("surroundings", surroundings), JSONMember("since", .whole(since)),
                JSONMember("added", .whole(added)),
            ])
    }

    /// Without environments, which are the owner's.
    var publicMembers: [JSONMember] {
        [
            JSONMember("name", .string(name)), JSONMember("file", .string(file)),
            JSONMember("cron", .string(cron)), JSONMember("timezone", .string(timezone)),
            JSONMember("overlap", .string(overlap.rawValue)),
            JSONMember("catch_up", .string(catchUp.rawValue)),
            JSONMember("jitter_seconds", .whole(jitterSeconds)),
            JSONMember("keep", keep.map { .whole($0) } ?? .null), JSONMember("notify", notify),
            JSONMember("enabled", .bool(isEnabled)),
        ]
    }

    static func isName(_ name: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || byte >= 0x30 && byte <= 0x39
        }
        return name.utf8.count <= 100 && name.utf8.first.map(isAlphanumeric) == true
            && name.utf8.allSatisfy { isAlphanumeric($0) || "_-.".utf8.contains($0) }
    }

    private static func text(_ json: JSONValue, _ key: String) throws(QueryError) -> String {
        guard let text = json[key]?.stringValue, !text.isEmpty, text.utf8.count <= mostBytes,
            !text.utf8.contains(0)
        else {
            throw QueryError(
                .malformed, "the schedule's '\(key)' must be a text of 1 to \(mostBytes) bytes")
        }
        return text
    }

    private static func requireTexts(_ json: JSONValue, _ key: String) throws(QueryError) {
        guard case .object(let members) = json, members.allSatisfy({ $0.value.stringValue != nil }) else {
            throw QueryError(.malformed, "the schedule's '\(key)' must be an object of texts")
        }
    }

    private static func word<Word: RawRepresentable & CaseIterable>(
        _ json: JSONValue, _ key: String
    ) throws(QueryError) -> Word? where Word.RawValue == String {
        guard let value = json[key], value != .null else { return nil }
        if let word = value.stringValue.flatMap(Word.init) { return word }
        throw QueryError(
            .malformed,
            "the schedule's '\(key)' must be one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
    }

    private static func number(
        _ json: JSONValue, _ key: String, _ range: ClosedRange<Int64>
    ) throws(QueryError) -> Int64 {
        guard case .number(let text)? = json[key], let value = Int64(text), range.contains(value) else {
            throw QueryError(
                .malformed,
                "the schedule's '\(key)' must be a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return value
    }
}
