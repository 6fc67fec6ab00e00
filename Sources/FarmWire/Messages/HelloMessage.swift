public import FarmCore

/// The first message of each session: who the peer is, what it may do, and what an engine still holds.
public struct HelloMessage: WireMessage {
    /// The lowest and highest version of the messages that the peer speaks.
    public var versions: ClosedRange<UInt16>
    /// Abilities beyond the version, a bit each; none is defined in version 1.
    public var features: UInt64
    /// The peer's own key: kept while its process lives, however often it reconnects.
    public let key: UniqueKey
    /// The signed part of its capability file. Where the connection itself proves the role (tcp) it may be
    /// empty.
    public var grant: [UInt8]
    /// What an engine says of itself; nil for a client.
    public let engine: EngineInfo?
    /// Nanoseconds until an engine leaves by itself, which is how its `until` goes over the wire: no two hosts'
    /// clocks need agree. Nil for one that stays, and for a client.
    public let left: Int64?
    /// Dispatches that an engine holds from earlier sessions; empty for a client.
    public let claims: [Claim]

    /// A client's hello.
    public init(
        client key: UniqueKey, grant: [UInt8], versions: ClosedRange<UInt16> = 1...1, features: UInt64 = 0
    ) {
        self.versions = versions
        self.features = features
        self.key = key
        self.grant = grant
        engine = nil
        left = nil
        claims = []
    }

    /// An engine's hello; the key is the engine's. `left` stands for the engine's `until`, which is not sent.
    public init(
        engine: EngineInfo, claims: [Claim], grant: [UInt8], left: Int64? = nil,
        versions: ClosedRange<UInt16> = 1...1, features: UInt64 = 0
    ) {
        self.versions = versions
        self.features = features
        key = engine.key
        self.grant = grant
        self.engine = engine
        self.left = left
        self.claims = claims
    }

    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in
            writer.u16(versions.lowerBound)
            writer.u16(versions.upperBound)
            writer.u64(features)
            writer.u8(engine == nil ? 0 : 1)
            writer.key(key)
            writer.block(grant)
            guard let engine else { return }
            writer.string(engine.name)
            writer.string(engine.host)
            writer.i32(engine.pid)
            writer.u32(engine.slots)
            writer.u32(engine.cpus)
            writer.list(engine.tags) { $0.string($1) }
            writer.u64(engine.memoryBytes)
            writer.u32(engine.gpus)
            writer.list(engine.named) { $0.amount($1) }
            writer.bool(engine.pool != nil)
            if let seat = engine.pool {
                writer.key(seat.key)
                writer.u32(seat.rank)
                writer.u32(seat.size)
            }
            writer.bool(left != nil)
            if let left { writer.i64(left) }
            writer.list(claims) { writer, claim in
                writer.name(claim.name)
                writer.u8(claim.phase.rawValue)
            }
        }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        let lowest = try reader.u16("lowest version")
        let highest = try reader.u16("highest version")
        guard lowest <= highest else {
            throw reader.badValue("highest version", size: 2, "\(highest) is below the lowest, \(lowest)")
        }
        versions = lowest...highest
        features = try reader.u64("features")
        let isEngine = try reader.bool("peer kind")
        key = try reader.key("key")
        grant = try reader.bytes(limit: WireLimits.grant, "grant")
        if isEngine {
            engine = EngineInfo(
                key: key,
                name: try reader.plainString(limit: WireLimits.shortText, "engine name"),
                host: try reader.plainString(limit: WireLimits.shortText, "host"),
                pid: try reader.i32("pid"),
                slots: try reader.positive(limit: WireLimits.slots, "slots"),
                cpus: try reader.positive(limit: WireLimits.slots, "cpus"),
                tags: try reader.list(itemBytes: 4, limit: WireLimits.tags, "tags") {
                    reader throws(WireError) in
                    try reader.plainString(limit: WireLimits.shortText, "tag")
                },
                memoryBytes: try reader.u64("memory"), gpus: try reader.u32("gpus"),
                named: try reader.resources(),
                pool: try reader.bool("pool") ? try reader.poolSeat() : nil)
            left = try reader.bool("time") ? try reader.nanoseconds("time left") : nil
            claims = try reader.list(itemBytes: 17, limit: WireLimits.names, "claims") {
                reader throws(WireError) in
                Claim(name: try reader.name("claim name"), phase: try reader.choice("claim phase"))
            }
        } else {
            engine = nil
            left = nil
            claims = []
        }
        try reader.end()
    }
}
