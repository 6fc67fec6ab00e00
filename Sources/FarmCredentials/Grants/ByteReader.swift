/// Reads bytes from the front and says nil, never traps, when there are too few.
struct ByteReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type) -> Value? {
        guard let bytes = take(MemoryLayout<Value>.size) else { return nil }
        var value: Value = 0
        for byte in bytes.reversed() { value = value << 8 | Value(truncatingIfNeeded: byte) }
        return value
    }

    /// A length byte and that much valid UTF-8.
    mutating func text() -> String? {
        guard let count = take(1)?.first, let bytes = take(Int(count)) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
