// What a dispatch says: the task's name, what is to be done, and where its payload is.
extension Scheduler {
    @inline(__always)
    mutating func makeDispatch(
        _ slot: Int32, to engine: Int32, of group: Int32
    ) -> SchedulerActions.Dispatch {
        let offset = live[slot].id.index - groups[group].base
        let (block, blockIndex) = payload(of: group, offset)
        return .init(
            engine: handle(of: engine),
            name: DispatchName(task: live[slot].id, attempt: live[slot].attempt, epoch: epoch),
            hint: UInt64(UInt32(bitPattern: slot)) | UInt64(live.generation(of: slot)) << 32,
            group: groups[group].number
                | UInt32(live[slot].stage) << SchedulerActions.Dispatch.recoveryShift
                | memoryRaises(of: slot) << SchedulerActions.Dispatch.raiseShift,
            groupSlot: group,
            index: groups[group].hasPoints ? templateIndex(of: group, offset) : offset,
            block: block, blockIndex: blockIndex)
    }

    /// Where the task's payload is. O(1) for tasks taken in order, O(log blocks) for others.
    private mutating func payload(of group: Int32, _ offset: UInt32) -> (BlockRef, UInt32) {
        guard !groups[group].blocks.isEmpty else { return (.none, 0) }
        let hint = Int(groups[group].blockCursor)
        let near = groups[group].blocks[hint]
        if offset >= near.first, offset - near.first < near.count {
            // The next one in order may lie in the next block.
            if offset - near.first == near.count - 1, hint + 1 < groups[group].blocks.count {
                groups[group].blockCursor += 1
            }
            return (near.ref, offset - near.first)
        }
        let index = blockIndex(of: group, offset)
        let block = groups[group].blocks[index]
        if index > hint { groups[group].blockCursor = UInt32(index) }
        return (block.ref, offset - block.first)
    }

    /// Binary search. Precondition: the group has blocks and the offset is in one.
    func blockIndex(of group: Int32, _ offset: UInt32) -> Int {
        var low = 0
        var high = groups[group].blocks.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if groups[group].blocks[middle].first <= offset { low = middle } else { high = middle - 1 }
        }
        return low
    }
}
