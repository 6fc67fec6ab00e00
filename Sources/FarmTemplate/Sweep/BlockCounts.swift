/// How many points of each block of 1,024 a filter lets through, summed up, so that a point is found by
/// binary search and by looking at one block.
struct BlockCounts: Hashable, Sendable {
    /// Points of a block.
    static let block: UInt64 = 1024
    private static let digits = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// Behind block `i` so many have gone through.
    private var sums: [UInt32] = []

    init() {}

    var total: UInt64 { UInt64(sums.last ?? 0) }

    /// Adds the next block.
    mutating func append(_ count: UInt32) { sums.append((sums.last ?? 0) + count) }

    /// The block that holds passed point `index`, and how many of those in it come before.
    func place(of index: UInt64) -> (block: Int, before: UInt64) {
        var (low, high) = (0, sums.count)
        while low < high {
            let middle = (low + high) / 2
            if UInt64(sums[middle]) <= index { low = middle + 1 } else { high = middle }
        }
        return (low, index - (low == 0 ? 0 : UInt64(sums[low - 1])))
    }

    /// Two characters of 6 bits a block, the high one first.
    var text: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2 * sums.count)
        var last: UInt32 = 0
        for sum in sums {
            let count = Int(sum - last)
            bytes.append(Self.digits[count >> 6])
            bytes.append(Self.digits[count & 63])
            last = sum
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// - Returns: nil unless `text` has a count for each block of `points`, none above what the block has.
    init?(text: String, points: UInt64) {
        let bytes = Array(text.utf8)
        guard UInt64(bytes.count) == (points + Self.block - 1) / Self.block * 2 else { return nil }
        var values = [UInt32](repeating: .max, count: 256)
        for (value, digit) in Self.digits.enumerated() { values[Int(digit)] = UInt32(value) }
        sums.reserveCapacity(bytes.count / 2)
        for i in stride(from: 0, to: bytes.count, by: 2) {
            let (high, low) = (values[Int(bytes[i])], values[Int(bytes[i + 1])])
            guard high < 64, low < 64 else { return nil }
            let count = high << 6 | low
            guard UInt64(count) <= min(Self.block, points - UInt64(i / 2) * Self.block) else { return nil }
            append(count)
        }
    }
}
