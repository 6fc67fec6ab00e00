internal import Glibc

/// Frames on their way into a socket that may not take them at once.
struct FrameWriter {
    private var pieces: [(bytes: [UInt8], range: Range<Int>)] = []

    var isEmpty: Bool { pieces.isEmpty }

    /// Adds a frame: its length, `head`, and a part of `body`.
    mutating func add(_ head: [UInt8], _ body: [UInt8], _ range: Range<Int>) {
        var first: [UInt8] = []
        let small = range.count <= 4096
        first.reserveCapacity(8 + head.count + (small ? range.count : 0))
        withUnsafeBytes(of: UInt64(head.count + range.count).littleEndian) { first.append(contentsOf: $0) }
        first.append(contentsOf: head)
        if small { first.append(contentsOf: body[range]) }
        pieces.append((first, 0..<first.count))
        if !small { pieces.append((body, range)) }
    }

    /// Writes what the socket takes. That nobody reads any more is seen when reading.
    mutating func write(to socket: Int32) {
        while let (bytes, range) = pieces.first {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    socket, $0.baseAddress! + range.lowerBound, range.count,
                    Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            }
            if count < 0 {
                if errno == EINTR { continue }
                if errno != EAGAIN && errno != EWOULDBLOCK { pieces.removeAll() }
                return
            }
            if count == range.count {
                pieces.removeFirst()
            } else {
                pieces[0].range = range.lowerBound + count..<range.upperBound
            }
        }
    }
}
