/// A min-heap over small whole numbers whose keys can change while they are in it. All operations O(log n);
/// nothing is allocated but when a number higher than any before comes in.
struct IndexedHeap<Key: Comparable> {
    private var heap: [Int32] = []
    /// Position in `heap`, or -1, by number.
    private var positions: [Int32] = []
    private var keys: [Key] = []
    private let filler: Key

    /// `filler` stands in for keys of numbers that never came in; it is never compared.
    init(filler: Key) { self.filler = filler }

    var isEmpty: Bool { heap.isEmpty }
    var count: Int { heap.count }
    /// The number with the smallest key.
    var top: Int32? { heap.first }
    /// The smallest key but that of the top; nil if there is no other.
    var secondKey: Key? {
        guard heap.count > 1 else { return nil }
        let second = keys[Int(heap[1])]
        return heap.count > 2 ? min(second, keys[Int(heap[2])]) : second
    }
    /// All numbers, in no useful order.
    var members: [Int32] { heap }

    func contains(_ number: Int32) -> Bool {
        Int(number) < positions.count && positions[Int(number)] >= 0
    }

    func key(of number: Int32) -> Key { keys[Int(number)] }

    /// Inserts the number, or moves it to where its new key belongs.
    mutating func update(_ number: Int32, key: Key) {
        let index = Int(number)
        while positions.count <= index {
            positions.append(-1)
            keys.append(filler)
        }
        if positions[index] < 0 {
            keys[index] = key
            positions[index] = Int32(heap.count)
            heap.append(number)
            siftUp(heap.count - 1)
        } else {
            let grew = keys[index] < key
            keys[index] = key
            if grew { siftDown(Int(positions[index])) } else { siftUp(Int(positions[index])) }
        }
    }

    /// Takes the number out; nothing happens if it is not in.
    mutating func remove(_ number: Int32) {
        guard contains(number) else { return }
        let hole = Int(positions[Int(number)])
        positions[Int(number)] = -1
        let last = heap.removeLast()
        guard hole < heap.count else { return }
        heap[hole] = last
        positions[Int(last)] = Int32(hole)
        siftDown(hole)
        siftUp(Int(positions[Int(last)]))
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        let moving = heap[index]
        while index > 0 {
            let parent = (index - 1) / 2
            guard keys[Int(moving)] < keys[Int(heap[parent])] else { break }
            heap[index] = heap[parent]
            positions[Int(heap[index])] = Int32(index)
            index = parent
        }
        heap[index] = moving
        positions[Int(moving)] = Int32(index)
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        let moving = heap[index]
        while true {
            var child = 2 * index + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, keys[Int(heap[child + 1])] < keys[Int(heap[child])] { child += 1 }
            guard keys[Int(heap[child])] < keys[Int(moving)] else { break }
            heap[index] = heap[child]
            positions[Int(heap[index])] = Int32(index)
            index = child
        }
        heap[index] = moving
        positions[Int(moving)] = Int32(index)
    }
}
