import FarmWire

extension ControllerNode {
    /// Bodies are sent before they outgrow one frame; a payload that is larger goes from where it lies.
    private static let dispatchBytes = 192 << 10

    func carryOut() {
        for control in actions.controls { carryOut(control) }
        actions.controls.removeAll(keepingCapacity: true)
    }

    private func carryOut(_ control: SchedulerActions.Control) {
        switch control {
        case .accepted(let session, let key, let part, let job, let tasks, let follows):
            let message = AcceptedMessage(key: key, part: part, job: job, taskCount: tasks)
            wait(.accepted(session, message, follows: follows), job: job)
        case .refused(let session, let key, let part, let refusal):
            refuse(session, key, part, refusal)
        case .engineWelcome, .engineRefused, .engineHasToWait:
            break  // Carried out when the hello came.
        case .recall(let engine, let name):
            touch(engine) { $0.recalls.append(name) }
        case .stop(let engine, let name):
            touch(engine) { $0.stops.append(name) }
        case .interrupt(let engine, let name):
            touch(engine) { $0.interrupts.append(name) }
        case .laneJobAccepted(let job, let tasks):
            securing.append((job, tasks, chunk: 0))
        case .leave(let engine, let now):
            guard let session = session(of: engine) else { return }
            leaves(engine)
            send(session, .leave, LeaveMessage(mode: now ? .now : .drain))
        case .startAnew(let engine):
            guard let session = session(of: engine) else { return }
            leaves(engine)
            send(session, .leave, LeaveMessage(mode: .again))
        case .resetSession(let session):
            if let engine = engineSessions.removeValue(forKey: session) { dropOutbox(engine, session) }
            sink.reset(session)
        case .engineLost(let id, let name, let attempts, let reason):
            delegate?.log(.engineLost(id, name: name, attempts, reason: reason))
        case .poolBroken(let seat, let engine, let restarted):
            delegate?.log(.poolBroken(seat, engine, restarted: restarted))
        case .engineQuarantined(let id, let name, let failures, let until):
            let seconds = (until - now) / 1_000_000_000
            delegate?.log(.engineQuarantined(id, name: name, failures: failures, seconds: seconds))
        case .engineReturned(let id, let name):
            delegate?.log(.engineReturned(id, name: name))
        case .engineGone(let id, let engine):
            if let session = session(of: engine) {
                engineSessions[session] = nil
                dropOutbox(engine, session)
            }
            delegate?.log(.engineGone(id))
        case .cancelReport(let session, let request, let report):
            let reply = ReplyMessage(request: request, code: report.code, body: report.json)
            pending.append(PendingRelease(chunk: 0, message: .reply(session, reply)))
        case .releaseBlock(let block):
            payloads.release(block)
        case .jobEnded(let job):
            forgetTemplates(of: job)
            noteEnd(of: job)
            delegate?.jobEnded(job)
        case .forgetJob(let job):
            // Its last entries may have come in this very turn.
            if logJob == job { flushLog() }
            for session in subscribers[job] ?? [] {
                clients[session]?.subscriptions[job] = nil
                wait(.gone(session, job), job: job)
            }
            subscribers[job] = nil
            templateBytes -= jobs.removeValue(forKey: job.raw)?.bytes ?? 0
            hasUncommitted = true
            noteForgotten(job)
            contents.forget(job)
            ledger.forget(job)
            delegate?.jobForgotten(job)
        case .fact(let fact):
            ledger.append(fact: fact)
            hasUncommitted = true
        case .recoveryEnded(let claimed, let requeued):
            delegate?.log(.recoveryEnded(claimed: claimed, requeued: requeued))
        }
    }

    /// Holds the message back until what was decided so far is safe, if the job is to outlive us.
    func wait(_ message: PendingRelease.Message, job: JobID) {
        let release = PendingRelease(chunk: 0, message: message)
        if jobs[job.raw]?.isDurable == false { unwaiting.append(release) } else { pending.append(release) }
    }

