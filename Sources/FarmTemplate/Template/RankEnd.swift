/// How one rank of a command ended, or that it has not: see ``RankedLaunch``.
public struct RankEnd: Hashable, Sendable {
    /// Which rank, from 0.
    public var rank: Int
    /// Where it ran.
    public var host: String
    /// Its process.
    public var pid: Int32
    /// The processors that it was bound to, as `0-3`; empty if it was bound to none.
    public var cpus: String
    /// Its exit code, or minus the number of the signal that ended it; nil if nobody saw its end.
    public var exitCode: Int?
    /// When it began and ended, in nanoseconds of its host's monotonic clock; 0 for an end that nobody saw.
    public var startedAtNanoseconds: UInt64
    public var endedAtNanoseconds: UInt64 = 0

    /// One that has begun.
    public init(rank: Int, host: String, pid: Int32, cpus: String, startedAtNanoseconds: UInt64) {
        self.rank = rank
        self.host = host
        self.pid = pid
        self.cpus = cpus
        self.startedAtNanoseconds = startedAtNanoseconds
    }

    /// Whether it has done what it was to do.
    public var isSuccess: Bool { exitCode == 0 }

    /// How long it ran, in seconds; 0 if nobody saw its end.
    public var seconds: Double {
        endedAtNanoseconds > startedAtNanoseconds
            ? Double(endedAtNanoseconds - startedAtNanoseconds) / 1e9 : 0
    }

    /// As it stands on the wire, in a list of all ranks.
    public var json: JSONValue {
        .object([
            JSONMember("rank", .number(String(rank))), JSONMember("host", .string(host)),
            JSONMember("pid", .number(String(pid))), JSONMember("cpus", .string(cpus)),
            JSONMember("exit", exitCode.map { .number(String($0)) } ?? .null),
            JSONMember("started", .number(String(startedAtNanoseconds))),
            JSONMember("ended", .number(String(endedAtNanoseconds))),
        ])
    }

    /// Reads it back; nil if it is none.
    public init?(_ json: JSONValue) {
        guard let rank = json["rank"].flatMap({ Int($0.text) }), let host = json["host"]?.stringValue,
            let pid = json["pid"].flatMap({ Int32($0.text) }), let cpus = json["cpus"]?.stringValue,
            let started = json["started"].flatMap({ UInt64($0.text) }),
            let ended = json["ended"].flatMap({ UInt64($0.text) })
        else { return nil }
        self.init(rank: rank, host: host, pid: pid, cpus: cpus, startedAtNanoseconds: started)
        exitCode = json["exit"].flatMap { Int($0.text) }
        endedAtNanoseconds = ended
    }

    /// Reads the list of all ranks; empty if it is none.
    public static func list(_ bytes: [UInt8]) -> [RankEnd] {
        guard case .array(let items)? = try? JSONValue(parsing: bytes) else { return [] }
        return items.compactMap { RankEnd($0) }
    }

    /// What stands before each line that a rank has written, where all ranks' output is captured together.
    public static func label(_ rank: Int) -> String { "[\(rank)] " }
}
