/// What is going to happen outside the network, by time; things of one time in the order in which they were
/// put in.
struct Agenda {
    private struct Entry {
        var at: Instant
        var order: UInt64
        var body: () -> Void
    }

    private var heap: [Entry] = []
    private var count: UInt64 = 0

    var nextTime: Instant { heap.first?.at ?? .never }

    mutating func push(at moment: Instant, _ body: @escaping () -> Void) {
        count += 1
        heap.append(Entry(at: moment, order: count, body: body))
        var child = heap.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes the next thing out. Precondition: there is one.
    mutating func pop() -> () -> Void {
        heap.swapAt(0, heap.count - 1)
        let body = heap.removeLast().body
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isBefore(child, least) {
                least = child
            }
            if least == parent { return body }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func isBefore(_ a: Int, _ b: Int) -> Bool {
        heap[a].at != heap[b].at ? heap[a].at < heap[b].at : heap[a].order < heap[b].order
    }
}
