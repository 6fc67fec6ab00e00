extension Scheduler {
    mutating func submit(
        _ session: SessionID, _ part: SubmissionPart, _ blocks: [BlockRef], owner: String, priorityCap: Int32,
        at now: Instant, into actions: inout SchedulerActions
    ) {
        func refuse(_ code: SubmissionRefusal.Code, _ message: String) {
            release(blocks, into: &actions)
            actions.controls.append(
                .refused(session, key: part.key, part: part.part, SubmissionRefusal(code, message)))
        }
        if !laneTargets.isEmpty { laneTargets = [:] }
        let job: Int32
        var isChecked = false
        if let known = jobByKey[part.key] {
            job = known
            if part.part < jobs[job].nextPart {
                // Sent again after a reconnection: it is in already.
                release(blocks, into: &actions)
                accept(session, part, job, into: &actions)
                return
            }
            if jobs[job].isSealed {
                return refuse(
                    .closed, "job \(jobs[job].id) takes no more tasks: it was completed or cancelled")
            }
            guard part.part == jobs[job].nextPart else {
                return refuse(
                    .badSubmission,
                    "part \(part.part) of job \(jobs[job].id) came where part \(jobs[job].nextPart) was expected"
                )
            }
        } else {
            guard part.part == 0, let header = part.header else {
                return refuse(
                    .badSubmission,
                    "the submission is not known and its first part, with the header, is missing")
            }
            if let problem = header.problem { return refuse(.badSubmission, "the job \(problem)") }
            if let problem = firstProblem(
                in: [part.groups], templates: part.templates.count, earlier: 0, own: JobID(nextJob),
                hasPayloads: nil, streaming: header.isStreaming, complete: part.isLast,
                durable: header.isDurable)
            {
                return refuse(problem.code, problem.message)
            }
            isChecked = part.isLast && !header.isStreaming
            job = addJob(part.key, header, owner: owner, priorityCap: priorityCap, at: now)
        }
        guard jobs[job].header.isStreaming || part.isLast else {
            jobs[job].held.append((part, blocks))
            jobs[job].nextPart += 1
            accept(session, part, job, into: &actions)
            return
        }
        var parts = jobs[job].held
        jobs[job].held = []
        parts.append((part, blocks))
        if let problem = problem(of: parts, in: job, isChecked: isChecked) {
            for (_, refs) in parts { release(refs, into: &actions) }
            actions.controls.append(.refused(session, key: part.key, part: part.part, problem))
            // What runs already goes on to its end; the rest of a refused submission does not come.
            if jobs[job].groups.isEmpty {
                dropJob(job, into: &actions)
            } else {
                seal(job, at: now, into: &actions)
            }
            return
        }
        enter(parts, job)
        // Tasks that come after their time: its entry in the heap may have been used up.
        if let last = jobs[job].groups.last, lateness(of: last, at: now) != nil { awaitExpiry(of: last) }
        jobs[job].nextPart = part.part + 1
        accept(session, part, job, into: &actions)
        if part.isLast { seal(job, at: now, into: &actions) }
    }

    /// Whether this part of the submission is in already: whoever sends it again is only told so.
    public func has(part: UInt32, of key: UniqueKey) -> Bool {
        jobByKey[key].map { part < jobs[$0].nextPart } ?? false
    }

    private func accept(
        _ session: SessionID, _ part: SubmissionPart, _ job: Int32, into actions: inout SchedulerActions
    ) {
        actions.controls.append(
            .accepted(
                session, key: part.key, part: part.part, job: jobs[job].id, tasks: jobs[job].taskCount,
                follows: part.follows))
    }

    private mutating func addJob(
        _ key: UniqueKey, _ header: JobHeader, owner: String, priorityCap: Int32, at now: Instant
    ) -> Int32 {
        let id = JobID(nextJob)
        nextJob += 1
        var header = header
        header.surroundings = []  // The node has them; the scheduler only names jobs.
        let slot = jobs.insert(
            JobRecord(
                id: id, key: key, header: header, owner: ownerNumber(owner), priorityCap: priorityCap,
                submittedAt: now))
        jobIndex[id.raw] = slot
        jobByKey[key] = slot
        jobs[slot].brake = makeBrake(header.brake, job: slot, group: -1)
        jobs[slot].isPaused = recoveredPauses.contains(id.raw)
        if let root = header.supersedes { supersedingJobs[root.raw, default: []].append(id) }
        return slot
    }

    /// Forgets a job of which nothing was entered. Who waits for it waits in vain.
    private mutating func dropJob(_ job: Int32, into actions: inout SchedulerActions) {
        for ref in jobs[job].openWatchers where conditions.contains(ref.slot, generation: ref.generation) {
            verdicts.append(.unreachable(ref))
        }
        actions.controls.append(.forgetJob(jobs[job].id))
        jobIndex[jobs[job].id.raw] = nil
        jobByKey[jobs[job].key] = nil
        supersedesNoMore(job)
        dropBrakes(of: job)
        jobs.remove(job)
    }

    private func release(_ blocks: [BlockRef], into actions: inout SchedulerActions) {
        for block in blocks where block != .none { actions.controls.append(.releaseBlock(block)) }
    }

    /// Ends a submission whose missing parts will not come.
    mutating func abandon(_ key: UniqueKey, at now: Instant, into actions: inout SchedulerActions) {
        guard let job = jobByKey[key], !jobs[job].isSealed else { return }
        for (_, blocks) in jobs[job].held { release(blocks, into: &actions) }
        jobs[job].held = []
        if jobs[job].groups.isEmpty {
            dropJob(job, into: &actions)
        } else {
            seal(job, at: now, into: &actions)
        }
    }

    /// Makes the groups of parts that have been checked. All together, since dependencies point forward too,
    /// and a group's continuation must find its conditions set.
    private mutating func enter(_ parts: [(SubmissionPart, [BlockRef])], _ job: Int32) {
        let firstNew = jobs[job].groups.count
        for (part, blocks) in parts {
            part.groups.withUnsafeBufferPointer { enter($0, blocks, job, firstNew: firstNew) }
            jobs[job].templateCount += UInt32(part.templates.count)
        }
        var number = firstNew
        for (part, _) in parts {
            part.groups.withUnsafeBufferPointer { watchSources($0, job, from: &number) }
        }
        for number in firstNew..<jobs[job].groups.count {
            let group = jobs[job].groups[number]
            countUntouched(group, groups[group].count)
            enqueue(group)
        }
    }

    /// They are read where they lie: a copy of each would take longer than all that is done with it.
    private mutating func enter(
        _ specs: UnsafeBufferPointer<GroupSpec>, _ blocks: [BlockRef], _ job: Int32, firstNew: Int
    ) {
        guard let first = specs.baseAddress else { return }
        for index in specs.indices {
            if first[index].isContinuation, let last = jobs[job].groups.last {
                extend(last, by: first + index, blocks[index], isNew: jobs[job].groups.count > firstNew)
            } else {
                if let last = jobs[job].groups.last { close(last) }
                let isLikeLast =
                    index > 0 && !first[index - 1].isContinuation
                    && first[index].policy == first[index - 1].policy
                addGroup(first + index, blocks[index], to: job, isLikeLast: isLikeLast)
            }
        }
    }

    /// `number`: that of the next group.
    private mutating func watchSources(
        _ specs: UnsafeBufferPointer<GroupSpec>, _ job: Int32, from number: inout Int
    ) {
        guard let first = specs.baseAddress else { return }
        for index in specs.indices where !(first[index].isContinuation && number > 0) {
            let after = dependencies(first[index].after, first[index].policy.follow)
            if !after.isEmpty { watchSources(of: jobs[job].groups[number], after) }
            number += 1
        }
    }

    /// `isLikeLast`: its policy is that of the job's last group, whose queue it shares.
    private mutating func addGroup(
        _ spec: UnsafePointer<GroupSpec>, _ block: BlockRef, to job: Int32, isLikeLast: Bool
    ) {
        let queue: Int32
        let policy: Int32
        if isLikeLast, let last = jobs[job].groups.last {
            queue = groups[last].queue
            ready.queues[queue].users += 1
            policy = groups[last].policy
            policies.retain(policy)
        } else {
            let priority = min(spec.pointee.policy.priority, jobs[job].priorityCap)
            queue = retainQueue(
                PlacementClass(
                    needs: spec.pointee.policy.needs, targets: spec.pointee.policy.targets.sorted(),
                    collective: spec.pointee.policy.collective,
                    lasting: Self.timeWanted(for: spec.pointee.policy.longest())),
                priority: priority, job: job)
            var own = spec.pointee.policy
            own.priority = priority
            policy = policies.insert(own)
        }
        let slot = groups.insert(
            GroupRecord(
                job: job, number: UInt32(jobs[job].groups.count), base: jobs[job].taskCount,
                count: spec.pointee.count, template: spec.pointee.template, policy: policy, queue: queue,
                isHeld: isRecovering,
                estimateNanoseconds: spec.pointee.policy.estimateNanoseconds))
        if !spec.pointee.name.isEmpty { groupNames[slot] = spec.pointee.name }
        if !spec.pointee.points.isEmpty || spec.pointee.pointBase > 0 {
            groups[slot].hasPoints = true
            groupPoints[slot] = GroupPoints(points: spec.pointee.points, base: spec.pointee.pointBase)
        }
        groups[slot].brake = makeBrake(spec.pointee.policy.brake, job: job, group: slot)
        if spec.pointee.policy.speculate { speculating.insert(slot) }
        addBlock(spec, block, to: slot, first: 0)
        if !spec.pointee.policy.lane.isEmpty { joinLane(slot) }
        awaitExpiry(of: slot)
        jobs[job].groups.append(slot)
        jobs[job].taskCount += spec.pointee.count
        countUnfinished(Int(spec.pointee.count), of: jobs[job].owner)
        noteTotal(of: slot, more: spec.pointee.count)
        for ref in jobs[job].openWatchers where conditions.contains(ref.slot, generation: ref.generation) {
            conditions[ref.slot].sourceCount += 1
            watch(slot, for: ref)
        }
    }

    /// `isNew`: the group was made in this very step and is counted and queued after it.
    private mutating func extend(
        _ group: Int32, by spec: UnsafePointer<GroupSpec>, _ block: BlockRef, isNew: Bool
    ) {
        addBlock(spec, block, to: group, first: groups[group].count)
        groups[group].count += spec.pointee.count
        groups[group].untouched += spec.pointee.count
        if !groups[group].states.isEmpty { groups[group].states.makeRoom(for: groups[group].count) }
        let job = groups[group].job
        jobs[job].taskCount += spec.pointee.count
        countUnfinished(Int(spec.pointee.count), of: jobs[job].owner)
        noteTotal(of: group, more: spec.pointee.count)
        if !isNew {
            countUntouched(group, spec.pointee.count)
            enqueue(group)
            if isDead(group) { verdicts.append(.dead(group)) }
        }
        if groups[group].lastWatch >= 0 { wake(group) }
    }

    private mutating func addBlock(
        _ spec: UnsafePointer<GroupSpec>, _ block: BlockRef, to group: Int32, first: UInt32
    ) {
        guard block != .none, spec.pointee.count > 0 else { return }
        let bytes = spec.pointee.payloads.ends.last ?? 0
        groups[group].blocks.append(
            PayloadBlockRecord(
                ref: block, first: first, count: spec.pointee.count, remaining: spec.pointee.count,
                averageBytes: bytes / spec.pointee.count))
    }

    private mutating func countUntouched(_ group: Int32, _ count: UInt32) {
        let state: TaskState = groups[group].unmet > 0 ? .waiting : .ready
        jobs[groups[group].job].counts[state] += Int(count)
    }

    /// No more parts come.
    mutating func seal(_ job: Int32, at now: Instant, into actions: inout SchedulerActions) {
        jobs[job].isSealed = true
        noteClosed(jobs[job].brake)
        if let last = jobs[job].groups.last { close(last) }
        let watchers = jobs[job].openWatchers
        jobs[job].openWatchers = []
        for ref in watchers where conditions.contains(ref.slot, generation: ref.generation) {
            conditions[ref.slot].openJobs -= 1
            judge(ref)
        }
        append(
            OutcomeEntry(
                kind: .sealed, task: TaskID(jobs[job].id, 0), count: jobs[job].taskCount, state: .waiting,
                endedAt: now), .none, job, into: &actions)
        endJobIfDone(job, at: now, into: &actions)
    }

    private mutating func close(_ group: Int32) {
        guard !groups[group].isClosed else { return }
        groups[group].isClosed = true
        if groups[group].lane >= 0 { leaveLaneIfDone(group) }
        noteClosed(groups[group].brake)
        if groups[group].lastWatch >= 0 { wake(group) }
    }
}
