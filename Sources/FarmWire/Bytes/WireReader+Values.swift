public import FarmCore

extension WireReader {
    /// Reads 16 bytes: high, low.
    public mutating func key(_ field: StaticString) throws(WireError) -> UniqueKey {
        UniqueKey(high: try u64(field), low: try u64(field))
    }

    /// Reads a dispatch's name, 16 bytes.
    public mutating func name(_ field: StaticString) throws(WireError) -> DispatchName {
        DispatchName(task: TaskID(raw: try u64(field)), attempt: try u32(field), epoch: try u32(field))
    }

    /// Reads a moment, 8 bytes of nanoseconds; never before 1970.
    public mutating func instant(_ field: StaticString) throws(WireError) -> Instant {
        let nanoseconds = try i64(field)
        guard nanoseconds >= 0 else { throw badValue(field, size: 8, "a moment cannot be before 1970") }
        return Instant(nanoseconds: nanoseconds)
    }

    /// Reads a length of time, 8 bytes of nanoseconds from 0 to ``WireLimits/nanoseconds``.
    public mutating func nanoseconds(_ field: StaticString) throws(WireError) -> Int64 {
        let value = try i64(field)
        guard 0...WireLimits.nanoseconds ~= value else {
            throw badValue(field, size: 8, "\(value) ns is not between 0 and \(WireLimits.nanoseconds)")
        }
        return value
    }

    /// Reads a string without control characters: one that is shown, logged and recorded as it is.
    mutating func plainString(limit: Int, _ field: StaticString) throws(WireError) -> String {
        let start = offset
        let text = try string(limit: limit, field)
        for scalar in text.unicodeScalars where scalar.properties.generalCategory == .control {
            throw WireError(
                .badText, field, at: start,
                "the string holds the control character U+\(String(scalar.value, radix: 16, uppercase: true))"
            )
        }
        return text
    }

    /// Reads what an engine has that has a name.
    mutating func resources() throws(WireError) -> [NamedAmount] {
        let start = offset
        let amounts = try amounts("resources")
        for amount in amounts where !NamedAmount.isName(amount.name) {
            throw WireError(
                .badValue, "resources", at: start,
                "\(amount.name.debugDescription) is no name of something that an engine has")
        }
        return amounts
    }

    /// Reads an engine's place in its pool: key, rank, size.
    mutating func poolSeat() throws(WireError) -> PoolSeat {
        let seat = PoolSeat(
            key: try key("pool"), rank: try u32("pool rank"), size: try u32("pool size"))
        if let problem = seat.problem { throw badValue("pool rank", size: 8, problem) }
        return seat
    }

    /// Reads a number between 1 and `limit`.
    mutating func positive(limit: UInt32 = .max, _ field: StaticString) throws(WireError) -> UInt32 {
        let value = try u32(field)
        guard value >= 1, value <= limit else {
            throw badValue(field, size: 4, "\(value) is not between 1 and \(limit)")
        }
        return value
    }
}
