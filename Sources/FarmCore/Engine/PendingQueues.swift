/// Attempts that wait for a slot and for what they need: a queue for each need, so that a start looks at
/// queue heads only.
struct PendingQueues {
    private struct GPUQueue {
        let cpus: Int32
        let gpus: Int32
        var list = AttemptList()
    }

    /// Of those that need no GPU, by the number of their CPUs.
    private var byCPUs: [AttemptList]
    /// Of those that do; no queue is empty.
    private var withGPUs: [GPUQueue] = []
    /// No attempt of `byCPUs` needs more.
    private var widest = 0
    /// Attempts in all.
    private(set) var count = 0

    /// - Parameter cpus: the most that an attempt may need.
    init(cpus: Int) { byCPUs = Array(repeating: AttemptList(), count: cpus + 1) }

    mutating func append(_ slot: Int32, in table: inout AttemptTable) {
        count += 1
        let (cpus, gpus) = (table[slot].cpus, table[slot].gpus)
        if gpus == 0 {
            widest = max(widest, Int(cpus))
            return byCPUs[Int(cpus)].append(slot, in: &table)
        }
        let index = withGPUs.firstIndex { $0.cpus == cpus && $0.gpus == gpus } ?? withGPUs.count
        if index == withGPUs.count { withGPUs.append(GPUQueue(cpus: cpus, gpus: gpus)) }
        withGPUs[index].list.append(slot, in: &table)
    }

    /// Precondition: the attempt is in one of them.
    mutating func remove(_ slot: Int32, in table: inout AttemptTable) {
        count -= 1
        let (cpus, gpus) = (table[slot].cpus, table[slot].gpus)
        if gpus == 0 {
            byCPUs[Int(cpus)].remove(slot, in: &table)
        } else if let index = withGPUs.firstIndex(where: { $0.cpus == cpus && $0.gpus == gpus }) {
            withGPUs[index].list.remove(slot, in: &table)
            if withGPUs[index].list.count == 0 { withGPUs.remove(at: index) }
        }
        if count == 0 { widest = 0 }
    }

    /// The first to come of those that so much is enough for.
    func oldest(cpus: Int, gpus: Int, in table: borrowing AttemptTable) -> Int32? {
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
        for queue in withGPUs where Int(queue.cpus) <= cpus && Int(queue.gpus) <= gpus {
            guard table[queue.list.first].order < bestOrder else { continue }
            best = queue.list.first
            bestOrder = table[best].order
        }
        return best == Attempt.none ? nil : best
    }

    /// One of them; nil if there are none.
    var any: Int32? {
        if let queue = withGPUs.first { return queue.list.first }
        return byCPUs.first { $0.count > 0 }?.first
    }

    /// All queues that hold something, those without GPUs first, by the number of CPUs.
    var lists: [AttemptList] { byCPUs.filter { $0.count > 0 } + withGPUs.map(\.list) }
}
