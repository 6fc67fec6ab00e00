public import FarmCore

/// Puts the fields of a message body one after the other into a buffer that is used again and again.
public struct WireWriter {
    /// What has been written, behind what was there before.
    public var bytes: [UInt8]

    /// A writer that goes on at the end of `bytes`.
    public init(_ bytes: consuming [UInt8] = []) { self.bytes = bytes }

    /// Writes to the end of `bytes` in place: the buffer moves into the writer and back, it is not copied.
    public static func append(to bytes: inout [UInt8], _ body: (inout WireWriter) -> Void) {
        var writer = WireWriter()
        swap(&writer.bytes, &bytes)
        body(&writer)
        swap(&writer.bytes, &bytes)
    }

    /// Writes an integer, little-endian.
    public mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(_ value: T) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Writes one byte.
    public mutating func u8(_ value: UInt8) { bytes.append(value) }
    /// Writes two bytes.
    public mutating func u16(_ value: UInt16) { integer(value) }
    /// Writes four bytes.
    public mutating func u32(_ value: UInt32) { integer(value) }
    /// Writes eight bytes.
    public mutating func u64(_ value: UInt64) { integer(value) }
    /// Writes four bytes, signed.
    public mutating func i32(_ value: Int32) { integer(value) }
    /// Writes eight bytes, signed.
    public mutating func i64(_ value: Int64) { integer(value) }
    /// Writes 0 or 1.
    public mutating func bool(_ value: Bool) { bytes.append(value ? 1 : 0) }

    /// Writes a count. Precondition: below 2^32, as everywhere here.
    public mutating func count(_ count: Int) { integer(UInt32(count)) }

    /// Writes a length and the bytes.
    public mutating func block(_ block: UnsafeRawBufferPointer) {
        count(block.count)
        bytes.append(contentsOf: block)
    }

    /// Writes a length and the bytes.
    public mutating func block(_ block: [UInt8]) {
        count(block.count)
        bytes.append(contentsOf: block)
    }

    /// Writes a length and the UTF-8 of `text`.
    public mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in block(UnsafeRawBufferPointer(utf8)) }
    }

    /// Writes as much of `text` as `limit` bytes hold, cut between characters: for texts that people read.
    public mutating func clipped(_ text: String, limit: Int = WireLimits.text) {
        guard text.utf8.count > limit else { return string(text) }
        var text = text
        text.withUTF8 { utf8 in
            var end = limit
            while end > 0, utf8[end] & 0xC0 == 0x80 { end -= 1 }
            block(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(utf8)[..<end]))
        }
    }

    /// Writes a count and the items.
    public mutating func list<Item>(_ items: [Item], _ item: (inout WireWriter, Item) -> Void) {
        count(items.count)
        for element in items { item(&self, element) }
    }

    /// Writes 16 bytes: high, low.
    public mutating func key(_ key: UniqueKey) {
        u64(key.high)
        u64(key.low)
    }

    /// Writes a dispatch's name, 16 bytes.
    public mutating func name(_ name: DispatchName) {
        u64(name.task.raw)
        u32(name.attempt)
        u32(name.epoch)
    }

    /// Writes a moment, 8 bytes of nanoseconds.
    public mutating func instant(_ instant: Instant) { i64(instant.nanoseconds) }
}
