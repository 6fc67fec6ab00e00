/// One job's outcome entries in chunks, so that growing never copies what is there and trimming frees at
/// once.
struct OutcomeLog {
    private struct Chunk {
        var first: UInt64
        var count: Int
        var bytes: [UInt8]
        /// Where some entries begin: number in the chunk, and offset. Rising.
        var marks: [(entry: UInt32, offset: UInt32)] = []
    }

    /// A reader walks over so many bytes at most, beside one batch, to find its cursor.
    private static let markBytes = 2 << 10
    /// Large enough that the array of chunks stays short, small enough that trimming is fine-grained.
    private static let chunkBytes = 256 << 10

    /// Bytes of an entry before its payload, as the wire lays it out.
    static let headerBytes = 72

    private var chunks: [Chunk] = []
    /// The cursor behind the last entry.
    private(set) var end: UInt64
    private(set) var bytes = 0

    /// `end`: entries before this cursor are elsewhere.
    init(end: UInt64 = 0) { self.end = end }

    /// The cursor of the first entry here.
    var first: UInt64 { chunks.first?.first ?? end }
    var chunkCount: Int { chunks.count }
    /// The cursor behind the entries that would be dropped next.
    var firstChunkEnd: UInt64 { chunks.first.map { $0.first + UInt64($0.count) } ?? end }

    mutating func dropFirstChunk() {
        guard !chunks.isEmpty else { return }
        bytes -= chunks.removeFirst().bytes.count
    }

    mutating func append(_ entries: UnsafeRawBufferPointer, count: Int) {
        if chunks.isEmpty || chunks[chunks.count - 1].bytes.count + entries.count > Self.chunkBytes {
            chunks.append(Chunk(first: end, count: 0, bytes: []))
        }
        let start = UInt32(chunks[chunks.count - 1].bytes.count)
        if start - (chunks[chunks.count - 1].marks.last?.offset ?? 0) >= Self.markBytes {
            chunks[chunks.count - 1].marks.append((UInt32(chunks[chunks.count - 1].count), start))
        }
        chunks[chunks.count - 1].bytes.append(contentsOf: entries)
        chunks[chunks.count - 1].count += count
        end += UInt64(count)
        bytes += entries.count
    }

    /// As `Ledger.outcomes(of:from:limitBytes:_:)`.
    func read(
        from cursor: UInt64, limitBytes: Int, upTo safeEnd: UInt64 = .max,
        _ body: (UnsafeRawBufferPointer, Int, UInt64) -> Void
    ) -> UInt64 {
        guard cursor < end, let index = chunk(with: cursor) else { return cursor }
        let chunk = chunks[index]
        let first = max(cursor, chunk.first)
        guard first < safeEnd else { return cursor }
        return chunk.bytes.withUnsafeBytes { bytes in
            let entry = UInt32(first - chunk.first)
            let mark = chunk.marks.last { $0.entry <= entry } ?? (0, 0)
            var offset = Int(mark.offset)
            for _ in mark.entry..<entry { offset += Self.entryLength(bytes, offset) }
            let (page, count) = Self.page(bytes, from: offset, limitBytes: limitBytes, most: safeEnd - first)
            body(page, count, first)
            return first + UInt64(count)
        }
    }

    /// Whole entries from `offset` on: at least one, `most` at most, and no more bytes than the limit.
    static func page(
        _ bytes: UnsafeRawBufferPointer, from offset: Int, limitBytes: Int, most: UInt64 = .max
    ) -> (entries: UnsafeRawBufferPointer, count: Int) {
        var stop = offset
        var count = 0
        while stop < bytes.count, UInt64(count) < most {
            let length = entryLength(bytes, stop)
            if count > 0, stop + length - offset > limitBytes { break }
            stop += length
            count += 1
        }
        return (UnsafeRawBufferPointer(rebasing: bytes[offset..<stop]), count)
    }

    /// Drops whole chunks that lie before the cursor.
    mutating func trim(before cursor: UInt64) {
        var keep = 0
        while keep < chunks.count - 1, chunks[keep].first + UInt64(chunks[keep].count) <= cursor {
            bytes -= chunks[keep].bytes.count
            keep += 1
        }
        chunks.removeFirst(keep)
    }

    /// The chunk that holds the cursor, or the first one if it was trimmed away.
    private func chunk(with cursor: UInt64) -> Int? {
        guard !chunks.isEmpty else { return nil }
        var low = 0
        var high = chunks.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if chunks[middle].first <= cursor { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// Whether the bytes are so many entries end to end.
    static func holds(_ count: Int, in bytes: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        for _ in 0..<count {
            guard bytes.count - offset >= 4 else { return false }
            let length = entryLength(bytes, offset)
            guard length >= 4, length <= bytes.count - offset else { return false }
            offset += length
        }
        return offset == bytes.count
    }

    /// Every entry begins with its own length, as on the wire.
    static func entryLength(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Int {
        Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
}
