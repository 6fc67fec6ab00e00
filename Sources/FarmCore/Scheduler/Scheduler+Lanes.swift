// Lanes: serial queues on one engine, beside its slots. They lie outside the ready queues, so what has no
// lane costs nothing more but a look at a number of its group. A lane's next task is sent when the one before
// it has ended; engines keep the order by themselves too, for one that was given up may still be ending its
// task.
extension Scheduler {
    // MARK: Who is in which

    /// The engine's, in a fixed order, so that a simulation can be run again.
    func lanes(of engine: Int32) -> [Int32] { engines[engine].lanes.values.sorted() }

    /// What groups of one submission have asked for.
    struct AskedLanes {
        /// The engines that a target may mean.
        var engines: [String: [Int32]] = [:]
        /// Lanes by engine that are not there yet.
        var new: [Int32: Set<String>] = [:]
    }

    /// What is wrong with a group that asks for a lane, in words that follow what has it; nil if nothing is.
    /// `asked`: by the groups of its submission before it.
    func laneProblem(of spec: GroupSpec, _ asked: inout AskedLanes) -> SubmissionRefusal? {
        let lane = spec.policy.lane
        guard spec.after.isEmpty else {
            return SubmissionRefusal(
                .badSubmission,
                "is in lane '\(lane)' and waits for others (after): it waits for those before it in its lane only"
            )
        }
        // That it names one was looked at before.
        let target = spec.policy.targets[0]
        let found = asked.engines[target] ?? laneEngines(target)
        asked.engines[target] = found
        guard found.count == 1 else {
            return SubmissionRefusal(.badSubmission, "is in lane '\(lane)'" + noEngine(target, found))
        }
        return crowding(lane, on: found[0], &asked.new)
    }

    /// Why the lane is on none of the engines that its target may mean.
    private func noEngine(_ target: String, _ found: [Int32]) -> String {
        if found.count > 1 {
            let numbers = found.map { "\(engines[$0].id)" }.joined(separator: ", ")
            return ", and engines \(numbers) are all called '\(target)': give the number of one"
        }
        if engines.slots.contains(where: { engines[$0].info.tags.contains(target) }) {
            return ", and '\(target)' is a tag: a lane is on one engine; give its number or name"
        }
        return
            " of engine '\(target)', which is not known or has left for good; `tasks engine list` shows those"
            + " there are"
    }

    /// What is wrong with one more lane on the engine.
    private func crowding(
        _ lane: String, on engine: Int32, _ asked: inout [Int32: Set<String>]
    ) -> SubmissionRefusal? {
        let known = engines[engine].lanes
        guard known[lane] == nil, asked[engine, default: []].insert(lane).inserted,
            known.count + asked[engine, default: []].count > settings.maximumLanes
        else { return nil }
        return SubmissionRefusal(
            .limit,
            "is in lane '\(lane)', which would be one too many: engine \(engines[engine].id) has"
                + " \(known.count), and an engine may have \(settings.maximumLanes) with unfinished tasks; use"
                + " fewer names, or submit again when all tasks of some have ended")
    }

    /// The engines that the target of a lane may mean. A number is always an engine's number: so the same is
    /// found when the ledger is read, though others have come meanwhile.
    private func laneEngines(_ target: String) -> [Int32] {
        if let number = UInt32(target), EngineID(number).description == target {
            return engineByID[number].map { [$0] } ?? []
        }
        return engines.slots.filter { engines[$0].info.name == target }
            .sorted { engines[$0].id < engines[$1].id }
    }

