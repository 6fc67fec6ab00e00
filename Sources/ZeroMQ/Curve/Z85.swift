import CZeroMQ

/// Z85, ZeroMQ's text form of binary data: 5 characters for 4 bytes (https://rfc.zeromq.org/spec/32/).
public enum Z85 {
    /// The text of some bytes; nil unless their number is a multiple of 4.
    public static func encode(_ bytes: [UInt8]) -> String? {
        guard bytes.count % 4 == 0 else { return nil }
        var buffer = [CChar](repeating: 0, count: bytes.count / 4 * 5 + 1)
        guard zmq_z85_encode(&buffer, bytes, bytes.count) != nil else { return nil }
        return text(buffer)
    }

    /// The bytes of a text; nil unless it has a multiple of 5 characters, all of the alphabet.
    public static func decode(_ text: String) -> [UInt8]? {
        let count = text.utf8.count
        guard count % 5 == 0, !text.utf8.contains(0) else { return nil }
        if count == 0 { return [] }
        var bytes = [UInt8](repeating: 0, count: count / 5 * 4)
        guard zmq_z85_decode(&bytes, text) != nil else { return nil }
        return bytes
    }

    static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
