// Lanes, worked out from what was submitted: who is in which, who goes before whom, and who has to be
// cleared.
extension Witness {
    /// What makes a lane: an engine's name and the lane's. While anything of it is unfinished, only one
    /// engine can be meant.
    struct Lane: Hashable {
        var target: String
        var name: String
    }

    func lane(of task: TaskID) -> Lane? {
        guard let job = jobs[task.job.raw], let number = job.group(of: task.index) else { return nil }
        let policy = job.groups[number].spec.policy
        return policy.lane.isEmpty ? nil : Lane(target: policy.targets[0], name: policy.lane)
    }

    /// An engine begins a task of a lane: never twice, and never two of one lane at once.
    func began(_ task: TaskID, _ lane: String, beside others: [TaskID], at engine: String) {
        if !begunInLanes.insert(task).inserted {
            fault("task \(task) of lane '\(lane)' was begun twice")
        }
        for other in others {
            fault("task \(task) was begun at \(engine) while \(other) of the same lane '\(lane)' runs")
        }
    }

    /// Whoever stands before a task in its lane has ended when it is sent.
    func checkLaneOrder(_ task: TaskID) {
        guard let lane = lane(of: task) else { return }
        forUnended(of: lane) { other, _ in
            guard other < task else { return }
            fault("task \(task) was sent before \(other), which goes before it in lane '\(lane.name)'")
        }
    }

    /// Notes ends that clear what is queued behind them.
    func noteLaneEnd(_ entry: OutcomeEntry) {
        guard lane(of: entry.task) != nil else { return }
        let wasSent = entry.engine != .none
        switch entry.state {
        case .failed, .expired: clearing.append(entry)
        case .cancelled where wasSent && entry.cause != .queueCleared: clearing.append(entry)
        default: break
        }
        guard entry.cause == .queueCleared, entry.root != entry.task else { return }
        let root = jobs[entry.root.job.raw]?.state(entry.root.index)
        if lane(of: entry.root) != lane(of: entry.task) || root == nil || root == .succeeded {
            fault("task \(entry.task) was cleared because of \(entry.root), which did nothing of the kind")
        }
    }

    /// At the end of a turn nothing is left that was queued, before the turn, behind what ended badly in it.
    func checkClearing() {
        defer { clearing.removeAll(keepingCapacity: true) }
        for entry in clearing {
            guard let lane = lane(of: entry.task) else { continue }
            let wasSent = entry.engine != .none
            forUnended(of: lane) { task, cameIn in
                // What an engine has since before a restart runs on.
                guard cameIn < turn, wasSent || task > entry.task, out[task] == nil, !claimed.contains(task)
                else { return }
                fault("task \(task) was left in lane '\(lane.name)' behind \(entry.task), which ended badly")
            }
        }
    }

    /// Tasks of the lane that have not ended, with the turn in which each came.
    private func forUnended(of lane: Lane, _ body: (TaskID, Int) -> Void) {
        for (raw, job) in jobs where !job.hasEnded && !forgotten.contains(raw) {
            for group in job.groups where group.spec.policy.lane == lane.name {
                guard group.spec.policy.targets[0] == lane.target else { continue }
                for index in group.base..<group.base + group.count where job.state(index) == nil {
                    body(TaskID(job.id, index), job.cameIn(index))
                }
            }
        }
    }
}
