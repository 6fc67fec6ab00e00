/// Queues of one class, level and owner that wait for an engine with room, best first.
///
/// Entries are never looked for: who takes one out checks that the queue is still there and parked.
struct ParkedQueues {
    struct Entry {
        var key: ReadyQueue.JobKey
        var head: UInt64
        var queue: Int32
        var generation: UInt32

        func goes(before other: Entry) -> Bool {
            key != other.key ? key < other.key : head < other.head
        }
    }

    var level: Int32
    var owner: Int32
    private(set) var entries: [Entry] = []

    init(level: Int32, owner: Int32) {
        self.level = level
        self.owner = owner
    }

    mutating func push(_ entry: Entry) {
        entries.append(entry)
        var index = entries.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard entry.goes(before: entries[parent]) else { break }
            entries[index] = entries[parent]
            index = parent
        }
        entries[index] = entry
    }

    mutating func popFirst() -> Entry? {
        guard let first = entries.first else { return nil }
        let moving = entries.removeLast()
        guard !entries.isEmpty else { return first }
        var index = 0
        while true {
            var child = 2 * index + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, entries[child + 1].goes(before: entries[child]) { child += 1 }
            guard entries[child].goes(before: moving) else { break }
            entries[index] = entries[child]
            index = child
        }
        entries[index] = moving
        return first
    }
}
