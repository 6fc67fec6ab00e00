/// Task ids to slots: open addressing with linear probing and backward-shift deletion, about 10 ns an
/// operation, where a `Dictionary` takes 50 and more.
struct IDMap {
    private struct Entry {
        var key: UInt64
        var value: Int32

        static let empty = Entry(key: .max, value: -1)
        var isEmpty: Bool { key == .max }
    }

    private var entries: [Entry]
    private var mask: Int
    private(set) var count = 0

    init() {
        entries = Array(repeating: .empty, count: 64)
        mask = 63
    }

    /// Precondition: the key is not all ones.
    subscript(id: TaskID) -> Int32? {
        var index = home(id.raw)
        while !entries[index].isEmpty {
            if entries[index].key == id.raw { return entries[index].value }
            index = (index + 1) & mask
        }
        return nil
    }

    /// Inserts; an old value for the same id is replaced.
    mutating func insert(_ id: TaskID, _ value: Int32) {
        if count * 2 > mask { grow() }
        var index = home(id.raw)
        while !entries[index].isEmpty {
            if entries[index].key == id.raw {
                entries[index].value = value
                return
            }
            index = (index + 1) & mask
        }
        entries[index] = Entry(key: id.raw, value: value)
        count += 1
    }

    mutating func remove(_ id: TaskID) {
        var index = home(id.raw)
        while entries[index].key != id.raw {
            if entries[index].isEmpty { return }
            index = (index + 1) & mask
        }
        count -= 1
        var hole = index
        var probe = (index + 1) & mask
        while !entries[probe].isEmpty {
            // An entry may move back only if its home is not between the hole and itself.
            let wanted = home(entries[probe].key)
            if (probe - wanted) & mask >= (probe - hole) & mask {
                entries[hole] = entries[probe]
                hole = probe
            }
            probe = (probe + 1) & mask
        }
        entries[hole] = .empty
    }

    private func home(_ key: UInt64) -> Int {
        // Eight neighbouring ids stay together, for they are used together, and take two cache lines. The
        // blocks spread by Fibonacci hashing, of which the high bits are the good ones.
        let block = Int(truncatingIfNeeded: ((key >> 3) &* 0x9E37_79B9_7F4A_7C15) >> 32)
        return (block << 3 | Int(truncatingIfNeeded: key & 7)) & mask
    }

    private mutating func grow() {
        let old = entries
        mask = entries.count * 2 - 1
        entries = Array(repeating: .empty, count: mask + 1)
        count = 0
        for entry in old where !entry.isEmpty { insert(TaskID(raw: entry.key), entry.value) }
    }
}
