import FarmWire
import Testing

/// One kind of bytes that a peer may send: how to draw valid ones, and how to read them.
struct Sample: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Whether each value has one way of being written, so that what decodes must encode to the same bytes.
    let isCanonical: Bool
    /// Whether a valid body that is cut short anywhere may still be valid (whole entries, whole sections).
    let mayEndEarly: Bool
    /// Valid bytes.
    let random: @Sendable (inout SeededRandom) -> [UInt8]
    /// Reads bytes and writes again what was read.
    let rewrite: @Sendable (UnsafeRawBufferPointer) throws -> [UInt8]
    /// Draws a value, writes it, reads it, and compares.
    let survivesRoundTrip: @Sendable (inout SeededRandom) throws -> Bool

    func rewrite(_ bytes: [UInt8]) throws -> [UInt8] { try bytes.withUnsafeBytes { try rewrite($0) } }

    static func message<Message: WireMessage>(
        _ make: @escaping @Sendable (inout SeededRandom) -> Message, isCanonical: Bool = true,
        mayEndEarly: Bool = false
    ) -> Sample {
        Sample(
            testDescription: "\(Message.self)", isCanonical: isCanonical, mayEndEarly: mayEndEarly,
            random: { make(&$0).encoded }, rewrite: { try Message(decoding: $0).encoded },
            survivesRoundTrip: { random in
                let message = make(&random)
                return try Message(decoding: message.encoded) == message
            })
    }

    /// The fixed bytes before a body or before its entries; what follows them is not looked at.
    static func header<Header: Equatable & SendableMetatype>(
        _ name: String, size: Int, _ make: @escaping @Sendable (inout SeededRandom) -> Header,
        encode: @escaping @Sendable (Header, inout [UInt8]) -> Void,
        decode: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Header
    ) -> Sample {
        @Sendable func written(_ header: Header) -> [UInt8] {
            var bytes: [UInt8] = []
            encode(header, &bytes)
            return bytes
        }
        return Sample(
            testDescription: name, isCanonical: true, mayEndEarly: false,
            random: { written(make(&$0)) },
            rewrite: { written(try decode($0)) + $0.dropFirst(size) },
            survivesRoundTrip: { random in
                let header = make(&random)
                let bytes = written(header)
                return try bytes.count == size && bytes.withUnsafeBytes { try decode($0) } == header
            })
    }

    /// A body of entries: `append` writes one and `next` reads one.
    static func entries<Header: Equatable & SendableMetatype>(
        _ name: String, _ make: @escaping @Sendable (inout SeededRandom) -> Header,
        append: @escaping @Sendable (Header, UnsafeRawBufferPointer, inout [UInt8]) -> Void,
        next:
            @escaping @Sendable (UnsafeRawBufferPointer, inout Int) throws -> (
                Header, UnsafeRawBufferPointer
            )?
    ) -> Sample {
        Sample(
            testDescription: name, isCanonical: true, mayEndEarly: true,
            random: { random in
                var bytes: [UInt8] = []
                for _ in 0..<random.below(4) {
                    let header = make(&random)
                    random.bytes().withUnsafeBytes { append(header, $0, &bytes) }
                }
                return bytes
            },
            rewrite: { body in
                var bytes: [UInt8] = []
                var offset = 0
                while let (header, payload) = try next(body, &offset) { append(header, payload, &bytes) }
                return bytes
            },
            survivesRoundTrip: { random in
                let written = (0..<random.below(4)).map { _ in (make(&random), random.bytes()) }
                var bytes: [UInt8] = []
                for (header, payload) in written { payload.withUnsafeBytes { append(header, $0, &bytes) } }
                return try bytes.withUnsafeBytes { body in
                    var offset = 0
                    for (header, payload) in written {
                        guard let (readHeader, readPayload) = try next(body, &offset) else { return false }
                        guard readHeader == header, payload.elementsEqual(readPayload) else { return false }
                    }
                    return try next(body, &offset) == nil && offset == body.count
                }
            })
    }
}
