/// What is going to happen in a simulated network, by time; things of one time in the order in which they
/// were put in.
struct MemoryQueue {
    enum Event {
        case connect(MemoryLink)
        /// The next frame of that connection arrives.
        case toController(MemoryLink, routing: UInt32)
        case toPeer(MemoryLink, routing: UInt32)
        /// The controller's side of a connection ends.
        case gone(routing: UInt32)
        case timer(MemoryLink)
        case desk(SessionDesk)
    }

    private var heap: [(at: Instant, order: UInt64, event: Event)] = []
    private var count: UInt64 = 0

    var nextTime: Instant? { heap.first?.at }

    mutating func push(_ event: Event, at moment: Instant) {
        count += 1
        heap.append((moment, count, event))
        var child = heap.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> (Instant, Event)? {
        guard !heap.isEmpty else { return nil }
        heap.swapAt(0, heap.count - 1)
        let (at, _, event) = heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isBefore(child, least) {
                least = child
            }
            if least == parent { return (at, event) }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func isBefore(_ a: Int, _ b: Int) -> Bool {
        (heap[a].at, heap[a].order) < (heap[b].at, heap[b].order)
    }
}
