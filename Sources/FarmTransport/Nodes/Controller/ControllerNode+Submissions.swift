import FarmWire

extension ControllerNode {
    func submit(_ session: SessionID, _ body: UnsafeRawBufferPointer) throws(WireError) {
        guard let client = clients[session] else { return }
        let part = try SubmitMessage(decoding: body)
        guard part.header?.supersedes == nil, part.groups.allSatisfy({ $0.points.isEmpty }) else {
            refuse(
                session, part.key, part.part,
                SubmissionRefusal(
                    .badSubmission,
                    "only the controller makes jobs that do others' tasks again: ask it to `retry`"))
            return
        }
        if let words = laneRefusal(part.groups, of: client.identity.role) {
            // Refused whole: its earlier parts, which used none, must not stay.
            handle(.abandon(part.key))
            refuse(session, part.key, part.part, SubmissionRefusal(.notPermitted, words))
            return
        }
        // What has been begun waits until there is room: its acknowledgement does.
        if let trouble = ledger.trouble, scheduler.job(withKey: part.key) == nil {
            refuse(
                session, part.key, part.part,
                SubmissionRefusal(
                    .unavailable, "the controller cannot record new work: \(trouble); nothing was taken"))
            return
        }
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
        let (bare, blocks) = store(part)
        handle(
            .submit(
                session, bare, blocks: blocks, owner: client.identity.subject,
                priorityCap: client.priorityCap))
        try keepIfAccepted(part, body, client)
    }

    /// Takes a job that the controller itself has made; nil if the scheduler refuses it, with its words.
    public func submit(
        _ part: SubmissionPart, owner: String, priorityCap: Int32
    ) -> Result<JobID, SubmissionRefusal> {
        if let trouble = ledger.trouble {
            return .failure(
                SubmissionRefusal(.unavailable, "the controller cannot record new work: \(trouble)"))
        }
        let (bare, blocks) = store(part)
        var message: [UInt8] = []
        part.encode(into: &message)
        handle(.submit(SessionID(0), bare, blocks: blocks, owner: owner, priorityCap: priorityCap))
        for (index, control) in actions.controls.enumerated().reversed() {
            switch control {
            case .accepted(_, let key, let number, let job, _, _)
            where key == part.key && number == part.part:
                actions.controls.remove(at: index)
                let record = SubmissionRecord(
                    job: job, part: part.part, owner: owner, client: key, priorityCap: priorityCap, at: now,
                    epoch: scheduler.epoch)
                message.withUnsafeBytes { body in
                    var record = record
                    record.large =
                        (try? part.largePayloads(above: SubmissionRecord.largeBytes, in: body)) ?? []
                    remember(part, record, body)
                }
                return .success(job)
            case .refused(_, let key, let number, let refusal) where key == part.key && number == part.part:
                actions.controls.remove(at: index)
                return .failure(refusal)
            default: continue
            }
        }
        return .failure(SubmissionRefusal(.badSubmission, "the scheduler did not answer"))
    }

    func store(_ part: SubmissionPart) -> (SubmissionPart, [BlockRef]) {
        var bare = part
        let blocks = part.groups.map { payloads.insert($0.payloads) }
        for index in bare.groups.indices { bare.groups[index].payloads.bytes = [] }
        return (bare, blocks)
    }

    /// The scheduler has said in its newest control what became of the part.
    private func keepIfAccepted(
        _ part: SubmissionPart, _ body: UnsafeRawBufferPointer, _ client: ClientRecord
    ) throws(WireError) {
        for control in actions.controls.reversed() {
            guard case .accepted(_, let key, let number, let job, _, _) = control, key == part.key,
                number == part.part
            else { continue }
            // What is in memory only has no files for its large payloads.
            let isDurable = part.header?.isDurable ?? jobs[job.raw]?.isDurable ?? true
            let record = SubmissionRecord(
                job: job, part: part.part, owner: client.identity.subject, client: client.key,
                priorityCap: client.priorityCap, at: now, epoch: scheduler.epoch,
                large: isDurable
                    ? try part.largePayloads(above: SubmissionRecord.largeBytes, in: body) : [])
            remember(part, record, body)
            return
        }
    }

    /// Keeps what engines need of the part, and has the ledger keep all of it, unless it is in already.
    private func remember(
        _ part: SubmissionPart, _ record: SubmissionRecord, _ body: UnsafeRawBufferPointer
    ) {
        guard note(part, job: record.job, client: record.client) else { return }
        var record = record
        record.isDurable = jobs[record.job.raw]?.isDurable ?? true
        ledger.append(submission: record, body: body)
        hasUncommitted = true
    }

    /// Keeps what engines need of the part; false if it is known.
    func note(_ part: SubmissionPart, job: JobID, client: UniqueKey) -> Bool {
        if jobs[job.raw] == nil {
            guard let header = part.header else { return false }
            jobs[job.raw] = JobTemplates(
                key: part.key, client: client, surroundings: header.surroundings,
                isStreaming: header.isStreaming, isDurable: header.isDurable, templates: [])
        }
        // An interrupted submission may be gone on with by another client.
        jobs[job.raw]?.client = client
        guard let parts = jobs[job.raw]?.parts, part.part == UInt32(parts) else { return false }
        jobs[job.raw]?.parts += 1
        if part.groups.contains(where: { !$0.policy.recoveries.isEmpty || $0.policy.needs.memoryBytes > 0 }) {
            jobs[job.raw]?.hasVariants = true
        }
        noteResults(of: part, job: job)
        noteContent(of: part, job: job)
        jobs[job.raw]?.templates += part.templates
        if part.isLast { jobs[job.raw]?.isComplete = true }
        let bytes = part.templates.reduce(part.header?.surroundings.count ?? 0) { $0 + $1.count }
        jobs[job.raw]?.bytes += bytes
        templateBytes += bytes
        return true
    }

    func refuse(_ session: SessionID, _ key: UniqueKey, _ part: UInt32, _ refusal: SubmissionRefusal) {
        let code: WireCode =
            switch refusal.code {
            case .badSubmission: .badSubmission
            case .unknownDependency: .badDependency
            case .cycle: .cyclicDependency
            case .limit: .overLimit
            case .closed: .closed
            case .unavailable: .unavailable
            case .notPermitted: .notPermitted
            }
        let message = RefusedMessage(key: key, part: part, code: code, message: refusal.message)
        if part == 0 {
            send(session, .refused, message)
        } else {
            // The client goes on without the job's other parts; so must we, also after a restart.
            pending.append(PendingRelease(chunk: 0, message: .refused(session, message)))
        }
        delegate?.log(.submissionRefused(subject: clients[session]?.identity.subject ?? "", refusal.message))
    }
}
