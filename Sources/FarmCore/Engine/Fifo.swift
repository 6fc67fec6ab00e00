/// A first-in, first-out queue over one array that is used again: what was taken from the front is cleared
/// away when it is half of the array, so both ends cost O(1) on average and nothing is allocated in a steady
/// state.
package struct Fifo<Element> {
    private var storage: [Element] = []
    private var head = 0

    package init() {}

    package var count: Int { storage.count - head }
    package var isEmpty: Bool { storage.count == head }
    package var first: Element? { isEmpty ? nil : storage[head] }

    /// The element at `index` from the front. Precondition: below `count`.
    package subscript(index: Int) -> Element {
        _read { yield storage[head + index] }
        _modify { yield &storage[head + index] }
    }

    package mutating func append(_ element: Element) { storage.append(element) }

    /// Precondition: not empty. The value stays in the array until it is cleared away; large ones should be
    /// taken out of it first.
    package mutating func removeFirst() {
        precondition(!isEmpty, "the queue is empty")
        if storage.count == 1 {
            storage.removeLast()
            return
        }
        head += 1
        if head == storage.count {
            storage.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 32, head * 2 >= storage.count {
            storage.removeSubrange(..<head)
            head = 0
        }
    }
}
