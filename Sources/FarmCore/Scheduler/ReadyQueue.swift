/// The runnable tasks: by priority, then owner, then job, then placement class, then id. Owners and jobs are
/// chosen by what they have had (`service`); tasks of an array that were never sent are one entry together.
///
/// A queue whose class no engine has room for is *parked* with its class, out of choice, so that it never
/// stands before one that could run. Every step costs O(log n) in jobs, classes or groups, and O(owners).
struct ReadyQueue: ~Copyable {
    struct Key: Hashable {
        var priority: Int32
        var owner: Int32
        /// The job's slot.
        var job: Int32
        /// The class's slot.
        var placement: Int32
    }

    /// Tasks of one job, priority and class.
    struct Queue {
        var key: Key
        var node: Int32
        /// Number within the node's heap.
        var local: Int32
        /// Groups and single tasks that are of it, queued or not.
        var users = 1
        var isParked = false
        /// There is something in it, as far as its node knows.
        var isPending = false
        /// Groups with tasks never sent, by first id.
        var groups = MinHeap()
        /// Tasks that were sent before, by id.
        var tasks = MinHeap()

        var head: UInt64 { min(groups.first?.key ?? .max, tasks.first?.key ?? .max) }
    }

    /// A job's queues of one priority.
    struct JobNode {
        var job: Int32
        var id: UInt32
        var level: Int32
        var owner: Int32
        /// By local number; -1 where there is none.
        var queues: [Int32] = []
        var count = 0
        /// Of them, those with something in them, parked or not.
        var pending = 0
        var active = IndexedHeap<UInt64>()
        /// Nothing of the job is to be sent.
        var isPaused = false
        /// What the job has had, slot-nanoseconds by its weight.
        var service: Int64
        /// It is among its owner's jobs to choose from.
        var isActive = false
    }

    struct JobKey: Comparable {
        var service: Int64
        var id: UInt32

        static func < (a: JobKey, b: JobKey) -> Bool {
            a.service != b.service ? a.service < b.service : a.id < b.id
        }
    }

    struct OwnerNode {
        var owner: Int32
        /// Job nodes by their slots.
        var active = IndexedHeap<JobKey>()
        /// The most that a chosen job had had: who comes anew starts there.
        var level: Int64 = 0
    }

    struct Level {
        var priority: Int32
        var owners: [OwnerNode] = []
        /// Job nodes to choose from.
        var active = 0
    }

    var queues = SlotTable<Queue>()
    var nodes = SlotTable<JobNode>()
    private(set) var levels: [Level] = []
    /// Places in `levels`, highest priority first.
    private(set) var order: [Int32] = []
    private var index: [Key: Int32] = [:]
    private var nodeIndex: [NodeKey: Int32] = [:]

    private struct NodeKey: Hashable {
        var priority: Int32
        var job: Int32
    }

    /// The queue for the key, made if need be; `isNew` says so. Whoever asks is one user more.
    mutating func queue(for key: Key, id: JobID, isPaused: Bool) -> (queue: Int32, isNew: Bool) {
        if let known = index[key] {
            queues[known].users += 1
            return (known, false)
        }
        let node = node(for: key, id: id, isPaused: isPaused)
        let local: Int32
        if nodes[node].count < nodes[node].queues.count,
            let free = nodes[node].queues.firstIndex(of: -1)
        {
            local = Int32(free)
        } else {
            local = Int32(nodes[node].queues.count)
            nodes[node].queues.append(-1)
        }
        let queue = queues.insert(Queue(key: key, node: node, local: local))
        nodes[node].queues[Int(local)] = queue
        nodes[node].count += 1
        index[key] = queue
        return (queue, true)
    }

    private mutating func node(for key: Key, id: JobID, isPaused: Bool) -> Int32 {
        let nodeKey = NodeKey(priority: key.priority, job: key.job)
        if let known = nodeIndex[nodeKey] { return known }
        let level = level(of: key.priority)
        var owner = levels[Int(level)].owners.firstIndex { $0.owner == key.owner } ?? -1
        if owner < 0 {
            owner = levels[Int(level)].owners.count
            levels[Int(level)].owners.append(OwnerNode(owner: key.owner))
        }
        let node = nodes.insert(
            JobNode(
                job: key.job, id: id.raw, level: level, owner: Int32(owner), isPaused: isPaused, service: 0))
        nodeIndex[nodeKey] = node
        return node
    }

