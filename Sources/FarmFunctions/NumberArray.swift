/// An array of numbers of any shape, as NumPy has them: items in C order (the last extent runs fastest),
/// little-endian, contiguous.
///
/// It crosses to and from Python as one piece of memory. `[Double]`, `[Float]`, `[Int]`, `[Int32]` and
/// `[Int64]` need none of this: they are payloads by themselves.
public struct NumberArray: Sendable, Hashable, Codable {
    /// What the items are.
    public enum Kind: UInt8, Sendable, CaseIterable, Codable {
        /// IEEE 754, of 2, 4 or 8 bytes.
        case float = 0x66
        /// Signed integers, of 1, 2, 4 or 8 bytes.
        case int = 0x69
        /// Unsigned integers, of 1, 2, 4 or 8 bytes.
        case unsigned = 0x75
        /// One byte, 0 or 1.
        case bool = 0x62
        /// Pairs of floats, real and imaginary, of 8 or 16 bytes together.
        case complex = 0x63

        var sizes: [Int] {
            switch self {
            case .float: [2, 4, 8]
            case .int, .unsigned: [1, 2, 4, 8]
            case .bool: [1]
            case .complex: [8, 16]
            }
        }
    }

    /// What the items are.
    public let kind: Kind
    /// Bytes an item.
    public let itemBytes: Int
    /// How many items in each dimension, at most 32 of them; empty for a single number.
    public let extents: [Int]
    /// The items.
    public let bytes: [UInt8]

    /// How many items there are.
    public var count: Int { itemBytes == 0 ? 0 : bytes.count / itemBytes }

    /// An array of these items.
    /// - Throws: ``PayloadError`` with code `damaged` if size, extents and bytes do not go together.
    public init(_ kind: Kind, itemBytes: Int, extents: [Int], bytes: [UInt8]) throws(PayloadError) {
        guard kind.sizes.contains(itemBytes), extents.count <= 32,
            Self.items(extents).map({ $0.multipliedReportingOverflow(by: itemBytes) })
                .map({ !$0.overflow && $0.partialValue == bytes.count }) == true
        else {
            throw PayloadError(
                .damaged,
                "an array of \(extents) items of \(itemBytes) bytes cannot have \(bytes.count) bytes")
        }
        (self.kind, self.itemBytes, self.extents, self.bytes) = (kind, itemBytes, extents, bytes)
    }

    /// Reads a payload: of codec 9, a plain array of doubles or integers, or a list of numbers. That becomes
    /// an array as in NumPy: of integers, or of doubles if one is no integer; lists of lists of one length
    /// are dimensions.
    /// - Throws: ``PayloadError``: `wrongType` for any other payload, `damaged`.
    public init(payload: [UInt8]) throws(PayloadError) {
        guard let codec = payload.first.flatMap(PayloadCodec.init(rawValue:)) else {
            throw PayloadError(.wrongType, "expected an array of numbers, got no payload that is known")
        }
        switch codec {
        case .doubles, .ints:
            try self.init(
                codec == .doubles ? .float : .int, itemBytes: 8, extents: [(payload.count - 1) / 8],
                bytes: Array(payload[1...]))
        case .array:
            let parts = payload.withUnsafeBytes { Self.header(UnsafeRawBufferPointer(rebasing: $0[1...])) }
            guard let (kind, itemBytes, extents, start) = parts else {
                throw PayloadError(.damaged, "the payload says that it is an array, but is none")
            }
            try self.init(kind, itemBytes: itemBytes, extents: extents, bytes: Array(payload[(1 + start)...]))
        case .json, .jsonAndPickle:
            let read = payload.withUnsafeBytes { bytes -> Result<NumberArray, PayloadError> in
                do throws(PayloadError) { return .success(try Self.list(bytes)) } catch {
                    return .failure(error)
                }
            }
            self = try read.get()
        default: throw PayloadError(.wrongType, "expected an array of numbers, got \(codec.word)")
        }
    }

    private static func list(_ payload: UnsafeRawBufferPointer) throws(PayloadError) -> NumberArray {
        let (codec, text) = try PayloadCodec.split(payload)
        do throws(NumberList.Fault) { return try NumberList.array(text) } catch {
            throw PayloadError(
                .wrongType,
                "expected an array of numbers, got \(codec.word) (\(PayloadJSON.preview(text))): \(error.message)"
            )
        }
    }

    /// The array as a payload: doubles and integers of 8 bytes in one dimension have a codec of their own.
    public var payload: [UInt8] {
        var payload: [UInt8] = []
        payload.reserveCapacity(4 + 8 * extents.count + bytes.count)
        if extents.count == 1, itemBytes == 8, kind == .float || kind == .int {
            payload.append(kind == .float ? PayloadCodec.doubles.rawValue : PayloadCodec.ints.rawValue)
        } else {
            payload += [PayloadCodec.array.rawValue, kind.rawValue, UInt8(itemBytes), UInt8(extents.count)]
            for extent in extents {
                withUnsafeBytes(of: UInt64(extent).littleEndian) { payload.append(contentsOf: $0) }
            }
        }
        payload.append(contentsOf: bytes)
        return payload
    }

    /// What stands before the items: kind, bytes an item, extents, and where the items begin.
    static func header(_ body: UnsafeRawBufferPointer) -> (Kind, Int, [Int], Int)? {
        guard body.count >= 3, let kind = Kind(rawValue: body[0]) else { return nil }
        let (size, dimensions) = (Int(body[1]), Int(body[2]))
        let start = 3 + 8 * dimensions
        guard kind.sizes.contains(size), dimensions <= 32, body.count >= start else { return nil }
        var extents: [Int] = []
        for index in 0..<dimensions {
            let raw = UInt64(littleEndian: body.loadUnaligned(fromByteOffset: 3 + 8 * index, as: UInt64.self))
            guard let extent = Int(exactly: raw) else { return nil }
            extents.append(extent)
        }
        return (kind, size, extents, start)
    }

    static func isSound(_ body: UnsafeRawBufferPointer) -> Bool {
        guard let (_, size, extents, start) = header(body), let count = items(extents) else { return false }
        let (bytes, isOver) = count.multipliedReportingOverflow(by: size)
        return !isOver && bytes == body.count - start
    }

    /// The product; nil if it is no number.
    private static func items(_ extents: [Int]) -> Int? {
        if extents.contains(where: { $0 < 0 }) { return nil }
        if extents.contains(0) { return 0 }
        var count = 1
        for extent in extents {
            let (product, isOver) = count.multipliedReportingOverflow(by: extent)
            if isOver { return nil }
            count = product
        }
        return count
    }
}
