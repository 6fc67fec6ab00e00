import CZeroMQ

/// One half of a CURVE key pair: 32 bytes, or the same as 40 characters of Z85. Its descriptions never show
/// the bytes, since a secret key has the same type.
public struct CurveKey: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// Its size in bytes.
    public static let byteCount = 32
    private let bytes: [UInt8]

    /// Takes raw bytes.
    /// - Throws: ``ZeroMQError`` with `invalidKey` unless there are 32.
    public init(bytes: some Sequence<UInt8>) throws(ZeroMQError) {
        let bytes = Array(bytes)
        guard bytes.count == CurveKey.byteCount else {
            throw ZeroMQError(
                .invalidKey, "a CURVE key has 32 bytes, not \(bytes.count); make one with CurveKeyPair")
        }
        self.bytes = bytes
    }

    /// Takes Z85 text.
    /// - Throws: ``ZeroMQError`` with `invalidKey` unless it is 40 characters of Z85.
    public init(z85: String) throws(ZeroMQError) {
        guard let bytes = Z85.decode(z85), bytes.count == CurveKey.byteCount else {
            throw ZeroMQError(
                .invalidKey, "a CURVE key in Z85 has 40 characters of that alphabet; copy it whole")
        }
        self.bytes = bytes
    }

    /// The key as 40 characters of Z85.
    public var z85: String { Z85.encode(bytes) ?? "" }

    /// Lends the 32 bytes.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeBytes(body)
    }

    /// Says that it is a key, never which.
    public var description: String { "<CURVE key>" }
    /// As the description.
    public var debugDescription: String { description }
    /// No children: a dump shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
