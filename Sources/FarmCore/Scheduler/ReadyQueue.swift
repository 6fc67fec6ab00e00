/// The runnable tasks, by (priority, owner, id), apart by *placement class* so that a task no engine has room
/// for never blocks another behind it. Every step is O(log n) in the number of queues or of groups; tasks of
/// an array that were never sent are one entry together.
struct ReadyQueue {
    struct Key: Hashable {
        var priority: Int32
        var owner: Int32
        var placement: Int32
    }

    struct ClassQueue {
        var key: Key
        var level: Int
        var ownerNode: Int
        /// Number within the owner's heap.
        var local: Int32
        /// Groups with tasks never sent, by first id.
        var groups = MinHeap()
        /// Tasks that were sent before, by id.
        var tasks = MinHeap()

        var head: UInt64 { min(groups.first?.key ?? .max, tasks.first?.key ?? .max) }
    }

    struct OwnerNode {
        var owner: Int32
        var queues: [Int32] = []
        var active = IndexedHeap<UInt64>(filler: .max)
    }

    struct Level {
        var priority: Int32
        var owners: [OwnerNode] = []
    }

    private(set) var queues: [ClassQueue] = []
    /// Highest priority first.
    private(set) var levels: [Level] = []
    private var index: [Key: Int32] = [:]

    /// The queue for the key, made if need be. O(levels) when made.
    mutating func queue(for key: Key) -> Int32 {
        if let known = index[key] { return known }
        var level = levels.firstIndex { $0.priority <= key.priority } ?? levels.count
        if level == levels.count || levels[level].priority != key.priority {
            levels.insert(Level(priority: key.priority), at: level)
            for number in queues.indices where queues[number].level >= level { queues[number].level += 1 }
        }
        level = levels.firstIndex { $0.priority == key.priority } ?? level
        let node: Int
        if let known = levels[level].owners.firstIndex(where: { $0.owner == key.owner }) {
            node = known
        } else {
            node = levels[level].owners.count
            levels[level].owners.append(OwnerNode(owner: key.owner))
        }
        let number = Int32(queues.count)
        let local = Int32(levels[level].owners[node].queues.count)
        levels[level].owners[node].queues.append(number)
        queues.append(ClassQueue(key: key, level: level, ownerNode: node, local: local))
        index[key] = number
        return number
    }

    mutating func push(group slot: Int32, firstID: UInt64, generation: UInt32, queue: Int32) {
        queues[Int(queue)].groups.push(.init(key: firstID, slot: slot, generation: generation))
        refresh(queue)
    }

    mutating func push(task slot: Int32, id: TaskID, generation: UInt32, queue: Int32) {
        queues[Int(queue)].tasks.push(.init(key: id.raw, slot: slot, generation: generation))
        refresh(queue)
    }

    mutating func removeFirstGroup(of queue: Int32) { queues[Int(queue)].groups.removeFirst() }
    mutating func removeFirstTask(of queue: Int32) { queues[Int(queue)].tasks.removeFirst() }

    /// Puts the queue where its head belongs among its owner's, or out if it is empty.
    mutating func refresh(_ queue: Int32) {
        let level = queues[Int(queue)].level
        let node = queues[Int(queue)].ownerNode
        let local = queues[Int(queue)].local
        let head = queues[Int(queue)].head
        if head == .max {
            levels[level].owners[node].active.remove(local)
        } else {
            levels[level].owners[node].active.update(local, key: head)
        }
    }

    /// Leaves the queue out of choice until `refresh`.
    mutating func setAside(_ queue: Int32) {
        let level = queues[Int(queue)].level
        levels[level].owners[queues[Int(queue)].ownerNode].active.remove(queues[Int(queue)].local)
    }

    /// The queue whose head goes next at this level: of the owner who has had least service, the one with the
    /// lowest id.
    func next(atLevel level: Int, service: [Int64]) -> Int32? {
        var best = -1
        var bestService = Int64.max
        for (number, node) in levels[level].owners.enumerated() where !node.active.isEmpty {
            let served = service[Int(node.owner)]
            if best < 0 || served < bestService {
                best = number
                bestService = served
            }
        }
        guard best >= 0, let local = levels[level].owners[best].active.top else { return nil }
        return levels[level].owners[best].queues[Int(local)]
    }
}
