/// Values by name, end to end: what goes into a Python namespace and comes out of it.
///
/// u32 count, then for each: u32 length of the name, the name in UTF-8, u64 length of the payload, the
/// payload (``PayloadCodec``). Names may not be there twice.
public struct PayloadBundle: Sendable, Hashable {
    /// A value and what it is called.
    public struct Entry: Sendable, Hashable {
        /// What it is called.
        public var name: String
        /// Codec byte and value.
        public var payload: [UInt8]

        /// A named payload.
        public init(_ name: String, _ payload: [UInt8]) {
            self.name = name
            self.payload = payload
        }
    }

    /// In the order in which they were put in.
    public private(set) var entries: [Entry] = []

    /// An empty one.
    public init() {}

    /// Adds a payload, in place of one of that name.
    public mutating func set(_ payload: [UInt8], for name: String) {
        if let index = entries.firstIndex(where: { $0.name == name }) {
            entries[index].payload = payload
        } else {
            entries.append(Entry(name, payload))
        }
    }

    /// Adds a value.
    /// - Throws: ``PayloadError`` with code `notEncodable`.
    public mutating func set(_ value: some Encodable, for name: String) throws(PayloadError) {
        set(try PayloadCodec.encode(value), for: name)
    }

    /// The payload of that name; nil if there is none.
    public subscript(name: String) -> [UInt8]? { entries.first { $0.name == name }?.payload }

    /// The value of that name.
    /// - Throws: ``PayloadError``: `missing` if there is none, or it is of another type.
    public func value<Value: Decodable>(_ name: String, as type: Value.Type) throws(PayloadError) -> Value {
        guard let payload = self[name] else {
            throw PayloadError(
                .missing,
                "there is no `\(name)` among the values, which are: "
                    + entries.map(\.name).joined(separator: ", "))
        }
        return try PayloadCodec.decode(type, from: payload)
    }

    /// The bytes, without a codec.
    public func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encodedCount)
        append(to: &bytes)
        return bytes
    }

    /// How many bytes ``encoded()`` gives.
    var encodedCount: Int { 4 + entries.reduce(0) { $0 + 12 + $1.name.utf8.count + $1.payload.count } }

    /// Appends the bytes.
    package func append(to bytes: inout [UInt8]) {
        Self.append(count: entries.count, to: &bytes)
        for entry in entries {
            Self.append(name: entry.name, bytes: entry.payload.count, to: &bytes)
            bytes.append(contentsOf: entry.payload)
        }
    }

    static func append(count: Int, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: UInt32(count).littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Appends what goes before a payload of so many bytes.
    static func append(name: String, bytes count: Int, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: UInt32(name.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: name.utf8)
        withUnsafeBytes(of: UInt64(count).littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Reads what ``encoded()`` gives. Cost: a copy of each value.
    /// - Throws: ``PayloadError`` with code `damaged`.
    public init(decoding bytes: UnsafeRawBufferPointer) throws(PayloadError) {
        for (name, range) in try Self.parts(of: bytes) { entries.append(Entry(name, [UInt8](bytes[range]))) }
    }

    /// Reads what ``encoded()`` gives.
    public init(decoding bytes: [UInt8]) throws(PayloadError) {
        let result = bytes.withUnsafeBytes { bytes -> Result<PayloadBundle, PayloadError> in
            do throws(PayloadError) { return .success(try PayloadBundle(decoding: bytes)) } catch {
                return .failure(error)
            }
        }
        self = try result.get()
    }

    /// Names, and where their payloads are. Copies no payload.
    package static func parts(
        of bytes: UnsafeRawBufferPointer
    ) throws(PayloadError) -> [(name: String, payload: Range<Int>)] {
        var reader = Reader(bytes)
        let count = Int(try reader.word32("count"))
        guard count <= (bytes.count - 4) / 12 else {
            throw PayloadError(
                .damaged, "a bundle says that it has \(count) values, for which it is too short")
        }
        var parts: [(name: String, payload: Range<Int>)] = []
        var names: Set<String> = []
        for _ in 0..<count {
            let length = UInt64(try reader.word32("length of a name"))
            let text = try reader.range(length, "name")
            guard let name = String(validating: bytes[text], as: UTF8.self) else {
                throw PayloadError(.damaged, "a name in a bundle is not valid UTF-8")
            }
            guard names.insert(name).inserted else {
                throw PayloadError(.damaged, "a bundle has two values called `\(name)`")
            }
            parts.append((name, try reader.range(try reader.word64("length of a value"), "value")))
        }
        guard reader.offset == bytes.count else {
            throw PayloadError(
                .damaged, "a bundle has \(bytes.count - reader.offset) bytes behind its last value")
        }
        return parts
    }

    static func isSound(_ bytes: UnsafeRawBufferPointer) -> Bool { (try? parts(of: bytes)) != nil }

    private struct Reader {
        let bytes: UnsafeRawBufferPointer
        var offset = 0

        init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

        mutating func range(_ length: UInt64, _ what: String) throws(PayloadError) -> Range<Int> {
            guard length <= UInt64(bytes.count - offset) else {
                throw PayloadError(.damaged, "a bundle ends within a \(what)")
            }
            defer { offset += Int(length) }
            return offset..<offset + Int(length)
        }

        mutating func word32(_ what: String) throws(PayloadError) -> UInt32 {
            let range = try range(4, what)
            return UInt32(
                littleEndian: bytes.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt32.self))
        }

        mutating func word64(_ what: String) throws(PayloadError) -> UInt64 {
            let range = try range(8, what)
            return UInt64(
                littleEndian: bytes.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self))
        }
    }
}
