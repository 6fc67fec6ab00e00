/// The 16 bytes before each frame's body.
///
/// Layout: u8 magic `0x54` · u8 version · u8 kind · u8 flags (bit 0: more fragments follow) · u32 zero · u64
/// sequence.
public struct FrameHeader: Equatable, Sendable {
    /// Bytes of a header.
    public static let size = 16
    /// First byte of each frame.
    public static let magic: UInt8 = 0x54
    /// The version of the frame header and of everything behind it.
    public static let version: UInt8 = 1
    /// The largest body of one frame; longer messages are cut into fragments of at most this size.
    public static let largestBody = 256 * 1024

    static let moreFlag: UInt8 = 1

    /// What the body is.
    public var kind: MessageKind
    /// More fragments of the same message follow, with the same kind and the next sequence numbers.
    public var hasMore: Bool
    /// Counts the frames of one session in one direction from 1, without gaps; 0 in `helloFirst` only.
    public var sequence: UInt64

    /// A header with the fields given.
    public init(kind: MessageKind, hasMore: Bool = false, sequence: UInt64) {
        self.kind = kind
        self.hasMore = hasMore
        self.sequence = sequence
    }

    /// Reads the header at the start of `frame`, whose body is what follows the first ``size`` bytes.
    ///
    /// Throws `truncated`, `badMagic`, `badVersion`, `unknownKind`, `badValue` (an unknown flag, a byte that
    /// must be zero) or `overLimit` (a body over ``largestBody``).
    public init(decoding frame: UnsafeRawBufferPointer) throws(WireError) {
        guard frame.count >= Self.size else {
            throw WireError(
                .truncated, "frame header", at: 0, "a frame has at least 16 bytes, this one \(frame.count)")
        }
        guard frame[0] == Self.magic else {
            throw WireError(
                .badMagic, "magic", at: 0, "this is no task-farm frame; check the address and port")
        }
        guard frame[1] == Self.version else {
            throw WireError(
                .badVersion, "version", at: 1,
                "frame version \(frame[1]), this side speaks 1; upgrade the older one")
        }
        guard let kind = MessageKind(rawValue: frame[2]) else {
            throw WireError(.unknownKind, "kind", at: 2, "no message has kind \(frame[2]) in version 1")
        }
        guard frame[3] <= Self.moreFlag else {
            throw WireError(
                .badValue, "flags", at: 3, "flags \(frame[3]): only bit 0 has a meaning in version 1")
        }
        guard frame.loadUnaligned(fromByteOffset: 4, as: UInt32.self) == 0 else {
            throw WireError(.badValue, "zero", at: 4, "bytes 4 to 7 must be zero")
        }
        guard frame.count - Self.size <= Self.largestBody else {
            throw WireError(
                .overLimit, "body", at: Self.size,
                "\(frame.count - Self.size) bytes; a body over \(Self.largestBody) must be cut into fragments"
            )
        }
        self.kind = kind
        hasMore = frame[3] == Self.moreFlag
        sequence = UInt64(littleEndian: frame.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    /// Appends the 16 bytes.
    public func encode(into bytes: inout [UInt8]) {
        let flags = hasMore ? Self.moreFlag : 0
        let first =
            UInt64(Self.magic) | UInt64(Self.version) << 8 | UInt64(kind.rawValue) << 16 | UInt64(flags) << 24
        withUnsafeBytes(of: (first.littleEndian, sequence.littleEndian)) { bytes.append(contentsOf: $0) }
    }

    /// Writes the 16 bytes to the start of `target`. Precondition: it has room for them.
    public func store(to target: UnsafeMutableRawBufferPointer) {
        let flags = hasMore ? Self.moreFlag : 0
        let first =
            UInt64(Self.magic) | UInt64(Self.version) << 8 | UInt64(kind.rawValue) << 16 | UInt64(flags) << 24
        target.storeBytes(of: first.littleEndian, toByteOffset: 0, as: UInt64.self)
        target.storeBytes(of: sequence.littleEndian, toByteOffset: 8, as: UInt64.self)
    }
}
