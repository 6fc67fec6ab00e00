import FarmWire

extension ControllerNode {
    func submit(_ session: SessionID, _ part: SubmissionPart) {
        guard let client = clients[session] else { return }
        let incoming =
            part.groups.reduce(0) { $0 + $1.payloads.bytes.count }
            + part.templates.reduce(0) { $0 + $1.count }
        if payloads.bytes + templateBytes + incoming > settings.payloadHardLimitBytes,
            !scheduler.has(part: part.part, of: part.key)
        {
            // Refused whole: parts that wait for this one must not stay.
            handle(.abandon(part.key))
            refuse(
                session, part.key, part.part,
                SubmissionRefusal(
                    .limit,
                    "payloads of unfinished tasks would pass \(settings.payloadHardLimitBytes) bytes; wait until"
                        + " some have ended, or pass files instead"))
            return
        }
        enter(part, session, owner: client.identity.subject, cap: client.priorityCap)
        keepIfAccepted(part, session, owner: client.identity.subject, cap: client.priorityCap)
    }

    /// Gives the part to the scheduler, its payloads to the store.
    private func enter(_ part: SubmissionPart, _ session: SessionID, owner: String, cap: Int32) {
        let (bare, blocks) = store(part)
        handle(.submit(session, bare, blocks: blocks, owner: owner, priorityCap: cap))
    }

    func store(_ part: SubmissionPart) -> (SubmissionPart, [BlockRef]) {
        var bare = part
        let blocks = part.groups.map { payloads.insert($0.payloads) }
        for index in bare.groups.indices { bare.groups[index].payloads.bytes = [] }
        return (bare, blocks)
    }

    /// The scheduler has said in its newest control what became of the part.
    private func keepIfAccepted(_ part: SubmissionPart, _ session: SessionID, owner: String, cap: Int32) {
        for control in actions.controls.reversed() {
            guard case .accepted(_, let key, let number, let job, _, _) = control, key == part.key,
                number == part.part
            else { continue }
            let client = clients[session]?.key ?? key
            remember(part, job: job, client: client, owner: owner, cap: cap, isReplay: false)
            return
        }
    }

    func remember(
        _ part: SubmissionPart, job: JobID, client: UniqueKey, owner: String, cap: Int32, isReplay: Bool
    ) {
        if jobs[job.raw] == nil {
            guard let header = part.header else { return }
            jobs[job.raw] = JobTemplates(
                key: part.key, client: client, surroundings: header.surroundings,
                isStreaming: header.isStreaming,
                templates: [])
        }
        guard let parts = jobs[job.raw]?.parts, part.part == UInt32(parts) else { return }
        jobs[job.raw]?.parts += 1
        jobs[job.raw]?.templates += part.templates
        if part.isLast { jobs[job.raw]?.isComplete = true }
        let bytes = part.templates.reduce(part.header?.surroundings.count ?? 0) { $0 + $1.count }
        jobs[job.raw]?.bytes += bytes
        templateBytes += bytes
        guard !isReplay else { return }
        ledger.append(submission: part, job: job, owner: owner, priorityCap: cap, at: now)
        hasUncommitted = true
    }

    func refuse(_ session: SessionID, _ key: UniqueKey, _ part: UInt32, _ refusal: SubmissionRefusal) {
        let code: WireCode =
            switch refusal.code {
            case .badSubmission: .badSubmission
            case .unknownDependency: .badDependency
            case .cycle: .cyclicDependency
            case .limit: .overLimit
            case .closed: .closed
            }
        send(session, .refused, RefusedMessage(key: key, part: part, code: code, message: refusal.message))
        delegate?.log(.submissionRefused(subject: clients[session]?.identity.subject ?? "", refusal.message))
    }

    /// Reads the ledger into the scheduler.
    func recover() {
        var found = false
        ledger.replay { step in
            switch step {
            case .submission(let part, let job, let owner, let cap, let at):
                found = true
                let (bare, blocks) = store(part)
                scheduler.recover(
                    .submission(bare, blocks: blocks, job: job, owner: owner, priorityCap: cap, at: at),
                    into: &actions)
                // Which client it was is not kept; whoever resumes it is taken for the one.
                remember(part, job: job, client: part.key, owner: owner, cap: cap, isReplay: true)
            case .fact(let fact):
                found = true
                scheduler.recover(.fact(fact), into: &actions)
            case .outcomes(_, let bytes, _):
                var offset = 0
                while let entry = try? CompletionEntry.next(in: bytes, at: &offset) {
                    scheduler.recover(.outcome(entry.header), into: &actions)
                }
            }
        }
        if found { scheduler.endRecovery(at: now, into: &actions) }
    }
}
