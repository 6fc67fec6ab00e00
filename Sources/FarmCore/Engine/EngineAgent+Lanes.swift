// Attempts in lanes: beside the slots, one at a time in each lane, and at once if their lane is free. The
// controller sends one after the other; but one that it has given up may still be ending here.
extension EngineAgent {
    /// Starts what was waiting for its lane, whatever else runs. O(waiting), of which there are few.
    mutating func startInLanes(at now: Instant, into actions: inout [Action]) {
        guard standing == .working else { return }
        var slot = waitingInLanes.first
        while slot != Attempt.none {
            let next = table[slot].next
            if takenLanes.insert(table[slot].lane).inserted {
                waitingInLanes.remove(slot, in: &table)
                begin(slot, at: now, into: &actions)
            }
            slot = next
        }
    }

    /// The lanes of what runs or waits. O(of those in lanes).
    public var lanesInUse: Set<Int32> {
        var lanes = takenLanes
        var slot = waitingInLanes.first
        while slot != Attempt.none {
            lanes.insert(table[slot].lane)
            slot = table[slot].next
        }
        return lanes
    }

    /// Takes an attempt that has not begun out of the queue that it is in.
    mutating func removePending(_ slot: Int32) {
        if table[slot].lane >= 0 {
            waitingInLanes.remove(slot, in: &table)
        } else {
            pending.remove(slot, in: &table)
        }
    }

    /// An interrupt: the worker passes it on, if the attempt runs and was not told to end.
    func interrupt(_ name: DispatchName, into actions: inout [Action]) {
        guard let slot = table.slot(of: name), table[slot].phase == .running else { return }
        actions.append(.interrupt(table.token(of: slot)))
    }
}
