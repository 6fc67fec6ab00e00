/// Keeps the first and the last bytes of a stream, each up to half of the limit; empty streams cost nothing.
struct OutputCapture {
    private let headLimit: Int
    private let tailLimit: Int
    private(set) var head: [UInt8] = []
    /// A ring once it is full; `tailStart` is its oldest byte.
    private var tail: [UInt8] = []
    private var tailStart = 0
    private var total: UInt64 = 0

    init(limitBytes: Int) {
        let limit = max(0, limitBytes)
        headLimit = (limit + 1) / 2
        tailLimit = limit / 2
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        total += UInt64(bytes.count)
        var rest = bytes[...]
        if head.count < headLimit {
            let first = rest.prefix(headLimit - head.count)
            head.append(contentsOf: first)
            rest = rest.dropFirst(first.count)
        }
        rest = rest.suffix(tailLimit)
        if rest.isEmpty { return }
        if tail.count < tailLimit {
            let first = rest.prefix(tailLimit - tail.count)
            tail.append(contentsOf: first)
            rest = rest.dropFirst(first.count)
        }
        overwrite(rest)
    }

    private mutating func overwrite(_ bytes: Slice<UnsafeRawBufferPointer>) {
        var rest = bytes
        while !rest.isEmpty {
            let piece = rest.prefix(tailLimit - tailStart)
            tail.replaceSubrange(tailStart..<tailStart + piece.count, with: piece)
            tailStart = (tailStart + piece.count) % tailLimit
            rest = rest.dropFirst(piece.count)
        }
    }

    /// The result; the capture is empty afterwards.
    mutating func take() -> CapturedOutput {
        var result = CapturedOutput()
        result.totalBytes = total
        result.headCount = head.count
        swap(&result.bytes, &head)
        if !tail.isEmpty {
            result.bytes.reserveCapacity(result.bytes.count + tail.count)
            result.bytes.append(contentsOf: tail[tailStart...])
            result.bytes.append(contentsOf: tail[..<tailStart])
            tail = []
        }
        return result
    }
}
