public import FarmCore

/// One rank's part in an attempt at a collective task: which rank it is, who the others are, and the dispatch
/// itself, which has the same name at all of them.
///
/// Layout: u32 rank in the gang · list of u32 ranks in the pool, by rank in the gang · list of their hosts,
/// for the first rank only, else empty · ``DispatchEntry`` and its payload to the end.
public struct GangMessage {
    /// The engine's part.
    public var seat: GangSeat
    /// The dispatch.
    public var entry: DispatchEntry
    /// Where in the body the dispatch's payload lies.
    public let payload: Range<Int>

    /// Appends the message. `payload` is the task's.
    public static func encode(
        _ seat: GangSeat, _ entry: DispatchEntry, payload: UnsafeRawBufferPointer, into bytes: inout [UInt8]
    ) {
        WireWriter.append(to: &bytes) { writer in
            writer.u32(seat.rank)
            writer.list(seat.poolRanks) { $0.u32($1) }
            writer.list(seat.hosts) { $0.string($1) }
        }
        DispatchEntry.append(entry, payload: payload, to: &bytes)
    }

    /// Reads a body.
    /// - Throws: what cannot be read, ranks that do not rise, or a rank that is none of them.
    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        let rank = try reader.u32("rank")
        let ranks = try reader.list(itemBytes: 4, limit: Int(PoolSeat.most), "pool ranks") {
            reader throws(WireError) in try reader.u32("pool rank")
        }
        guard rank < ranks.count else {
            throw reader.badValue("rank", size: 4, "\(rank) of \(ranks.count); ranks count from 0")
        }
        for (before, next) in zip(ranks, ranks.dropFirst()) where next <= before {
            throw reader.badValue("pool ranks", size: 4, "\(next) comes after \(before)")
        }
        let hosts = try reader.list(itemBytes: 4, limit: Int(PoolSeat.most), "hosts") {
            reader throws(WireError) in try reader.plainString(limit: WireLimits.shortText, "host")
        }
        guard hosts.isEmpty || hosts.count == ranks.count else {
            throw reader.badValue("hosts", size: 4, "\(hosts.count) hosts of \(ranks.count) ranks")
        }
        seat = GangSeat(rank: rank, poolRanks: ranks, hosts: hosts)
        var offset = reader.offset
        guard let (entry, payload) = try DispatchEntry.next(in: body, at: &offset) else {
            throw WireError(.truncated, "dispatch entry", at: offset, "a gang's message has one dispatch")
        }
        guard offset == body.count else {
            throw WireError(
                .badValue, "dispatch entry", at: offset,
                "\(body.count - offset) bytes follow the only dispatch")
        }
        self.entry = entry
        self.payload = offset - payload.count..<offset
    }
}
