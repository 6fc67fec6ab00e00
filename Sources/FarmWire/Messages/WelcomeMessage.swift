public import FarmCore

/// The controller's answer to a hello: the session is open.
public struct WelcomeMessage: WireMessage {
    /// The version that both will speak.
    public var version: UInt16
    /// The session's number.
    public var session: SessionID
    /// The controller's incarnation: rises each time it starts.
    public var epoch: UInt32
    /// The farm's name.
    public var farm: String
    /// Milliseconds after which either side may take a silent other one for dead.
    public var heartbeatMilliseconds: UInt32
    /// Bytes of results or submissions that the peer may have sent and not yet seen recorded or accepted.
    public var windowBytes: UInt64
    /// Bytes of the largest whole message that the controller takes.
    public var largestMessage: UInt64
    /// The engine's number, kept when it re-attaches; `.none` for a client.
    public var engine: EngineID
    /// The role that the session has.
    public var role: String
    /// The subject of the capability: the owner of what it submits.
    public var subject: String

    /// A welcome with the fields given.
    public init(
        version: UInt16 = 1, session: SessionID, epoch: UInt32, farm: String, heartbeatMilliseconds: UInt32,
        windowBytes: UInt64, largestMessage: UInt64 = UInt64(WireLimits.message), engine: EngineID = .none,
        role: String, subject: String
    ) {
        self.version = version
        self.session = session
        self.epoch = epoch
        self.farm = farm
        self.heartbeatMilliseconds = heartbeatMilliseconds
        self.windowBytes = windowBytes
        self.largestMessage = largestMessage
        self.engine = engine
        self.role = role
        self.subject = subject
    }

    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in
            writer.u16(version)
            writer.u64(session.raw)
            writer.u32(epoch)
            writer.string(farm)
            writer.u32(heartbeatMilliseconds)
            writer.u64(windowBytes)
            writer.u64(largestMessage)
            writer.u32(engine.raw)
            writer.string(role)
            writer.string(subject)
        }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        version = try reader.u16("version")
        session = SessionID(try reader.u64("session"))
        epoch = try reader.u32("epoch")
        farm = try reader.string(limit: WireLimits.shortText, "farm")
        heartbeatMilliseconds = try reader.u32("heartbeat")
        windowBytes = try reader.u64("window")
        largestMessage = try reader.u64("largest message")
        engine = EngineID(try reader.u32("engine"))
        role = try reader.string(limit: WireLimits.shortText, "role")
        subject = try reader.string(limit: WireLimits.shortText, "subject")
        try reader.end()
    }
}
