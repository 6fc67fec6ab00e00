/// Takes the fields of a message body one after the other. Each read is checked against what is left and
/// against the field's limit before anything is allocated; a fault throws, nothing traps.
///
/// The bytes must stay valid while the reader is used; slices that it hands out point into them.
public struct WireReader {
    private let bytes: UnsafeRawBufferPointer
    /// Bytes read so far.
    public private(set) var offset = 0

    /// A reader at the first of `bytes`.
    public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Bytes not yet read.
    public var remaining: Int { bytes.count - offset }

    /// Reads a little-endian integer.
    public mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(
        _ field: StaticString, as type: T.Type = T.self
    ) throws(WireError) -> T {
        let size = MemoryLayout<T>.size
        guard remaining >= size else { throw truncated(field, needs: size) }
        defer { offset += size }
        return T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
    }

    /// Reads one byte.
    public mutating func u8(_ field: StaticString) throws(WireError) -> UInt8 { try integer(field) }
    /// Reads two bytes.
    public mutating func u16(_ field: StaticString) throws(WireError) -> UInt16 { try integer(field) }
    /// Reads four bytes.
    public mutating func u32(_ field: StaticString) throws(WireError) -> UInt32 { try integer(field) }
    /// Reads eight bytes.
    public mutating func u64(_ field: StaticString) throws(WireError) -> UInt64 { try integer(field) }
    /// Reads four bytes, signed.
    public mutating func i32(_ field: StaticString) throws(WireError) -> Int32 { try integer(field) }
    /// Reads eight bytes, signed.
    public mutating func i64(_ field: StaticString) throws(WireError) -> Int64 { try integer(field) }

    /// Reads a byte that is 0 or 1.
    public mutating func bool(_ field: StaticString) throws(WireError) -> Bool {
        switch try u8(field) {
        case 0: return false
        case 1: return true
        case let other: throw badValue(field, size: 1, "\(other) is neither 0 (no) nor 1 (yes)")
        }
    }

    /// Reads a byte that is one of an enum's raw values.
    public mutating func choice<E: RawRepresentable<UInt8>>(
        _ field: StaticString, as type: E.Type = E.self
    ) throws(WireError) -> E {
        let raw = try u8(field)
        guard let value = E(rawValue: raw) else {
            throw badValue(field, size: 1, "\(raw) has no meaning here")
        }
        return value
    }

    /// Reads a length of `u32` and so many bytes, without a copy. `limit` of nil: only what is there.
    public mutating func slice(
        limit: Int? = nil, _ field: StaticString
    ) throws(WireError) -> UnsafeRawBufferPointer {
        let start = offset
        let length = Int(try u32(field))
        if let limit, length > limit {
            throw WireError(.overLimit, field, at: start, "\(length) bytes, at most \(limit) are allowed")
        }
        guard remaining >= length else { throw truncated(field, needs: length) }
        defer { offset += length }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
    }

    /// Reads a length of `u32` and so many bytes.
    public mutating func bytes(limit: Int? = nil, _ field: StaticString) throws(WireError) -> [UInt8] {
        [UInt8](try slice(limit: limit, field))
    }

    /// Reads a length of `u32` and so many bytes of UTF-8.
    public mutating func string(
        limit: Int = WireLimits.text, _ field: StaticString
    ) throws(WireError) -> String {
        let start = offset
        let text = try slice(limit: limit, field)
        guard let string = String(validating: text, as: UTF8.self) else {
            throw WireError(.badText, field, at: start, "the string is not valid UTF-8")
        }
        return string
    }

    /// Reads a count of `u32`. Refused when the items, of at least `itemBytes` each, cannot all be there, so
    /// that the caller may reserve room for them.
    public mutating func count(
        itemBytes: Int, limit: Int? = nil, _ field: StaticString
    ) throws(WireError) -> Int {
        let start = offset
        let count = Int(try u32(field))
        if let limit, count > limit {
            throw WireError(.overLimit, field, at: start, "\(count) items, at most \(limit) are allowed")
        }
        guard count <= remaining / itemBytes else {
            throw WireError(
                .truncated, field, at: start, "\(count) items announced, but only \(remaining) bytes follow")
        }
        return count
    }

    /// Reads a count and so many items, of at least `itemBytes` each.
    public mutating func list<Item>(
        itemBytes: Int, limit: Int? = nil, _ field: StaticString,
        _ item: (inout WireReader) throws(WireError) -> Item
    ) throws(WireError) -> [Item] {
        let count = try count(itemBytes: itemBytes, limit: limit, field)
        var items: [Item] = []
        items.reserveCapacity(count)
        for _ in 0..<count { items.append(try item(&self)) }
        return items
    }

    /// Must come last: refuses bytes behind the last field.
    public func end() throws(WireError) {
        guard remaining == 0 else {
            throw WireError(
                .trailingBytes, "end", at: offset, "\(remaining) bytes are left behind the last field")
        }
    }

    /// The error for a field of `size` bytes, just read, whose value is not allowed.
    func badValue(_ field: StaticString, size: Int, _ message: String) -> WireError {
        WireError(.badValue, field, at: offset - size, message)
    }

    private func truncated(_ field: StaticString, needs size: Int) -> WireError {
        WireError(.truncated, field, at: offset, "\(size) bytes are needed, only \(remaining) are left")
    }
}
