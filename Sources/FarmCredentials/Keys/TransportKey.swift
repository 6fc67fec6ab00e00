import CZeroMQ

/// A CURVE public key: 32 bytes, in files 40 characters of Z85.
public struct TransportKey: Sendable, Hashable, CustomStringConvertible {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// Takes raw bytes; nil unless there are 32.
    public init?(bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Takes Z85 text; nil unless it is 40 characters of Z85.
    public init?(z85 text: String) {
        guard let bytes = TransportKey.decode(text) else { return nil }
        self.bytes = bytes
    }

    /// The key as 40 characters of Z85.
    public var z85: String { TransportKey.encode(bytes) }

    /// The first 16 hexadecimal digits of its SHA-256, to tell keys apart in logs.
    public var fingerprint: String { Hex.encode(Digest.sha256(bytes).prefix(8)) }

    /// The fingerprint.
    public var description: String { "key:\(fingerprint)" }

    static func encode(_ bytes: [UInt8]) -> String {
        precondition(bytes.count == 32)
        var buffer = [CChar](repeating: 0, count: 41)
        zmq_z85_encode(&buffer, bytes, 32)
        return text(buffer)
    }

    static func decode(_ text: String) -> [UInt8]? {
        guard text.utf8.count == 40, !text.utf8.contains(0) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 32)
        return zmq_z85_decode(&bytes, text) == nil ? nil : bytes
    }

    static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
