/// A min-heap by a 64-bit key, with a slot and its generation as the value. Entries are never looked for: who
/// takes one out checks the generation, so a stale entry costs one comparison.
struct MinHeap {
    struct Entry {
        var key: UInt64
        var slot: Int32
        var generation: UInt32
    }

    private var entries: [Entry] = []

    var isEmpty: Bool { entries.isEmpty }
    var count: Int { entries.count }
    var first: Entry? { entries.first }
    /// All of them, in no order.
    var all: [Entry] { entries }

    mutating func push(_ entry: Entry) {
        entries.append(entry)
        var index = entries.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard entry.key < entries[parent].key else { break }
            entries[index] = entries[parent]
            index = parent
        }
        entries[index] = entry
    }

    /// Gives the first entry a greater key that is still none greater than the others'. Precondition: not
    /// empty.
    mutating func raiseFirst(to key: UInt64) { entries[0].key = key }

    /// Precondition: not empty.
    mutating func removeFirst() {
        let moving = entries.removeLast()
        guard !entries.isEmpty else { return }
        var index = 0
        while true {
            var child = 2 * index + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, entries[child + 1].key < entries[child].key { child += 1 }
            guard entries[child].key < moving.key else { break }
            entries[index] = entries[child]
            index = child
        }
        entries[index] = moving
    }
}
