// What the scheduler tells of lanes.
extension Scheduler {
    func laneSummaries(of engine: Int32) -> [LaneSummary] {
        engines[engine].lanes.values.map { lane in
            LaneSummary(
                name: lanes[lane].name, running: lanes[lane].out, queued: queued(in: lane, before: .max))
        }
        .sorted { $0.name < $1.name }
    }

    /// Tasks of the lane with lower numbers that are not at its engine. O(those).
    private func queued(in lane: Int32, before end: UInt64) -> UInt64 {
        var count = UInt64(lanes[lane].tasks.all.count { $0.key < end && !isNotQueued($0) })
        for entry in lanes[lane].groups.all where entry.key < end && !isSpent(entry) {
            let group = groups[entry.slot]
            let last = min(UInt64(group.count), end - entry.key)
            guard last > UInt64(group.cursor) else { continue }
            count +=
                group.states.isEmpty
                ? last - UInt64(group.cursor)
                : UInt64(group.states[Int(group.cursor)..<Int(last)].count { $0 == 0 })
        }
        return count
    }

    /// Where a queued task of the lane stands.
    func lanePlace(of id: TaskID, in lane: Int32) -> LanePlace {
        let engine = lanes[lane].engine
        var place = LanePlace(
            lane: lanes[lane].name, engine: lanes[lane].id,
            engineName: engine < 0 ? "" : engines[engine].info.name,
            place: UInt64(lanes[lane].out) + queued(in: lane, before: id.raw) + 1,
            front: nil, frontIsOut: lanes[lane].out > 0)
        if lanes[lane].out > 0, engine >= 0 {
            var slot = engines[engine].head
            while slot >= 0, place.front == nil {
                if groups[live[slot].group].lane == lane { place.front = live[slot].id }
                slot = live[slot].next
            }
        } else if let head = head(ofLane: lane) {
            if head.id != id { place.front = head.id }
            place.obstacle = obstacle(to: head.id, of: head.group, in: lane)
        }
        return place
    }

    /// Why the lane's next task is not sent although the one before it has ended, in words; nil if it may be.
    func obstacle(to task: TaskID, of group: Int32, in lane: Int32) -> String? {
        let job = groups[group].job
        if groups[group].isHeld { return "it is held after the controller's restart" }
        if isFarmPaused { return "the farm is paused" }
        if jobs[job].isPaused { return "job \(jobs[job].id) is paused" }
        let engine = lanes[lane].engine
        guard engine >= 0 else { return "the engine is gone" }
        // Not whether it is quarantined: nobody else can do it.
        guard engines[engine].presence == .attached else {
            return "the engine is not here, and may come back"
        }
        if !engines[engine].isRecorded { return "the engine is joining" }
        if engines[engine].isDraining { return "the engine is draining" }
        if jobs[job].header.isDurable, task.index >= jobs[job].safeTasks {
            return "its submission is being recorded"
        }
        return nil
    }

    func checkLanes(_ faults: inout [String]) {
        var out: [Int32: Int] = [:]
        var users: [Int32: Int] = [:]
        for slot in groups.slots where groups[slot].lane >= 0 {
            users[groups[slot].lane, default: 0] += 1
            if !lanes.contains(groups[slot].lane) {
                faults.append("group \(groups[slot].number) of job \(jobs[groups[slot].job].id): no lane")
            }
        }
        for slot in live.slots where live[slot].engine >= 0 && groups[live[slot].group].lane >= 0 {
            let lane = groups[live[slot].group].lane
            out[lane, default: 0] += 1
            if lanes[lane].engine != live[slot].engine {
                faults.append("task \(live[slot].id) of lane '\(lanes[lane].name)' is at another engine")
            }
        }
        for slot in lanes.slots {
            let lane = lanes[slot]
            if lane.out != out[slot] ?? 0 || lane.users != users[slot] ?? 0 {
                faults.append(
                    "lane '\(lane.name)' of engine \(lane.id): counted \(lane.out) out and \(lane.users) groups,"
                        + " there are \(out[slot] ?? 0) and \(users[slot] ?? 0)")
            }
            if lane.engine >= 0, engines[lane.engine].lanes[lane.name] != slot {
                faults.append("engine \(lane.id) does not list its lane '\(lane.name)'")
            }
        }
    }
}
