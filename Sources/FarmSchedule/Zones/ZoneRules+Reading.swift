extension ZoneRules {
    /// Reads a file of the zone database: TZif of version 2 or later (RFC 9636).
    ///
    /// - Parameter bytes: the whole file. Whatever is in it, this never traps.
    /// - Returns: nil if it is none.
    public init?(_ name: String, tzif bytes: [UInt8]) {
        guard let old = Header(bytes, at: 0), old.version >= UInt8(ascii: "2"),
            // The first part is for readers that know only 32 bits.
            let header = Header(bytes, at: Header.size + old.bodySize(timeSize: 4))
        else { return nil }
        let start = 2 * Header.size + old.bodySize(timeSize: 4)
        let end = start + header.bodySize(timeSize: 8)
        guard end < bytes.count, header.types >= 1, bytes[end] == 0x0A,
            let behind = bytes[(end + 1)...].firstIndex(of: 0x0A)
        else { return nil }
        func number(_ offset: Int, _ size: Int) -> Int64 {
            var value: UInt64 = bytes[offset] >= 0x80 ? .max : 0
            for index in offset..<offset + size { value = value << 8 | UInt64(bytes[index]) }
            return Int64(bitPattern: value)
        }
        let kinds = start + header.times * 8
        let types = kinds + header.times
        var changes: [Change] = []
        for index in 0..<header.times {
            let at = number(start + index * 8, 8)
            let kind = Int(bytes[kinds + index])
            guard kind < header.types, at > changes.last?.at ?? .min, at < Self.end else { return nil }
            let offset = number(types + kind * 6, 4)
            guard abs(offset) < 100_000 else { return nil }
            if at > Self.beginning { changes.append(Change(at: at, offset: offset)) }
        }
        let first = number(types, 4)
        guard abs(first) < 100_000 else { return nil }
        let footer = String(decoding: bytes[(end + 1)..<behind], as: UTF8.self)
        let rest = footer.isEmpty ? PosixZone(offset: changes.last?.offset ?? first) : PosixZone(footer)
        guard let rest else { return nil }
        self.init(name, firstOffset: first, changes: changes, rest: rest)
    }

    /// How much of what a part of the file holds.
    private struct Header {
        static let size = 44
        var version: UInt8
        var times: Int
        var types: Int
        private var others: (utc: Int, standard: Int, leaps: Int, characters: Int)

        init?(_ bytes: [UInt8], at offset: Int) {
            guard offset <= bytes.count - Self.size, bytes[offset..<offset + 4].elementsEqual("TZif".utf8)
            else {
                return nil
            }
            func count(_ index: Int) -> Int {
                (0..<4).reduce(0) { $0 << 8 | Int(bytes[offset + 20 + index * 4 + $1]) }
            }
            version = bytes[offset + 4]
            others = (count(0), count(1), count(2), count(5))
            times = count(3)
            types = count(4)
            // Sums must not overflow, and no zone has had so many.
            guard
                [others.utc, others.standard, others.leaps, others.characters, times, types].allSatisfy({
                    $0 < 1 << 20
                })
            else { return nil }
        }

        func bodySize(timeSize: Int) -> Int {
            times * (timeSize + 1) + types * 6 + others.characters + others.leaps * (timeSize + 4)
                + others.standard + others.utc
        }
    }
}
