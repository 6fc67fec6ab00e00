/// Attempts that wait for a slot and for what they need: a queue for each need, so that a start looks at
/// queue heads only.
struct PendingQueues {
    private struct Queue {
        let cpus: Int32
        let gpus: Int32
        let memoryBytes: UInt64
        var list = AttemptList()

        func isOf(_ cpus: Int32, _ gpus: Int32, _ memoryBytes: UInt64) -> Bool {
            self.cpus == cpus && self.gpus == gpus && self.memoryBytes == memoryBytes
        }
    }

    /// Of those that need CPUs only, by their number.
    private var byCPUs: [AttemptList]
    /// Of those that need GPUs or memory; no queue is empty.
    private var others: [Queue] = []
    /// No attempt of `byCPUs` needs more.
    private var widest = 0
    /// Attempts in all.
    private(set) var count = 0

    /// - Parameter cpus: the most that an attempt may need.
    init(cpus: Int) { byCPUs = Array(repeating: AttemptList(), count: cpus + 1) }

    mutating func append(_ slot: Int32, in table: inout AttemptTable) {
        count += 1
        let (cpus, gpus, memory) = (table[slot].cpus, table[slot].gpus, table[slot].memoryBytes)
        if gpus == 0, memory == 0 {
            widest = max(widest, Int(cpus))
            return byCPUs[Int(cpus)].append(slot, in: &table)
        }
        let index = others.firstIndex { $0.isOf(cpus, gpus, memory) } ?? others.count
        if index == others.count { others.append(Queue(cpus: cpus, gpus: gpus, memoryBytes: memory)) }
        others[index].list.append(slot, in: &table)
    }

    /// Precondition: the attempt is in one of them.
    mutating func remove(_ slot: Int32, in table: inout AttemptTable) {
        count -= 1
        let (cpus, gpus, memory) = (table[slot].cpus, table[slot].gpus, table[slot].memoryBytes)
        if gpus == 0, memory == 0 {
            byCPUs[Int(cpus)].remove(slot, in: &table)
        } else if let index = others.firstIndex(where: { $0.isOf(cpus, gpus, memory) }) {
            others[index].list.remove(slot, in: &table)
            if others[index].list.count == 0 { others.remove(at: index) }
        }
        if count == 0 { widest = 0 }
    }

    /// The first to come of those that so much is enough for.
    func oldest(
        cpus: Int, gpus: Int, memoryBytes: UInt64, in table: borrowing AttemptTable
    ) -> Int32? {
        var best = Attempt.none
        var bestOrder = UInt64.max
        var width = 1
        let most = min(cpus, widest)
        while width <= most {
            let head = byCPUs[width].first
            if head != Attempt.none, table[head].order < bestOrder {
                best = head
                bestOrder = table[head].order
            }
            width += 1
        }
        for queue in others
        where Int(queue.cpus) <= cpus && Int(queue.gpus) <= gpus && queue.memoryBytes <= memoryBytes {
            guard table[queue.list.first].order < bestOrder else { continue }
            best = queue.list.first
            bestOrder = table[best].order
        }
        return best == Attempt.none ? nil : best
    }

    /// One of them; nil if there are none.
    var any: Int32? {
        if let queue = others.first { return queue.list.first }
        return byCPUs.first { $0.count > 0 }?.first
    }

    /// All queues that hold something, those of CPUs only first, by their number.
    var lists: [AttemptList] { byCPUs.filter { $0.count > 0 } + others.map(\.list) }
}
