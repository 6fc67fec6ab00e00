import FarmWire

// A task that skips what is unchanged is looked up by its engine before it runs: only there its command is
// known, and its inputs lie. The controller knows the newest task of each content key, and hands out what
// that has left behind (docs/decisions/0016-skip-unchanged.md).
extension ControllerNode {
    /// Bytes after which answers go in another message.
    private static let answerBytes = 192 << 10

    func noteContent(of part: SubmissionPart, job: JobID) {
        if part.groups.contains(where: { $0.policy.skipsUnchanged }) { jobs[job.raw]?.hasContent = true }
    }

    /// An entry of the job's log, which has none before that was not told here.
    func noteContent(_ entry: OutcomeEntry, _ payload: UnsafeRawBufferPointer) {
        let job = entry.task.job.raw
        guard jobs[job]?.hasContent == true else { return }
        let cursor = jobs[job]!.logged
        jobs[job]!.logged += 1
        guard entry.kind == .terminal, entry.state == .succeeded,
            let content = AttemptPayload.content(in: payload)
        else { return }
        contents.note(content.key, at: ContentTable.Place(job: job, cursor: cursor))
    }

    func lookUp(_ session: SessionID, _ message: LookUpMessage) {
        guard let engine = engineSessions[session] else { return }
        var answers: [FoundMessage.Entry] = []
        var bytes = 0
        for entry in message.entries {
            var answer = FoundMessage.Entry(name: entry.name)
            if scheduler.isLive(entry.name, at: engine), let owner = owner(of: entry.name.task.job),
                let found = find(entry.key, owner: owner)
            {
                (answer.task, answer.sections) = found
            }
            bytes += answer.sections.count
            answers.append(answer)
            if bytes > Self.answerBytes {
                send(session, .found, FoundMessage(entries: answers))
                (answers, bytes) = ([], 0)
            }
        }
        if !answers.isEmpty { send(session, .found, FoundMessage(entries: answers)) }
    }

    /// The newest task of this owner that has succeeded with the key, and a digest of what it left behind;
    /// nil if none is kept.
    public func unchangedTask(_ key: ContentKey, owner: String) -> (task: TaskID, outputs: [UInt8])? {
        guard let (task, sections) = find(key, owner: owner) else { return nil }
        let payload = sections.withUnsafeBytes { try? AttemptPayload(decoding: $0) }
        return (payload?.source ?? task, payload?.content?.outputs ?? [])
    }

    /// What another has left behind is none of the owner's; a value that is too large is not handed on.
    private func find(_ key: ContentKey, owner: String) -> (task: TaskID, sections: [UInt8])? {
        guard let place = contents[key] else { return nil }
        let job = JobID(place.job)
        guard let other = self.owner(of: job) else {
            contents.drop(key)
            return nil
        }
        guard other == owner else { return nil }
        var found: (task: TaskID, sections: [UInt8])?
        // What is not safe yet is not handed out.
        _ = ledger.outcomes(of: job, from: place.cursor, limitBytes: 1) { entries, _, first in
            var offset = 0
            guard first == place.cursor, let entry = try? CompletionEntry.next(in: entries, at: &offset),
                AttemptPayload.content(in: entry.payload)?.key == key
            else { return }
            let kept = AttemptPayload.kept(
                of: entry.payload, limit: NamedResult.mostBytes, withContent: true)
            if !kept.isCut { found = (entry.header.task, kept.sections) }
        }
        return found
    }

    private func owner(of job: JobID) -> String? { scheduler.summary(of: job)?.owner }
}
