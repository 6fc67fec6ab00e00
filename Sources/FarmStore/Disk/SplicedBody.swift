import FarmCore

/// A row's body as stored: u32 number of payloads kept as files, for each u32 offset · u32 length · 32 bytes
/// of digest, then the bytes with those payloads left out. Little-endian.
enum SplicedBody {
    private static let entryBytes = 40
    /// Far more than any row's bytes come to; what claims more is refused before room is made for it.
    static let largestBytes = 1 << 30

    /// The body with the payloads in `large` written to files first.
    static func pack(
        _ bytes: [UInt8], large: [Range<Int>], files: PayloadFiles, digests: inout [PayloadFiles.Digest]
    ) throws(LedgerError) -> [UInt8] {
        var body: [UInt8] = []
        let apart = large.reduce(0) { $0 + $1.count }
        body.reserveCapacity(4 + large.count * entryBytes + bytes.count - apart)
        put(UInt32(large.count), to: &body)
        for range in large {
            let digest = try files.keep(bytes[range])
            digests.append(digest)
            put(UInt32(range.lowerBound), to: &body)
            put(UInt32(range.count), to: &body)
            body += digest
        }
        var start = 0
        for range in large {
            body += bytes[start..<range.lowerBound]
            start = range.upperBound
        }
        body += bytes[start...]
        return body
    }

    /// The files that it needs, with their sizes.
    static func payloads(
        in body: UnsafeRawBufferPointer
    ) throws(LedgerError) -> [(digest: PayloadFiles.Digest, count: Int)] {
        (0..<(try count(in: body))).map { index in
            let entry = 4 + index * entryBytes
            return (Array(body[entry + 8..<entry + entryBytes]), Int(word(body, entry + 4)))
        }
    }

    /// Calls `use` with the bytes as they were given; payloads are read from their files, or are zeros
    /// without `files`.
    static func unpack(
        _ body: UnsafeRawBufferPointer, files: PayloadFiles?, limitBytes: Int = largestBytes,
        _ use: (UnsafeRawBufferPointer) -> Void
    ) throws(LedgerError) {
        let count = try count(in: body)
        let rest = UnsafeRawBufferPointer(rebasing: body[(4 + count * entryBytes)...])
        guard count > 0 else { return use(rest) }
        var apart = 0
        for index in 0..<count { apart += Int(word(body, 4 + index * entryBytes + 4)) }
        guard apart <= limitBytes - rest.count else { throw malformed }
        var whole = [UInt8](repeating: 0, count: rest.count + apart)
        var taken = 0
        var filled = 0
        for index in 0..<count {
            let offset = Int(word(body, 4 + index * entryBytes))
            let length = Int(word(body, 4 + index * entryBytes + 4))
            guard offset >= filled, offset - filled <= rest.count - taken else { throw malformed }
            copy(rest, taken..<taken + offset - filled, to: &whole, at: filled)
            taken += offset - filled
            filled = offset + length
            guard let files else { continue }
            let digest = Array(body[4 + index * entryBytes + 8..<4 + (index + 1) * entryBytes])
            let payload = try files.read(digest, count: length)
            payload.withUnsafeBytes { copy($0, 0..<length, to: &whole, at: offset) }
        }
        copy(rest, taken..<rest.count, to: &whole, at: filled)
        whole.withUnsafeBytes(use)
    }

    private static func copy(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, to target: inout [UInt8], at offset: Int
    ) {
        guard !range.isEmpty else { return }
        target.withUnsafeMutableBytes { target in
            target[offset..<offset + range.count].copyBytes(from: bytes[range])
        }
    }

    private static func count(in body: UnsafeRawBufferPointer) throws(LedgerError) -> Int {
        guard body.count >= 4 else { throw malformed }
        let count = Int(word(body, 0))
        guard count <= (body.count - 4) / entryBytes else { throw malformed }
        return count
    }

    private static let malformed = LedgerError(.damaged, "a record's body is not laid out as one")

    private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    private static func put(_ value: UInt32, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
