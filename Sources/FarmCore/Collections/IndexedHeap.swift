/// A min-heap over small whole numbers whose keys can change while they are in it. All operations O(log n);
/// nothing is allocated but when a number higher than any before comes in.
///
/// Four children to a node, with the keys beside their numbers: with thousands of them it is the memory that
/// takes the time.
struct IndexedHeap<Key: Comparable> {
    private struct Entry {
        var key: Key
        var number: Int32
    }

    private var heap: [Entry] = []
    /// Position in `heap`, or -1, by number.
    private var positions: [Int32] = []

    var isEmpty: Bool { heap.isEmpty }
    var count: Int { heap.count }
    /// The number with the smallest key.
    var top: Int32? { heap.first?.number }
    /// The smallest key but that of the top; nil if there is no other.
    var secondKey: Key? {
        guard heap.count > 1 else { return nil }
        return heap[1..<min(5, heap.count)].map(\.key).min()
    }
    /// All numbers, in no useful order.
    var members: some Sequence<Int32> { heap.lazy.map(\.number) }

    func contains(_ number: Int32) -> Bool {
        Int(number) < positions.count && positions[Int(number)] >= 0
    }

    /// Precondition: the number is in.
    func key(of number: Int32) -> Key { heap[Int(positions[Int(number)])].key }

    /// Inserts the number, or moves it to where its new key belongs.
    mutating func update(_ number: Int32, key: Key) {
        let index = Int(number)
        while positions.count <= index { positions.append(-1) }
        let place = Int(positions[index])
        let entry = Entry(key: key, number: number)
        if place < 0 {
            heap.append(entry)
            siftUp(heap.count - 1, entry)
        } else if heap[place].key < key {
            siftDown(place, entry)
        } else {
            siftUp(place, entry)
        }
    }

    /// Takes the number out; nothing happens if it is not in.
    mutating func remove(_ number: Int32) {
        guard contains(number) else { return }
        let hole = Int(positions[Int(number)])
        positions[Int(number)] = -1
        let last = heap.removeLast()
        guard hole < heap.count else { return }
        if hole > 0, last.key < heap[(hole - 1) / 4].key { siftUp(hole, last) } else { siftDown(hole, last) }
    }

    /// Puts the entry at `start` or above it.
    private mutating func siftUp(_ start: Int, _ moving: Entry) {
        heap.withUnsafeMutableBufferPointer { heap in
            positions.withUnsafeMutableBufferPointer { positions in
                var index = start
                while index > 0 {
                    let parent = (index - 1) / 4
                    guard moving.key < heap[parent].key else { break }
                    heap[index] = heap[parent]
                    positions[Int(heap[index].number)] = Int32(truncatingIfNeeded: index)
                    index = parent
                }
                heap[index] = moving
                positions[Int(moving.number)] = Int32(truncatingIfNeeded: index)
            }
        }
    }

    /// Puts the entry at `start` or below it.
    private mutating func siftDown(_ start: Int, _ moving: Entry) {
        heap.withUnsafeMutableBufferPointer { heap in
            positions.withUnsafeMutableBufferPointer { positions in
                var index = start
                while 4 * index + 1 < heap.count {
                    var child = 4 * index + 1
                    for other in child + 1..<max(child + 1, min(child + 4, heap.count))
                    where heap[other].key < heap[child].key {
                        child = other
                    }
                    guard heap[child].key < moving.key else { break }
                    heap[index] = heap[child]
                    positions[Int(heap[index].number)] = Int32(truncatingIfNeeded: index)
                    index = child
                }
                heap[index] = moving
                positions[Int(moving.number)] = Int32(truncatingIfNeeded: index)
            }
        }
    }
}
