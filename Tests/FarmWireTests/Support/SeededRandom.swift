/// SplitMix64: the same seed gives the same values everywhere.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number below `limit`.
    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

    /// Any number, with the borders of its type more often than by chance.
    mutating func integer<T: FixedWidthInteger & UnsignedInteger>(_ type: T.Type = T.self) -> T {
        switch below(8) {
        case 0: 0
        case 1: .max
        case 2: 1
        default: T(truncatingIfNeeded: next())
        }
    }

    mutating func bytes(upTo limit: Int = 40) -> [UInt8] {
        let count = Int(next() % UInt64(limit + 1))
        let start = Int(next() % UInt64(Self.pool.count - count))
        return [UInt8](Self.pool[start..<start + count])
    }

    /// Drawing byte by byte would take most of a fuzz test's time.
    private static let pool: [UInt8] = {
        var random = SeededRandom(seed: 0)
        return (0..<65_536).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }()

    /// ASCII, letters of two to four bytes, and NUL.
    mutating func text(upTo limit: Int = 20) -> String {
        let alphabet: [Character] = ["a", "Z", "0", " ", "/", "\"", "\n", "\0", "é", "ß", "→", "日", "🚜"]
        return String((0..<below(limit + 1)).map { _ in alphabet[below(alphabet.count)] })
    }

    /// Text of one line, without control characters.
    mutating func word() -> String { text().filter { $0 != "\n" && $0 != "\0" } }

    mutating func list<Item>(upTo limit: Int = 5, _ item: (inout SeededRandom) -> Item) -> [Item] {
        (0..<below(limit + 1)).map { _ in item(&self) }
    }
}