    /// Puts a new group into the lane that its policy names. Precondition: it names one.
    mutating func joinLane(_ group: Int32) {
        // While the ledger is read, nothing is done with it.
        guard !isRecovering else { return }
        let policy = policies[groups[group].policy]
        // Of several with one name, the others have come after it was accepted.
        let target = policy.targets[0]
        let engine = laneTargets[target] ?? laneEngines(target).first ?? -1
        laneTargets[target] = engine
        let known = engine < 0 ? nil : engines[engine].lanes[policy.lane]
        let lane =
            known
            ?? lanes.insert(
                LaneRecord(
                    name: policy.lane, engine: engine, id: engine < 0 ? .none : engines[engine].id))
        if known == nil, engine >= 0 { engines[engine].lanes[policy.lane] = lane }
        lanes[lane].users += 1
        groups[group].lane = lane
    }

    /// All tasks of the group that there will be have ended: others may have its lane, though its job goes
    /// on.
    mutating func leaveLaneIfDone(_ group: Int32) {
        if groups[group].isClosed, groups[group].ended == groups[group].count { leaveLane(group) }
    }

    /// The group has ended, or its job has.
    mutating func leaveLane(_ group: Int32) {
        let lane = groups[group].lane
        groups[group].lane = -1
        lanes[lane].users -= 1
        guard lanes[lane].users == 0 else { return }
        let engine = lanes[lane].engine
        if engine >= 0 { engines[engine].lanes[lanes[lane].name] = nil }
        lanes.remove(lane)
    }

    // MARK: The queue

    mutating func enqueueInLane(_ group: Int32) {
        let (lane, job) = (groups[group].lane, groups[group].job)
        markLane(lane)
        if jobs[job].header.isDurable, jobs[job].safeTasks < jobs[job].taskCount {
            lanesToSecure.insert(jobs[job].id.raw)
        }
        guard groups[group].untouched > 0, !groups[group].isQueued else { return }
        groups[group].isQueued = true
        lanes[lane].groups.push(
            .init(
                key: TaskID(jobs[job].id, groups[group].base).raw, slot: group,
                generation: groups.generation(of: group)))
    }

    mutating func enqueueInLane(task slot: Int32) {
        let lane = groups[live[slot].group].lane
        markLane(lane)
        lanes[lane].tasks.push(
            .init(key: live[slot].id.raw, slot: slot, generation: live.generation(of: slot)))
    }

    /// The job's first so many tasks are safe.
    mutating func laneJobRecorded(_ job: JobID, _ tasks: UInt32) {
        guard let job = jobIndex[job.raw] else { return }
        jobs[job].safeTasks = max(jobs[job].safeTasks, tasks)
        for group in jobs[job].groups where groups[group].lane >= 0 { markLane(groups[group].lane) }
    }

    mutating func markLane(_ lane: Int32) {
        guard !lanes[lane].isDirty else { return }
        lanes[lane].isDirty = true
        dirtyLanes.append(lane)
    }

    mutating func markLanes(of engine: Int32) {
        for lane in lanes(of: engine) { markLane(lane) }
    }

    mutating func markAllLanes() {
        for lane in lanes.slots { markLane(lane) }
    }

    // MARK: Sending

    /// Sends the next task of each lane that may have one to send.
    mutating func pumpLanes(at now: Instant, into actions: inout SchedulerActions) {
        for job in lanesToSecure.sorted() {
            guard let slot = jobIndex[job] else { continue }
            actions.controls.append(.laneJobAccepted(JobID(job), tasks: jobs[slot].taskCount))
        }
        lanesToSecure.removeAll()
        while let lane = dirtyLanes.popLast() {
            guard lanes.contains(lane), lanes[lane].isDirty else { continue }
            lanes[lane].isDirty = false
            if isLost(lane) {
                loseQueue(of: lane, at: now, into: &actions)
            } else if lanes[lane].engine < 0 {
                clear(lane: lane, root: nil, after: nil, at: now, into: &actions)
            } else {
                sendNext(of: lane, at: now, into: &actions)
            }
            // What has ended here may clear what is behind it.
            settleVerdicts(at: now, into: &actions)
        }
    }

