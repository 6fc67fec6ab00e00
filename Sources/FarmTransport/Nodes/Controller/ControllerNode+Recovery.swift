import FarmWire

extension ControllerNode {
    /// A ledger that is further ahead was written while the clock was altogether wrong: what is to come
    /// is not dated by it.
    private static let longestLead = Int64.seconds(86_400)

    /// Reads the ledger into the scheduler.
    func recover() {
        var found = false
        var newest = now
        ledger.replay { step in
            switch step {
            case .submission(let record, let message):
                found = true
                newest = max(newest, record.at)
                recover(record, message)
            case .fact(let fact):
                switch fact {
                // These are the shell's.
                case .schedule, .scheduledRun: recoveredSchedules.append(fact)
                default:
                    found = true
                    scheduler.recover(.fact(fact), into: &actions)
                }
            case .outcomes(let job, let bytes, _):
                newest = max(newest, recover(job, bytes))
            }
            // What ended jobs held is let go at once: a ledger may hold more than memory.
            if !actions.controls.isEmpty { carryOut() }
        }
        guard found else { return }
        // The wall clock was set back since: what comes is later than what was, all the same.
        if newest - now <= Self.longestLead { now = newest }
        scheduler.endRecovery(at: now, into: &actions)
        for summary in scheduler.jobSummaries where summary.endedAt != .zero {
            forgetTemplates(of: summary.id)
            noteEnd(of: summary.id)
        }
        // Whoever was submitting has some time to come back to it.
        for job in jobs.values where !job.isComplete {
            absent[job.client] = now + settings.abandonNanoseconds
        }
    }

    private func recover(_ record: SubmissionRecord, _ message: UnsafeRawBufferPointer) {
        guard let part = try? SubmitMessage(decoding: message) else {
            recoveryProblem = .unreadable("part \(record.part) of job \(record.job) cannot be read")
            return
        }
        let (bare, blocks) = store(part)
        scheduler.recover(
            .submission(
                bare, blocks: blocks, job: record.job, owner: record.owner, priorityCap: record.priorityCap,
                epoch: record.epoch, at: record.at),
            into: &actions)
        for case .refused(_, _, _, let refusal) in actions.controls {
            recoveryProblem = .refused(
                "part \(record.part) of job \(record.job) was accepted, and this version refuses it: \(refusal.message)"
            )
        }
        actions.controls.removeAll { if case .refused = $0 { true } else { false } }
        _ = note(part, job: record.job, client: record.client)
    }

    /// Returns the newest time of the entries.
    private func recover(_ job: JobID, _ entries: UnsafeRawBufferPointer) -> Instant {
        var offset = 0
        var newest = Instant.zero
        do throws(WireError) {
            while let entry = try CompletionEntry.next(in: entries, at: &offset) {
                newest = max(newest, entry.header.endedAt)
                if case .sealed = entry.header.kind { jobs[job.raw]?.isComplete = true }
                scheduler.recover(.outcome(entry.header), into: &actions)
                keepResult(entry.header, entry.payload)
                noteContent(entry.header, entry.payload)
            }
        } catch {
            recoveryProblem = .unreadable("an outcome of job \(job) cannot be read: \(error)")
        }
        return newest
    }
}
