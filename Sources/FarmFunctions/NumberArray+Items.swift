// Items as Swift's numbers.
extension NumberArray {
    /// An array in one dimension.
    public init(_ values: [Double]) { self.init(plain: .float, values) }
    /// An array in one dimension.
    public init(_ values: [Float]) { self.init(plain: .float, values) }
    /// An array in one dimension.
    public init(_ values: [Int]) { self.init(plain: .int, values) }
    /// An array in one dimension.
    public init(_ values: [Int32]) { self.init(plain: .int, values) }
    /// An array in one dimension.
    public init(_ values: [Int64]) { self.init(plain: .int, values) }
    /// An array in one dimension.
    public init(_ values: [UInt8]) { self.init(plain: .unsigned, values) }

    private init<Item: BitwiseCopyable>(plain kind: Kind, _ values: [Item]) {
        self.kind = kind
        itemBytes = MemoryLayout<Item>.size
        extents = [values.count]
        bytes = values.withUnsafeBytes { [UInt8]($0) }
    }

    /// The items in C order; nil if they are of another kind or size.
    public var doubles: [Double]? { items(.float) }
    /// The items in C order; nil if they are of another kind or size.
    public var floats: [Float]? { items(.float) }
    /// The items in C order; nil if they are of another kind or size.
    public var integers: [Int]? { items(.int) }
    /// The items in C order; nil if they are of another kind or size.
    public var integers32: [Int32]? { items(.int) }
    /// The items in C order; nil if they are of another kind or size.
    public var unsigned8: [UInt8]? { items(.unsigned) }

    private func items<Item: BitwiseCopyable>(_ wanted: Kind) -> [Item]? {
        guard kind == wanted, itemBytes == MemoryLayout<Item>.size else { return nil }
        return [Item](unsafeUninitializedCapacity: count) { buffer, filled in
            UnsafeMutableRawBufferPointer(buffer).copyBytes(from: bytes)
            filled = count
        }
    }

    /// JSON text: arrays in arrays; a complex number is an array of two.
    func json() -> String {
        var offset = 0
        func level(_ rest: ArraySlice<Int>) -> String {
            guard let extent = rest.first else {
                defer { offset += itemBytes }
                return item(at: offset)
            }
            return "[" + (0..<extent).map { _ in level(rest.dropFirst()) }.joined(separator: ",") + "]"
        }
        return level(extents[...])
    }

    private func item(at offset: Int) -> String {
        bytes.withUnsafeBytes { bytes in
            func load<Number>(_ type: Number.Type, _ more: Int = 0) -> Number {
                bytes.loadUnaligned(fromByteOffset: offset + more, as: type)
            }
            switch (kind, itemBytes) {
            case (.float, 2): return PayloadCodec.json(Double(load(Float16.self)))
            case (.float, 4): return PayloadCodec.json(load(Float.self))
            case (.float, _): return PayloadCodec.json(load(Double.self))
            case (.int, 1): return String(load(Int8.self))
            case (.int, 2): return String(load(Int16.self))
            case (.int, 4): return String(load(Int32.self))
            case (.int, _): return String(load(Int64.self))
            case (.unsigned, 1): return String(load(UInt8.self))
            case (.unsigned, 2): return String(load(UInt16.self))
            case (.unsigned, 4): return String(load(UInt32.self))
            case (.unsigned, _): return String(load(UInt64.self))
            case (.bool, _): return bytes[offset] == 0 ? "false" : "true"
            case (.complex, 8):
                return "[\(PayloadCodec.json(load(Float.self))),\(PayloadCodec.json(load(Float.self, 4)))]"
            case (.complex, _):
                return "[\(PayloadCodec.json(load(Double.self))),\(PayloadCodec.json(load(Double.self, 8)))]"
            }
        }
    }
}
