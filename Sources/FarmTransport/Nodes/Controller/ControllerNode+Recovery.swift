import FarmWire

extension ControllerNode {
    /// Reads the ledger into the scheduler.
    func recover() {
        var found = false
        ledger.replay { step in
            switch step {
            case .submission(let record, let message):
                found = true
                recover(record, message)
            case .fact(let fact):
                found = true
                scheduler.recover(.fact(fact), into: &actions)
            case .outcomes(let job, let bytes, _):
                recover(job, bytes)
            }
            // What ended jobs held is let go at once: a ledger may hold more than memory.
            if !actions.controls.isEmpty { carryOut() }
        }
        guard found else { return }
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
                at: record.at),
            into: &actions)
        for case .refused(_, _, _, let refusal) in actions.controls {
            recoveryProblem = .refused(
                "part \(record.part) of job \(record.job) was accepted, and this version refuses it: \(refusal.message)")
        }
        actions.controls.removeAll { if case .refused = $0 { true } else { false } }
        _ = note(part, job: record.job, client: record.client)
    }

    private func recover(_ job: JobID, _ entries: UnsafeRawBufferPointer) {
        var offset = 0
        do throws(WireError) {
            while let entry = try CompletionEntry.next(in: entries, at: &offset) {
                if case .sealed = entry.header.kind { jobs[job.raw]?.isComplete = true }
                scheduler.recover(.outcome(entry.header), into: &actions)
            }
        } catch {
            recoveryProblem = .unreadable("an outcome of job \(job) cannot be read: \(error)")
        }
    }
}
