/// All connections that the controller knows: found by session in one step, by connection through one hash.
///
/// A `SessionID` is a count that rises, with the slot's index in its low bits: so ids rise, none is used
/// twice, and an id of an earlier holder of a slot does not fit it any more.
struct SessionTable {
    private static let indexBits: UInt64 = 20
    private static let indexMask: UInt64 = 1 << indexBits - 1

    private(set) var slots: ContiguousArray<SessionSlot> = []
    private var free: [Int] = []
    private var byAddress: [UInt64: Int] = [:]
    private var count: UInt64 = 0
    private let limit: Int

    init(limit: Int) {
        self.limit = min(limit, Int(Self.indexMask))
    }

    /// Connections known.
    var population: Int { byAddress.count }

    subscript(index: Int) -> SessionSlot {
        _read { yield slots[index] }
        _modify { yield &slots[index] }
    }

    func index(of address: LinkAddress) -> Int? { byAddress[address.raw] }

    func index(of session: SessionID) -> Int? {
        let index = Int(session.raw & Self.indexMask)
        guard index < slots.count, slots[index].id == session, slots[index].phase != .free else { return nil }
        return index
    }

    /// A slot for a connection that has none; nil when all are taken.
    mutating func open(_ address: LinkAddress, _ phase: SessionSlot.Phase, at now: Instant) -> Int? {
        guard population < limit else { return nil }
        let index: Int
        if let reused = free.popLast() {
            index = reused
        } else {
            index = slots.count
            slots.append(SessionSlot())
        }
        count += 1
        slots[index].id = SessionID(count << Self.indexBits | UInt64(index))
        slots[index].phase = phase
        slots[index].address = address
        slots[index].lastHeard = now
        slots[index].since = now
        byAddress[address.raw] = index
        return index
    }

    mutating func close(_ index: Int) {
        byAddress[slots[index].address.raw] = nil
        slots[index] = SessionSlot()
        free.append(index)
    }
}
