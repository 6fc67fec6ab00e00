public import FarmCore
import Glibc

extension DiskLedger {
    public func outcomes(
        of job: JobID, from cursor: UInt64, limitBytes: Int,
        _ body: (_ entries: UnsafeRawBufferPointer, _ count: Int, _ first: UInt64) -> Void
    ) -> UInt64 {
        guard let log = jobs[job.raw], cursor < log.safeEnd else { return cursor }
        if cursor >= log.memory.first || !log.isDurable {
            return log.memory.read(from: cursor, limitBytes: limitBytes, upTo: log.safeEnd, body)
        }
        guard let segment = log.segment(with: cursor) else { return cursor }
        if cachedRow?.id != segment.row { cachedRow = load(segment.row) }
        guard let bytes = cachedRow?.bytes else { return cursor }
        return bytes.withUnsafeBytes { entries in
            var offset = 0
            for _ in segment.first..<cursor { offset += OutcomeLog.entryLength(entries, offset) }
            let (page, count) = OutcomeLog.page(entries, from: offset, limitBytes: limitBytes)
            body(page, count, cursor)
            return cursor + UInt64(count)
        }
    }

    /// A row's bytes as they were given, payloads included, and its count.
    private func load(_ id: Int64) -> (id: Int64, bytes: [UInt8], count: Int)? {
        var bytes: [UInt8] = []
        var count = 0
        do throws(LedgerError) {
            try database.row(id) { row in
                count = row.count
                try SplicedBody.unpack(row.body, files: database.files.payloads) { bytes = Array($0) }
            }
        } catch {
            // What cannot be opened just now is asked for again.
            if error.code == .damaged { readFailure = error }
            return nil
        }
        return (id, bytes, count)
    }

    public func submission(
        of job: JobID, _ body: (_ record: SubmissionRecord, _ message: UnsafeRawBufferPointer) -> Void
    ) -> Bool {
        // A part may still be on its way to the disk.
        _ = commit()
        guard let parts = jobs[job.raw]?.parts, !parts.isEmpty, writer.flush() else { return false }
        for (number, id) in parts.enumerated() {
            guard let (_, bytes, count) = load(id) else { return false }
            bytes.withUnsafeBytes { raw in
                guard
                    let (record, message) = SubmissionHeader.read(
                        raw, job: job, part: UInt32(number), epoch: UInt32(clamping: count))
                else { return }
                body(record, message)
            }
        }
        return true
    }

    public func replay(_ body: (LedgerReplay) -> Void) {
        do throws(LedgerError) {
            try database.facts { body(.fact($0)) }
            var uses: Set<PayloadUse> = []
            try database.scan { row in
                try replay(row, body)
                guard row.hasFiles else { return }
                for (digest, _) in try SplicedBody.payloads(in: row.body) {
                    uses.insert(PayloadUse(digest: digest, record: row.id))
                }
            }
            try settlePayloads(uses)
        } catch {
            readFailure = error
        }
        for job in jobs.keys { jobs[job]!.safeEnd = jobs[job]!.memory.end }
        if newestJob > 0 { body(.fact(.newestJob(JobID(newestJob)))) }
    }

    /// What a row holds, with what of it lies in files.
    private func count(_ bytes: Int, of job: UInt32) {
        jobs[job]?.stored += bytes
        storedBytes += bytes
    }

    /// Puts the row into its job's directory and tells what it holds.
    private func replay(
        _ row: LedgerDatabase.StoredRow, _ body: (LedgerReplay) -> Void
    ) throws(LedgerError) {
        let job = JobID(row.job)
        newestJob = max(newestJob, row.job)
        if jobs[row.job] == nil { jobs[row.job] = JobLog() }
        switch row.kind {
        case .submission:
            guard row.first == jobs[row.job]!.parts.count else {
                throw LedgerError(
                    .damaged,
                    "record \(row.id) of the ledger holds part \(row.first) of job \(job) where part"
                        + " \(jobs[row.job]!.parts.count) was due")
            }
            jobs[row.job]!.parts.append(row.id)
            var isWhole = false
            try SplicedBody.unpack(row.body, files: database.files.payloads) { bytes in
                count(bytes.count, of: row.job)
                guard
                    let (record, message) = SubmissionHeader.read(
                        bytes, job: job, part: UInt32(row.first), epoch: UInt32(clamping: row.count))
                else { return }
                isWhole = true
                body(.submission(record, message: message))
            }
            guard isWhole else {
                throw LedgerError(.damaged, "record \(row.id) of the ledger holds no submission")
            }
        case .outcomes:
            guard row.first == jobs[row.job]!.memory.end else {
                throw LedgerError(
                    .damaged,
                    "record \(row.id) of the ledger holds outcome \(row.first) of job \(job) where"
                        + " \(jobs[row.job]!.memory.end) was due")
            }
            guard !jobs[row.job]!.parts.isEmpty else {
                throw LedgerError(
                    .damaged,
                    "record \(row.id) of the ledger holds outcomes of job \(job), whose submission is missing"
                )
            }
            jobs[row.job]!.segments.append(
                JobLog.Segment(first: row.first, count: UInt32(row.count), row: row.id))
            jobs[row.job]!.memory = OutcomeLog(end: row.first + UInt64(row.count))
            // Who ended how is what counts; payloads in files are read when somebody asks for them.
            var isWhole = false
            try SplicedBody.unpack(row.body, files: nil) { bytes in
                count(bytes.count, of: row.job)
                isWhole = OutcomeLog.holds(row.count, in: bytes)
                if isWhole { body(.outcomes(job, bytes, count: row.count)) }
            }
            guard isWhole else {
                throw LedgerError(
                    .damaged, "record \(row.id) of the ledger does not hold \(row.count) outcomes")
            }
        }
    }

    /// Checks the table by which payload files are dropped, and removes those that no record holds: a crash
    /// came between the one and the other.
    private func settlePayloads(_ uses: Set<PayloadUse>) throws(LedgerError) {
        guard try database.payloadUses() == uses else {
            throw LedgerError(.damaged, "the ledger's table of payload files is not as it was written")
        }
        guard maySweep else { return }
        let (whole, leftovers) = database.files.payloads.list()
        guard !whole.isEmpty || !leftovers.isEmpty else { return }
        for path in leftovers { unlink(path) }
        let used = Set(uses.map(\.digest))
        for digest in whole where !used.contains(digest) { database.files.payloads.remove(digest) }
    }
}
