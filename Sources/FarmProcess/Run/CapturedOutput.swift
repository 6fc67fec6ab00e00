/// What a process wrote to one stream, bounded: the first bytes and the last bytes of it.
public struct CapturedOutput: Sendable, Equatable {
    /// The bytes kept: the first `headCount`, then the last ones.
    public var bytes: [UInt8] = []
    /// How many of `bytes` are the beginning; what is missing is missing right after them.
    public var headCount = 0
    /// How many bytes were written in all.
    public var totalBytes: UInt64 = 0

    /// Nothing.
    public init() {}

    /// Whether some of it was not kept.
    public var isTruncated: Bool { totalBytes > UInt64(bytes.count) }

    /// As text; what is not UTF-8 is replaced, what is missing is not shown.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}
