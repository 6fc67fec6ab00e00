/// Values at small stable numbers, with a generation a slot, so that a number kept elsewhere can be told from
/// a later user of the same slot. Insert, remove and look-up are O(1) and allocate only when the table grows.
///
/// The memory is its own, because a record must be read and changed in place: through an array of optionals
/// each access copied the record and counted references for every array in it, 100 times the cost (measured).
/// It comes in chunks that stay where they are: a table that grows copies no record and leaves none empty but
/// in its last chunk.
struct SlotTable<Element>: ~Copyable {
    private static var chunkShift: Int { 8 }
    private var chunks: UnsafeMutablePointer<UnsafeMutablePointer<Element>>
    private var chunkCount = 0
    private var chunkCapacity = 4
    /// Odd while the slot is in use; one more with each insertion and each removal.
    private var generations: [UInt32] = []
    private var free: [Int32] = []
    private(set) var count = 0

    init() {
        chunks = .allocate(capacity: chunkCapacity)
    }

    deinit {
        for slot in generations.indices where generations[slot] & 1 == 1 {
            address(Int32(slot)).deinitialize(count: 1)
        }
        for chunk in 0..<chunkCount { chunks[chunk].deallocate() }
        chunks.deallocate()
    }

    @inline(__always) private func address(_ slot: Int32) -> UnsafeMutablePointer<Element> {
        chunks[Int(slot) >> Self.chunkShift] + (Int(slot) & ((1 << Self.chunkShift) - 1))
    }

    /// Puts `element` into a free slot and returns its number.
    mutating func insert(_ element: consuming Element) -> Int32 {
        count += 1
        if let slot = free.popLast() {
            address(slot).initialize(to: element)
            generations[Int(slot)] &+= 1
            return slot
        }
        let slot = Int32(generations.count)
        if generations.count == chunkCount << Self.chunkShift { addChunk() }
        address(slot).initialize(to: element)
        generations.append(1)
        return slot
    }

    /// Empties a slot; its generation moves on. Precondition: the slot is in use.
    mutating func remove(_ slot: Int32) {
        precondition(generations[Int(slot)] & 1 == 1, "slot \(slot) is empty already")
        address(slot).deinitialize(count: 1)
        generations[Int(slot)] &+= 1
        free.append(slot)
        count -= 1
    }

    /// Precondition: the slot is in use.
    subscript(slot: Int32) -> Element {
        @inline(__always) unsafeAddress { pointer(to: slot) }
        @inline(__always) unsafeMutableAddress {
            precondition(generations[Int(slot)] & 1 == 1, "slot is empty")
            return address(slot)
        }
    }

    /// Where the record lies, until it is removed. Precondition: the slot is in use.
    @inline(__always) func pointer(to slot: Int32) -> UnsafePointer<Element> {
        precondition(generations[Int(slot)] & 1 == 1, "slot is empty")
        return UnsafePointer(address(slot))
    }

    func contains(_ slot: Int32) -> Bool {
        slot >= 0 && slot < Int32(generations.count) && generations[Int(slot)] & 1 == 1
    }

    /// Whether the slot is in use by whoever had this generation. A removed slot's number is even, never
    /// given out.
    func contains(_ slot: Int32, generation: UInt32) -> Bool {
        slot >= 0 && slot < Int32(generations.count) && generations[Int(slot)] == generation
            && generation & 1 == 1
    }

    func generation(of slot: Int32) -> UInt32 { generations[Int(slot)] }

    /// The numbers of the slots in use, rising. O(capacity).
    var slots: [Int32] {
        var result: [Int32] = []
        result.reserveCapacity(count)
        for slot in generations.indices where generations[slot] & 1 == 1 { result.append(Int32(slot)) }
        return result
    }

    private mutating func addChunk() {
        if chunkCount == chunkCapacity {
            let larger = UnsafeMutablePointer<UnsafeMutablePointer<Element>>.allocate(
                capacity: chunkCapacity * 2)
            larger.moveInitialize(from: chunks, count: chunkCount)
            chunks.deallocate()
            chunks = larger
            chunkCapacity *= 2
        }
        (chunks + chunkCount).initialize(to: .allocate(capacity: 1 << Self.chunkShift))
        chunkCount += 1
    }
}