    /// Engines need them no more; here they stay as long as the job is remembered, for its tasks' names.
    func forgetTemplates(of job: JobID) {
        forgetResults(of: job)
        if let surroundings = jobs[job.raw]?.surroundings.count, surroundings > 0 {
            jobs[job.raw]!.surroundings = []
            jobs[job.raw]!.bytes -= surroundings
            templateBytes -= surroundings
        }
        let groups = UInt64(scheduler.groupRanges(of: job).count)
        let hasVariants = jobs[job.raw]?.hasVariants ?? false
        for index in outboxes.indices where outboxes[index]?.templates.isEmpty == false {
            var knew = false
            if hasVariants {
                let known = outboxes[index]!.templates.filter { $0 >> 32 == UInt64(job.raw) }
                outboxes[index]!.templates.subtract(known)
                knew = !known.isEmpty
            } else {
                for group in 0..<groups
                where outboxes[index]!.templates.remove(UInt64(job.raw) << 32 | group) != nil { knew = true }
            }
            guard knew else { continue }
            if outboxes[index]!.newest >> 32 == UInt64(job.raw) { outboxes[index]!.newest = .max }
            tidyLater(index) { $0.forgotten.append(job) }
        }
    }

    /// Puts the decided dispatches into their engines' messages.
    func sendDispatches() {
        for dispatch in actions.dispatches {
            let slot = Int(dispatch.engine.slot)
            guard slot < outboxes.count, outboxes[slot]?.engine == dispatch.engine else { continue }
            let template = UInt64(dispatch.name.task.job.raw) << 32 | UInt64(dispatch.group)
            if outboxes[slot]!.newest != template { provide(template, dispatch, slot) }
            let header = DispatchEntry(
                name: dispatch.name, hint: dispatch.hint, group: dispatch.group, index: dispatch.index)
            touch(dispatch.engine)
            payloads.withPayload(dispatch.block, dispatch.blockIndex) { payload in
                guard payload.count > Self.dispatchBytes else {
                    return DispatchEntry.append(header, payload: payload, to: &outboxes[slot]!.dispatch)
                }
                flushDispatch(slot)
                message.removeAll(keepingCapacity: true)
                DispatchEntry.append(header, before: payload.count, to: &message)
                message.withUnsafeBytes {
                    _ = sink.send(outboxes[slot]!.session, .dispatch, head: $0, body: payload)
                }
                outboxes[slot]!.hasMail = true
            }
            if outboxes[slot]!.dispatch.count > Self.dispatchBytes { flushDispatch(slot) }
        }
        actions.dispatches.removeAll(keepingCapacity: true)
        if !actions.gangs.isEmpty { sendGangs() }
    }

    /// Each rank gets a message of its own, after the template of its group.
    private func sendGangs() {
        for gang in actions.gangs {
            let dispatch = gang.dispatch
            let slot = Int(dispatch.engine.slot)
            guard slot < outboxes.count, outboxes[slot]?.engine == dispatch.engine else { continue }
            let template = UInt64(dispatch.name.task.job.raw) << 32 | UInt64(dispatch.group)
            if outboxes[slot]!.newest != template { provide(template, dispatch, slot) }
            let entry = DispatchEntry(
                name: dispatch.name, hint: dispatch.hint, group: dispatch.group, index: dispatch.index)
            message.removeAll(keepingCapacity: true)
            payloads.withPayload(dispatch.block, dispatch.blockIndex) { payload in
                GangMessage.encode(gang.seat, entry, payload: payload, into: &message)
            }
            message.withUnsafeBytes { _ = sink.send(outboxes[slot]!.session, .gang, body: $0) }
            outboxes[slot]!.hasMail = true
            touch(dispatch.engine)
        }
        actions.gangs.removeAll()
    }

