/// Contiguous parts of a list.
enum Blocks {
    /// Where the parts of `count` elements lie: the first `count % parts` have one element more; some may be
    /// empty. Precondition: there is at least one part.
    static func ranges(_ count: Int, _ parts: Int) -> [Range<Int>] {
        let (size, rest) = (count / parts, count % parts)
        var start = 0
        return (0..<parts).map { part in
            let end = start + size + (part < rest ? 1 : 0)
            defer { start = end }
            return start..<end
        }
    }
}

extension NumberArray {
    private var rowBytes: Int { extents.dropFirst().reduce(itemBytes, *) }

    /// A stretch of the first dimension.
    func rows(_ range: Range<Int>) throws(PayloadError) -> NumberArray {
        try NumberArray(
            kind, itemBytes: itemBytes, extents: [range.count] + extents.dropFirst(),
            bytes: Array(bytes[range.lowerBound * rowBytes..<range.upperBound * rowBytes]))
    }

    /// Arrays after one another along the first dimension; empty ones of another kind are passed over, and
    /// integers beside doubles become doubles, as in NumPy.
    /// - Throws: ``MultiEngineError`` with `badInput` if they do not go together.
    init(joining parts: [NumberArray]) throws {
        let full = try Self.ofOneKind(parts.filter { $0.count > 0 })
        guard let first = full.first ?? parts.first else {
            throw MultiEngineError(.badInput, "there are no parts to put together")
        }
        for part in full
        where part.kind != first.kind || part.itemBytes != first.itemBytes || part.extents.isEmpty
            || part.extents.dropFirst() != first.extents.dropFirst()
        {
            throw MultiEngineError(
                .badInput,
                "the parts do not go together: one is \(first.kind) of \(first.itemBytes) bytes and extents"
                    + " \(first.extents), another \(part.kind) of \(part.itemBytes) bytes and extents \(part.extents)"
            )
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(full.reduce(0) { $0 + $1.bytes.count })
        for part in full { bytes += part.bytes }
        let rows = full.reduce(0) { $0 + ($1.extents.first ?? 0) }
        try self.init(
            first.kind, itemBytes: first.itemBytes, extents: [rows] + first.extents.dropFirst(), bytes: bytes)
    }

    private static func ofOneKind(_ parts: [NumberArray]) throws(PayloadError) -> [NumberArray] {
        guard Set(parts.map(\.kind)) == [.int, .float], parts.allSatisfy({ $0.itemBytes == 8 }) else {
            return parts
        }
        var converted: [NumberArray] = []
        for part in parts {
            guard let items = part.integers?.map(Double.init) else {
                converted.append(part)
                continue
            }
            converted.append(
                try NumberArray(
                    .float, itemBytes: 8, extents: part.extents, bytes: items.withUnsafeBytes { [UInt8]($0) })
            )
        }
        return converted
    }
}
