import FarmTransport

/// What the function on a slot has logged: told as its standard error.
struct FunctionLog {
    static let limitBytes = 1 << 20

    private var kept: [UInt8] = []
    private var total: UInt64 = 0
    private var told = 0

    var isEmpty: Bool { total == 0 }
    /// Whether something has not been told live.
    var hasNews: Bool { told < kept.count }

    mutating func append(_ line: String) {
        let count = line.utf8.count + 1
        total += UInt64(count)
        let room = Self.limitBytes - kept.count
        guard room > 0 else { return }
        kept.append(contentsOf: line.utf8.prefix(room))
        if room >= count { kept.append(UInt8(ascii: "\n")) }
    }

    /// What has come since the last time.
    mutating func takeNews() -> (offset: UInt64, bytes: [UInt8]) {
        let offset = told
        told = kept.count
        return (UInt64(offset), Array(kept[offset...]))
    }

    /// Appends the log's sections to an attempt's payload, and forgets it.
    mutating func take(into payload: inout [UInt8]) {
        AttemptPayload(errorOutput: kept, errorOutputTotal: total).encode(into: &payload)
        self = FunctionLog()
    }
}
