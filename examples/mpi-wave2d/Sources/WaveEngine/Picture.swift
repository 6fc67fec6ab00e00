/// A square picture: blue where the membrane is low, white at rest, red where it is high.
struct Picture {
    let side: Int
    private var pixels: [UInt8]

    init(side: Int) {
        self.side = side
        pixels = Array(repeating: 255, count: 3 * side * side)
    }

    /// - Parameter height: from −1 to 1. Its root is drawn, so that small waves are seen, too.
    mutating func set(_ row: Int, _ column: Int, _ height: Double) {
        let strength = min(abs(height), 1).squareRoot()
        let faint = UInt8((255 * (1 - strength)).rounded())
        let at = 3 * (row * side + column)
        pixels[at + (height > 0 ? 2 : 0)] = faint
        pixels[at + 1] = faint
    }

    /// The picture as a PNG file, its bytes stored rather than packed.
    var png: [UInt8] {
        var raw: [UInt8] = []
        for row in 0..<side {
            // No filter.
            raw.append(0)
            raw += pixels[3 * row * side..<3 * (row + 1) * side]
        }
        var header = Self.bigEndian(UInt32(side)) + Self.bigEndian(UInt32(side))
        // 8 bits each of red, green and blue.
        header += [8, 2, 0, 0, 0]
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        for (name, bytes) in [("IHDR", header), ("IDAT", Self.stored(raw)), ("IEND", [])] {
            file += Self.bigEndian(UInt32(bytes.count))
            let body = Array(name.utf8) + bytes
            file += body + Self.bigEndian(Self.checksum(body))
        }
        return file
    }

    /// A zlib stream of stored blocks.
    private static func stored(_ raw: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        var start = 0
        repeat {
            let count = min(65_535, raw.count - start)
            let (low, high) = (UInt8(count & 255), UInt8(count >> 8))
            stream += [start + count == raw.count ? 1 : 0, low, high, ~low, ~high]
            stream += raw[start..<start + count]
            start += count
        } while start < raw.count
        var (one, two): (UInt32, UInt32) = (1, 0)
        for byte in raw {
            one = (one + UInt32(byte)) % 65_521
            two = (two + one) % 65_521
        }
        return stream + bigEndian(two << 16 | one)
    }

    /// CRC-32, as PNG has it.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = .max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}
