/// Memory for the C strings and pointer tables of one spawn, used again for the next.
///
/// The room is reserved before, so pointers into it stay good until the next `reserve`.
struct SpawnArena: ~Copyable {
    private var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 10, alignment: 16)
    private var used = 0
    private var table = UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: 512)
    private var filled = 0
    /// Whether a string with a zero byte was added; C would see only what is before it.
    private(set) var sawZero = false

    deinit {
        bytes.deallocate()
        table.deallocate()
    }

    /// Forgets everything and makes room.
    mutating func reserve(byteCount: Int, pointers: Int) {
        used = 0
        filled = 0
        sawZero = false
        if bytes.count < byteCount {
            bytes.deallocate()
            bytes = .allocate(byteCount: byteCount * 2, alignment: 16)
        }
        if table.count < pointers {
            table.deallocate()
            table = .allocate(capacity: pointers * 2)
        }
    }

    /// Copies `string` and ends it with a zero byte.
    mutating func add(_ string: String) -> UnsafeMutablePointer<CChar> {
        let start = used
        append(string)
        return end(from: start)
    }

    /// `directory/name`, or just the name when the directory is empty.
    mutating func add(directory: Substring, name: String) -> UnsafeMutablePointer<CChar> {
        let start = used
        if !directory.isEmpty {
            append(directory)
            append("/")
        }
        append(name)
        return end(from: start)
    }

    private mutating func append(_ string: some StringProtocol) {
        let count = string.utf8.count
        precondition(used + count < bytes.count, "more was added than reserved")
        for (index, byte) in string.utf8.enumerated() { bytes[used + index] = byte }
        used += count
    }

    private mutating func append(_ string: String) {
        var string = string
        string.withUTF8 { source in
            precondition(used + source.count < bytes.count, "more was added than reserved")
            guard let base = source.baseAddress else { return }
            (bytes.baseAddress! + used).copyMemory(from: base, byteCount: source.count)
            used += source.count
        }
    }

    private mutating func end(from start: Int) -> UnsafeMutablePointer<CChar> {
        if bytes[start..<used].contains(0) { sawZero = true }
        bytes[used] = 0
        used += 1
        return (bytes.baseAddress! + start).assumingMemoryBound(to: CChar.self)
    }

    /// Where the next pointer table begins.
    var tableStart: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> { table.baseAddress! + filled }

    /// Adds to the current table; nil ends it.
    mutating func push(_ pointer: UnsafeMutablePointer<CChar>?) {
        table[filled] = pointer
        filled += 1
    }
}
