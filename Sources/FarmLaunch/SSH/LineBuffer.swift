/// Puts lines together from what is read.
struct LineBuffer {
    private var bytes: [UInt8] = []
    /// A line that is longer is cut there: nobody's output is to fill the memory.
    private static let longest = 64 << 10

    mutating func add(_ new: some Sequence<UInt8>) { bytes.append(contentsOf: new) }

    /// The next whole line, without its end.
    mutating func next() -> String? {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else {
            return bytes.count > Self.longest ? take(bytes.count, dropping: 0) : nil
        }
        return take(end, dropping: 1)
    }

    /// What has no end yet, at the end of all; nil for nothing.
    mutating func rest() -> String? { bytes.isEmpty ? nil : take(bytes.count, dropping: 0) }

    /// So many bytes as they are; nil if they are not all there.
    mutating func bytes(_ count: Int) -> [UInt8]? {
        guard bytes.count >= count else { return nil }
        defer { bytes.removeFirst(count) }
        return Array(bytes.prefix(count))
    }

    private mutating func take(_ count: Int, dropping: Int) -> String {
        defer { bytes.removeFirst(count + dropping) }
        let line = String(decoding: bytes.prefix(count), as: UTF8.self)
        return line.hasSuffix("\r") ? String(line.dropLast()) : line
    }
}
