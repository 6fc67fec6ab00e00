/// JSON text of a list of numbers, or of lists of lists, all of one length in each dimension: what NumPy
/// makes an array of.
struct NumberList {
    /// Why it is none.
    struct Fault: Error {
        var message: String
    }

    /// Of each dimension, from the outermost.
    private(set) var extents: [Int] = []
    private var doubles: [Double] = []
    private var integers: [Int64] = []
    /// All of them so far are integers of 64 bits.
    private var isWhole = true

    /// Reads the text. O(bytes), with up to 16 bytes an item beside it.
    static func array(_ text: UnsafeRawBufferPointer) throws(Fault) -> NumberArray {
        var list = NumberList()
        var scan = Scan(text: text)
        guard scan.take(UInt8(ascii: "[")) else { throw Fault(message: "it is no list") }
        try list.read(&scan, 0)
        guard scan.isAtEnd else { throw Fault(message: "something stands behind the list") }
        let bytes =
            list.isWhole && !list.integers.isEmpty
            ? list.integers.withUnsafeBytes { [UInt8]($0) } : list.doubles.withUnsafeBytes { [UInt8]($0) }
        let kind: NumberArray.Kind = list.isWhole && !list.integers.isEmpty ? .int : .float
        do throws(PayloadError) {
            return try NumberArray(kind, itemBytes: 8, extents: list.extents, bytes: bytes)
        } catch {
            throw Fault(message: error.message)
        }
    }

    /// The rest of a list whose bracket was taken.
    private mutating func read(_ scan: inout Scan, _ depth: Int) throws(Fault) {
        guard depth < 32 else { throw Fault(message: "it has over 32 dimensions") }
        let isFirst = depth == extents.count
        if isFirst { extents.append(0) }
        var count = 0
        if !scan.take(UInt8(ascii: "]")) {
            repeat {
                if scan.take(UInt8(ascii: "[")) {
                    guard depth + 1 < extents.count || isFirst && count == 0 else { throw Self.uneven }
                    try read(&scan, depth + 1)
                } else {
                    guard depth + 1 == extents.count else { throw Self.uneven }
                    try add(scan.number())
                }
                count += 1
            } while scan.take(UInt8(ascii: ","))
            guard scan.take(UInt8(ascii: "]")) else { throw Fault(message: "it holds “\(scan.shown)”") }
        }
        if isFirst { extents[depth] = count }
        guard extents[depth] == count else { throw Self.uneven }
    }

    private static let uneven = Fault(message: "its lists are not all of one length")

    private mutating func add(_ number: (whole: Int64?, double: Double)?) throws(Fault) {
        guard let number else { throw Fault(message: "it holds what is no number of 64 bits") }
        doubles.append(number.double)
        if let whole = number.whole, isWhole { integers.append(whole) } else { isWhole = false }
    }
}

/// A place in JSON text.
private struct Scan {
    let text: UnsafeRawBufferPointer
    var place = 0

    init(text: UnsafeRawBufferPointer) { self.text = text }

    private mutating func skip() {
        while place < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[place]) { place += 1 }
    }

    mutating func take(_ letter: UInt8) -> Bool {
        skip()
        guard place < text.count, text[place] == letter else { return false }
        place += 1
        return true
    }

    var isAtEnd: Bool {
        mutating get {
            skip()
            return place == text.count
        }
    }

    /// What stands here.
    var shown: String { String(decoding: text[place...].prefix(20), as: UTF8.self) }

    /// The number here; nil if it is none, or an integer of over 64 bits.
    mutating func number() -> (whole: Int64?, double: Double)? {
        skip()
        var end = place
        var isWhole = true
        while end < text.count {
            switch text[end] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): break
            case UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): isWhole = false
            default: return finish(end, isWhole)
            }
            end += 1
        }
        return finish(end, isWhole)
    }

    private mutating func finish(_ end: Int, _ isWhole: Bool) -> (whole: Int64?, double: Double)? {
        let word = String(decoding: text[place..<end], as: UTF8.self)
        place = end
        if isWhole { return Int64(word).map { ($0, Double($0)) } }
        return Double(word).map { (nil, $0) }
    }
}
