internal import Glibc

/// Puts frames together from what comes over a socket. What is large is read into the memory that it is
/// handed out in.
struct FrameReader {
    private var small: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)
    /// A frame that is longer than the buffer, and how much of it is there.
    private var large: [UInt8] = []
    private var filled = 0

    /// Reads what is there.
    /// - Returns: false when the other end is closed, or has sent what is no frame.
    mutating func read(from socket: Int32, frame: ([UInt8]) -> Void) -> Bool {
        while true {
            let count = large.isEmpty ? receiveSmall(socket) : receiveLarge(socket)
            if count == 0 { return false }
            if count < 0 {
                if errno == EINTR { continue }
                return errno == EAGAIN || errno == EWOULDBLOCK
            }
            guard take(frame) else { return false }
        }
    }

    private mutating func receiveSmall(_ socket: Int32) -> Int {
        let count = buffer.withUnsafeMutableBytes {
            recv(socket, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
        }
        if count > 0 { small.append(contentsOf: buffer[..<count]) }
        return count
    }

    private mutating func receiveLarge(_ socket: Int32) -> Int {
        let (start, room) = (filled, large.count - filled)
        let count = large.withUnsafeMutableBytes {
            recv(socket, $0.baseAddress! + start, room, Int32(MSG_DONTWAIT))
        }
        if count > 0 { filled += count }
        return count
    }

    /// Hands out what is whole.
    /// - Returns: false if a length makes no sense.
    mutating func take(_ frame: ([UInt8]) -> Void) -> Bool {
        if !large.isEmpty {
            guard filled == large.count else { return true }
            let whole = large
            large = []
            frame(whole)
            return true
        }
        var start = 0
        defer { small.removeFirst(start) }
        while small.count - start >= 8 {
            let length = small[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard length > 0, length <= UInt64(FramedProcess.longestFrame) else { return false }
            let rest = small.count - start - 8
            guard rest >= Int(length) else {
                guard length > UInt64(buffer.count) else { break }
                // Memory that nobody has touched costs nothing before it is filled, whatever a length says.
                large = [UInt8](unsafeUninitializedCapacity: Int(length)) { $1 = Int(length) }
                large.replaceSubrange(..<rest, with: small[(start + 8)...])
                filled = rest
                start = small.count
                break
            }
            frame(Array(small[start + 8..<start + 8 + Int(length)]))
            start += 8 + Int(length)
        }
        return true
    }

    /// For tests: bytes as if they had come.
    mutating func feed(_ bytes: [UInt8], frame: ([UInt8]) -> Void) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            if large.isEmpty {
                small.append(contentsOf: rest)
                rest = []
            } else {
                let piece = rest.prefix(large.count - filled)
                large.replaceSubrange(filled..<filled + piece.count, with: piece)
                filled += piece.count
                rest = rest.dropFirst(piece.count)
            }
            guard take(frame) else { return false }
        }
        return true
    }
}
