import Glibc

/// Which seeds are run: 1,000; with `SIM_SEEDS=5000` so many; with `SIM_SEED=7` that one alone.
enum Seeds {
    /// As many parts as keep a few cores busy.
    static let shards = 8

    /// The seeds of one part.
    static func wanted(shard: Int) -> [UInt64] {
        if let one = number("SIM_SEED") { return shard == 0 ? [one] : [] }
        return Array(stride(from: UInt64(shard) + 1, through: count, by: shards))
    }

    static var isOneOnly: Bool { number("SIM_SEED") != nil }
    static var count: UInt64 { number("SIM_SEEDS") ?? 1_000 }

    private static func number(_ name: String) -> UInt64? {
        getenv(name).flatMap { UInt64(String(cString: $0)) }
    }
}
