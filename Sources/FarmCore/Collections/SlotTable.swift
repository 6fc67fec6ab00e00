/// Values at small stable numbers, with a generation a slot, so that a number kept elsewhere can be told from
/// a later user of the same slot. Insert, remove and look-up are O(1) and allocate only when the table grows.
///
/// The memory is its own, because a record must be read and changed in place: through an array of optionals
/// each access copied the record and counted references for every array in it, 100 times the cost (measured).
struct SlotTable<Element>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>
    private var capacity: Int
    /// Odd while the slot is in use; one more with each insertion and each removal.
    private var generations: [UInt32] = []
    private var free: [Int32] = []
    private(set) var count = 0

    init() {
        capacity = 16
        base = .allocate(capacity: capacity)
    }

    deinit {
        for slot in generations.indices where generations[slot] & 1 == 1 {
            (base + slot).deinitialize(count: 1)
        }
        base.deallocate()
    }

    /// Puts `element` into a free slot and returns its number.
    mutating func insert(_ element: consuming Element) -> Int32 {
        count += 1
        if let slot = free.popLast() {
            (base + Int(slot)).initialize(to: element)
            generations[Int(slot)] &+= 1
            return slot
        }
        if generations.count == capacity { grow() }
        (base + generations.count).initialize(to: element)
        generations.append(1)
        return Int32(generations.count - 1)
    }

    /// Empties a slot; its generation moves on. Precondition: the slot is in use.
    mutating func remove(_ slot: Int32) {
        precondition(generations[Int(slot)] & 1 == 1, "slot \(slot) is empty already")
        (base + Int(slot)).deinitialize(count: 1)
        generations[Int(slot)] &+= 1
        free.append(slot)
        count -= 1
    }

    /// Precondition: the slot is in use.
    subscript(slot: Int32) -> Element {
        @inline(__always) unsafeAddress {
            precondition(generations[Int(slot)] & 1 == 1, "slot is empty")
            return UnsafePointer(base + Int(slot))
        }
        @inline(__always) unsafeMutableAddress {
            precondition(generations[Int(slot)] & 1 == 1, "slot is empty")
            return base + Int(slot)
        }
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

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: base, count: capacity)
        base.deallocate()
        base = larger
        capacity *= 2
    }
}
