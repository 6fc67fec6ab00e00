/// All attempts that an engine holds: found by slot or by dispatch name, and strung into lists.
///
/// Nothing is allocated once the table has grown to the largest number held at once.
struct AttemptTable: ~Copyable {
    private var slots = SlotTable<Attempt>()
    /// The newest attempt held of each task; older ones hang on `sameTask`.
    private var newest = IDMap()

    var count: Int { slots.count }

    subscript(slot: Int32) -> Attempt {
        @inline(__always) _read { yield slots[slot] }
        @inline(__always) _modify { yield &slots[slot] }
    }

    func slot(of name: DispatchName) -> Int32? {
        guard var slot = newest[name.task] else { return nil }
        while slot != Attempt.none {
            if slots[slot].name == name { return slot }
            slot = slots[slot].sameTask
        }
        return nil
    }

    func slot(of token: AttemptToken) -> Int32? {
        slots.contains(token.slot, generation: token.generation) ? token.slot : nil
    }

    func token(of slot: Int32) -> AttemptToken {
        AttemptToken(slot: slot, generation: slots.generation(of: slot))
    }

    mutating func insert(_ attempt: Attempt) -> Int32 {
        var attempt = attempt
        attempt.sameTask = newest[attempt.name.task] ?? Attempt.none
        let slot = slots.insert(attempt)
        newest.insert(attempt.name.task, slot)
        return slot
    }

    /// Precondition: the slot is in use and in no list.
    mutating func remove(_ slot: Int32) {
        let task = slots[slot].name.task
        let older = slots[slot].sameTask
        if var before = newest[task], before != slot {
            while slots[before].sameTask != slot { before = slots[before].sameTask }
            slots[before].sameTask = older
        } else if older != Attempt.none {
            newest.insert(task, older)
        } else {
            newest.remove(task)
        }
        slots.remove(slot)
    }
}

/// A doubly linked list through the attempts of a table; an attempt is in at most one.
struct AttemptList {
    private(set) var first = Attempt.none
    private(set) var last = Attempt.none
    private(set) var count = 0

    mutating func append(_ slot: Int32, in table: inout AttemptTable) {
        table[slot].previous = last
        table[slot].next = Attempt.none
        if last == Attempt.none { first = slot } else { table[last].next = slot }
        last = slot
        count += 1
    }

    /// Precondition: the attempt is in this list.
    mutating func remove(_ slot: Int32, in table: inout AttemptTable) {
        let previous = table[slot].previous
        let next = table[slot].next
        if previous == Attempt.none { first = next } else { table[previous].next = next }
        if next == Attempt.none { last = previous } else { table[next].previous = previous }
        table[slot].previous = Attempt.none
        table[slot].next = Attempt.none
        count -= 1
    }
}