    private mutating func level(of priority: Int32) -> Int32 {
        let place = order.firstIndex { levels[Int($0)].priority <= priority } ?? order.count
        if place < order.count, levels[Int(order[place])].priority == priority { return order[place] }
        let level = Int32(levels.count)
        levels.append(Level(priority: priority))
        order.insert(level, at: place)
        return level
    }

    /// One user less; true if that was the last and the queue is gone.
    mutating func release(_ queue: Int32) -> Bool {
        queues[queue].users -= 1
        guard queues[queue].users == 0 else { return false }
        let (key, node, local) = (queues[queue].key, queues[queue].node, queues[queue].local)
        if queues[queue].isPending { nodes[node].pending -= 1 }
        nodes[node].active.remove(local)
        nodes[node].queues[Int(local)] = -1
        nodes[node].count -= 1
        index[key] = nil
        queues.remove(queue)
        refresh(node: node)
        if nodes[node].count == 0 {
            nodeIndex[NodeKey(priority: key.priority, job: key.job)] = nil
            nodes.remove(node)
        }
        return true
    }

    /// Puts the queue where its head belongs among its job's; out if it is empty or parked.
    mutating func refresh(_ queue: Int32) {
        let node = queues[queue].node
        var head = queues[queue].head
        if (head < .max) != queues[queue].isPending { setPending(queue, head < .max) }
        if queues[queue].isParked { head = .max }
        if head == .max {
            nodes[node].active.remove(queues[queue].local)
        } else {
            nodes[node].active.update(queues[queue].local, key: head)
        }
        refresh(node: node)
    }

    /// A job that had nothing to run and has now starts level with its owner's others, not with all that it
    /// did not use in its favour.
    private mutating func setPending(_ queue: Int32, _ isPending: Bool) {
        let node = queues[queue].node
        queues[queue].isPending = isPending
        nodes[node].pending += isPending ? 1 : -1
        guard isPending, nodes[node].pending == 1 else { return }
        let level = levels[Int(nodes[node].level)].owners[Int(nodes[node].owner)].level
        if nodes[node].service < level { setService(level, of: node) }
    }

    /// Notes that this queue was chosen.
    mutating func chose(_ queue: Int32) {
        let node = queues[queue].node
        let (level, owner) = (Int(nodes[node].level), Int(nodes[node].owner))
        if levels[level].owners[owner].level < nodes[node].service {
            levels[level].owners[owner].level = nodes[node].service
        }
    }

    /// Puts the job where what it has had belongs among its owner's.
    private mutating func refresh(node: Int32) {
        let (level, owner) = (Int(nodes[node].level), Int(nodes[node].owner))
        let wanted = !nodes[node].active.isEmpty && !nodes[node].isPaused
        if !wanted {
            guard nodes[node].isActive else { return }
            nodes[node].isActive = false
            levels[level].active -= 1
            levels[level].owners[owner].active.remove(node)
        } else {
            guard !nodes[node].isActive else { return }
            nodes[node].isActive = true
            levels[level].active += 1
            levels[level].owners[owner].active.update(
                node, key: JobKey(service: nodes[node].service, id: nodes[node].id))
        }
    }

    /// Sets what the queue's job has had.
    mutating func setService(_ service: Int64, of node: Int32) {
        nodes[node].service = service
        guard nodes[node].isActive else { return }
        levels[Int(nodes[node].level)].owners[Int(nodes[node].owner)].active.update(
            node, key: JobKey(service: service, id: nodes[node].id))
    }

    mutating func setPaused(_ isPaused: Bool, node: Int32) {
        nodes[node].isPaused = isPaused
        refresh(node: node)
    }

    /// The queue whose head goes next at this level: of the owner who has had least the job that has had
    /// least, and of that the lowest id.
    func next(atLevel level: Int32, service: [Int64]) -> Int32? {
        var best = -1
        var bestService = Int64.max
        let owners = levels[Int(level)].owners
        for number in owners.indices where !owners[number].active.isEmpty {
            let served = service[Int(owners[number].owner)]
            if best < 0 || served < bestService {
                best = number
                bestService = served
            }
        }
        guard best >= 0, let node = owners[best].active.top, let local = nodes[node].active.top else {
            return nil
        }
        return nodes[node].queues[Int(local)]
    }

    /// Up to which id the queue that was chosen would be chosen again and again: all, if it is alone at its
    /// level; until another of its job is first, if that is; 0 where owners or jobs take turns.
    func end(ofTurn queue: Int32) -> UInt64 {
        let node = queues[queue].node
        guard levels[Int(nodes[node].level)].active == 1 else { return 0 }
        return nodes[node].active.secondKey ?? .max
    }
}