    private mutating func sendNext(of lane: Int32, at now: Instant, into actions: inout SchedulerActions) {
        let generation = lanes.generation(of: lane)
        dropStaleHeads(ofLane: lane)
        guard maySendNext(of: lane), let head = head(ofLane: lane) else { return }
        if let slot = head.task {
            // Its end clears the rest, or marks the lane again.
            if expireIfLate(slot, at: now, into: &actions) {
                if lanes.contains(lane, generation: generation) { markLane(lane) }
                return
            }
            lanes[lane].tasks.removeFirst()
            send(slot, to: lanes[lane].engine, at: now, into: &actions)
        } else if lateness(of: head.group, at: now) != nil {
            expire(head.group, at: now, into: &actions)
            if lanes.contains(lane, generation: generation) { markLane(lane) }
        } else {
            let slot = takeNext(of: head.group, bytes: nextPayloadBytes(of: head.group))
            send(slot, to: lanes[lane].engine, at: now, into: &actions)
        }
    }

    private mutating func dropStaleHeads(ofLane lane: Int32) {
        while let entry = lanes[lane].groups.first, isSpent(entry) {
            if groups.contains(entry.slot, generation: entry.generation) {
                groups[entry.slot].isQueued = false
            }
            lanes[lane].groups.removeFirst()
        }
        while let entry = lanes[lane].tasks.first, isNotQueued(entry) { lanes[lane].tasks.removeFirst() }
    }

    /// The task of the entry has ended, or was sent again.
    func isNotQueued(_ entry: MinHeap.Entry) -> Bool {
        !live.contains(entry.slot, generation: entry.generation) || live[entry.slot].state != .ready
            || live[entry.slot].engine >= 0
    }

    /// The lane's next task: one that was sent before, or the group's first that never was.
    func head(ofLane lane: Int32) -> LaneHead? {
        // As a rule the first of each heap is good, and nothing has to be searched.
        let task = first(of: lanes[lane].tasks) { !isNotQueued($0) }
        let group = first(of: lanes[lane].groups) { !isSpent($0) }
        let next = group.map { firstUntouched(of: $0.slot) }
        if let task, task.key < next?.raw ?? .max {
            return LaneHead(id: live[task.slot].id, group: live[task.slot].group, task: task.slot)
        }
        guard let group, let next else { return nil }
        return LaneHead(id: next, group: group.slot, task: nil)
    }

    /// The next of those that were in the lane before a restart; parts of their jobs that have come since may
    /// stand before it.
    func recoveredHead(ofLane lane: Int32) -> LaneHead? {
        let tasks = lanes[lane].tasks.all.filter { !isNotQueued($0) }
            .map { LaneHead(id: live[$0.slot].id, group: live[$0.slot].group, task: $0.slot) }
        let groups = lanes[lane].groups.all.filter { !isSpent($0) }
            .map { LaneHead(id: firstUntouched(of: $0.slot), group: $0.slot, task: nil) }
        return (tasks + groups).filter { $0.id.index < jobs[self.groups[$0.group].job].recoveredTasks }
            .min { $0.id < $1.id }
    }

    private func first(of heap: MinHeap, where isGood: (MinHeap.Entry) -> Bool) -> MinHeap.Entry? {
        guard let first = heap.first else { return nil }
        return isGood(first) ? first : heap.all.filter(isGood).min { $0.key < $1.key }
    }

    /// Precondition: there is one.
    private func firstUntouched(of group: Int32) -> TaskID {
        var offset = groups[group].cursor
        if !groups[group].states.isEmpty {
            while groups[group].states[Int(offset)] != 0 { offset += 1 }
        }
        return TaskID(jobs[groups[group].job].id, groups[group].base + offset)
    }

    /// The lane has a next task, and nothing stands in its way.
    func maySendNext(of lane: Int32) -> Bool {
        guard lanes[lane].out == 0, let head = head(ofLane: lane) else { return false }
        return obstacle(to: head.id, of: head.group, in: lane) == nil
    }
}
