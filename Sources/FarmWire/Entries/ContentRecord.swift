/// By what an attempt that has succeeded may be found again: the key of what it depended on, and a digest of
/// the files that it left behind.
public struct ContentRecord: Hashable, Sendable {
    /// The first half of a SHA-256, of all that the task depends on.
    public var key: ContentKey
    /// A SHA-256 of the declared outputs as they were at its end: 32 bytes; none if it has no outputs.
    public var outputs: [UInt8]

    /// Bytes of a digest.
    public static let digestBytes = 32

    /// A record of these.
    public init(key: ContentKey, outputs: [UInt8] = []) {
        self.key = key
        self.outputs = outputs
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        WireWriter.append(to: &bytes) { $0.contentKey(key) }
        return bytes + outputs
    }

    init(_ section: UnsafeRawBufferPointer, at offset: Int) throws(WireError) {
        guard section.count == 16 || section.count == 16 + Self.digestBytes else {
            throw WireError(
                .badValue, "content", at: offset, "\(section.count) bytes; a content record has 16 or 48")
        }
        key = ContentKey(high: section.word64(0), low: section.word64(8))
        outputs = [UInt8](section[16...])
    }
}

/// Names what a task depends on: equal for two tasks that would do the same. 128 bits of a SHA-256.
public struct ContentKey: Hashable, Sendable {
    /// The first eight bytes, little-endian.
    public var high: UInt64
    /// The next eight.
    public var low: UInt64

    /// A key of these halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads 32 hexadecimal digits, the bytes in their order; nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 32, let high = UInt64(text.prefix(16), radix: 16),
            let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high.byteSwapped, low: low.byteSwapped)
    }
}

extension ContentKey: CustomStringConvertible {
    /// 32 hexadecimal digits.
    public var description: String {
        [high, low].map { word in
            let digits = String(word.byteSwapped, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}

extension WireWriter {
    mutating func contentKey(_ key: ContentKey) {
        u64(key.high)
        u64(key.low)
    }
}