    /// Sends the group's template unless the session has it.
    private func provide(_ template: UInt64, _ dispatch: SchedulerActions.Dispatch, _ slot: Int) {
        outboxes[slot]!.newest = template
        guard outboxes[slot]!.templates.insert(template).inserted else { return }
        let job = dispatch.name.task.job
        let spec = scheduler.group(dispatch.groupSlot)
        let recovery = dispatch.stage == 0 ? nil : spec.policy.recoveries[Int(dispatch.stage) - 1]
        let number = Int(recovery?.template ?? spec.template)
        let known = jobs[job.raw]
        let body = known.map { number < $0.templates.count ? $0.templates[number] : [] } ?? []
        flushDispatch(slot)
        send(
            outboxes[slot]!.session, .template,
            TemplateMessage(
                job: job, group: dispatch.group, name: spec.name,
                timeoutNanoseconds: recovery?.timeoutNanoseconds ?? spec.policy.timeoutNanoseconds,
                graceNanoseconds: recovery?.graceNanoseconds ?? spec.policy.graceNanoseconds,
                lastingNanoseconds: spec.policy.longest(inStage: dispatch.stage),
                cpus: spec.policy.needs.cpus,
                memoryBytes: spec.policy.memoryBytes(raises: dispatch.raises, stage: dispatch.stage),
                gpus: spec.policy.needs.gpus, lane: spec.policy.lane,
                template: body, surroundings: known?.surroundings ?? [],
                results: results(for: dispatch.groupSlot, of: job)))
    }

    private func flushDispatch(_ slot: Int) {
        guard let outbox = outboxes[slot], !outbox.dispatch.isEmpty else { return }
        outbox.dispatch.withUnsafeBytes { _ = sink.send(outbox.session, .dispatch, body: $0) }
        outboxes[slot]!.dispatch.removeAll(keepingCapacity: true)
        outboxes[slot]!.hasMail = true
    }

    /// Sends what has gathered for each engine: dispatches first, so that a recall or stop never overtakes
    /// one.
    func flushEngines() {
        for slot in touched {
            guard let session = outboxes[slot]?.session, outboxes[slot]!.isTouched else { continue }
            flushDispatch(slot)
            outboxes[slot]!.isTouched = false
            if !outboxes[slot]!.recalls.isEmpty {
                send(session, .recall, NamesMessage(names: outboxes[slot]!.recalls))
                outboxes[slot]!.recalls.removeAll(keepingCapacity: true)
                outboxes[slot]!.hasMail = true
            }
            if !outboxes[slot]!.stops.isEmpty {
                send(session, .stop, NamesMessage(names: outboxes[slot]!.stops))
                outboxes[slot]!.stops.removeAll(keepingCapacity: true)
                outboxes[slot]!.hasMail = true
            }
            if !outboxes[slot]!.interrupts.isEmpty {
                send(session, .interrupt, NamesMessage(names: outboxes[slot]!.interrupts))
                outboxes[slot]!.interrupts.removeAll(keepingCapacity: true)
                outboxes[slot]!.hasMail = true
            }
            if outboxes[slot]!.batch > 0 {
                recorded.append((session, outboxes[slot]!.batch, outboxes[slot]!.takenBytes))
                outboxes[slot]!.batch = 0
            }
            if outboxes[slot]!.hasMail {
                outboxes[slot]!.hasMail = false
                tidy(slot)
            }
            let isBusy = scheduler.holdsAttempts(outboxes[slot]!.engine)
            if isBusy != outboxes[slot]!.isBusy {
                outboxes[slot]!.isBusy = isBusy
                sink.setBusy(session, isBusy)
            }
        }
        touched.removeAll(keepingCapacity: true)
    }
}

extension CancelReport {
    /// `ok` if anything was cancelled; else why nothing was (conformance 36: three distinct errors).
    var code: WireCode {
        if cancelled + cancelling > 0 { return .ok }
        if alreadyCancelled > 0 { return .alreadyCancelling }
        if alreadyEnded > 0 { return .alreadyEnded }
        return unknown > 0 ? .unknown : .ok
    }

    var json: [UInt8] {
        Array(
            """
            {"cancelled":\(cancelled),"cancelling":\(cancelling),"already_cancelled":\(alreadyCancelled),\
            "already_ended":\(alreadyEnded),"unknown":\(unknown)}
            """.utf8)
    }
}
