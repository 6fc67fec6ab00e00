/// One session's framing, the same on both sides: sequence numbers and fragments, out and in.
///
/// Pure: it makes and takes frames, and never sends one. A message of up to `fragmentBytes` is one frame,
/// whose body is used in place on both sides; a longer one is cut, and put together again in a buffer that is
/// kept for the next. A new session begins with a new channel.
public struct Channel: Sendable {
    /// Longest body of one frame; a message with a longer one is cut.
    public static let fragmentBytes = FrameHeader.largestBody
    /// Longest frame.
    public static let frameBytes = FrameHeader.size + fragmentBytes
    /// What a socket's limit is set to: CURVE adds 33 bytes, which count.
    static let socketBytes = frameBytes + 64
    /// A larger buffer is not kept for the next message: one of 200 MiB must not hold 200 MiB for the life of
    /// its session.
    static let keptBytes = 4 << 20
    /// Default of the longest message that is put together.
    public static let defaultMessageBytes = WireLimits.message

    private var sent: UInt64 = 0
    private var taken: UInt64 = 0
    private var assembly = Assembly()
    /// Longest message that is put together; a longer one is an error.
    public var messageBytes: Int

    /// A channel for a session that begins.
    public init(messageBytes: Int = Channel.defaultMessageBytes) {
        self.messageBytes = messageBytes
    }

    /// Sequence number of the last frame made.
    public var sentSequence: UInt64 { sent }
    /// Sequence number of the last frame taken.
    public var takenSequence: UInt64 { taken }
    /// Bytes of fragments that wait for their last one.
    public var assemblingBytes: Int { assembly.count }

    // MARK: Out

    /// The next frame of a message, nil when all were made. Frames must be sent in the order in which they
    /// are made, all of one message before the first of another.
    public mutating func next(of message: inout OutgoingMessage) -> Frame? {
        guard let (slice, more) = message.cut(limit: Channel.fragmentBytes) else { return nil }
        sent &+= 1
        return Frame(header: FrameHeader(kind: message.kind, hasMore: more, sequence: sent), body: slice)
    }

    // MARK: In

    /// What a frame brought.
    public enum Incoming {
        /// A whole message; the body lies in the frame.
        case message(MessageKind, UnsafeRawBufferPointer)
        /// A piece of a message whose rest follows.
        case fragment(MessageKind)
        /// The last piece of a message, which `takeAssembled` hands out.
        case assembled(MessageKind)
    }

    /// Takes the next frame of the session.
    /// - Throws: `ChannelError`; then the channel is of no further use.
    public mutating func take(_ frame: UnsafeRawBufferPointer) throws(ChannelError) -> Incoming {
        let header: FrameHeader
        do throws(WireError) {
            header = try FrameHeader(decoding: frame)
        } catch {
            throw ChannelError(.malformed, error.description)
        }
        let body = UnsafeRawBufferPointer(rebasing: frame[FrameHeader.size...])
        guard header.sequence == taken &+ 1 else {
            throw ChannelError(
                .sequence, "frame \(header.sequence) came where \(taken &+ 1) was due; say hello anew")
        }
        taken = header.sequence
        if assembly.kind == nil && !header.hasMore { return .message(header.kind, body) }
        try assembly.add(body, of: header, limit: messageBytes)
        return header.hasMore ? .fragment(header.kind) : .assembled(header.kind)
    }

    /// The message that `.assembled` told of. Give the buffer back with `reuse` when its content is no longer
    /// needed.
    public mutating func takeAssembled() -> [UInt8] { assembly.finish() }

    /// Forgets the pieces of a message whose rest is not wanted.
    public mutating func dropAssembly() { assembly = Assembly() }

    /// Keeps a buffer for the next message that comes in pieces, unless it is a very large one.
    public mutating func reuse(_ buffer: consuming [UInt8]) { assembly.reuse(buffer) }
}
