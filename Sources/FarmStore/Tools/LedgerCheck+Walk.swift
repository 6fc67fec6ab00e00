import FarmCore

extension LedgerCheck {
    /// What was seen on the way through the records.
    struct Walk {
        struct Job {
            var parts: UInt64 = 0
            var end: UInt64 = 0
        }

        var records = 0
        /// The newest record.
        var last: Int64 = 0
        var outcomes: UInt64 = 0
        var jobs: [UInt32: Job] = [:]
        var problems: [String] = []
        /// Each payload file with its size and the first record that holds it.
        var payloads: [PayloadFiles.Digest: (count: Int, record: Int64)] = [:]
        var uses: Set<PayloadUse> = []

        mutating func see(_ found: LedgerProbe.Found) {
            switch found {
            case .row(let row): see(row)
            case .altered(let id, let job, _):
                let job = job.map { ", which says that it is of job \($0)" } ?? ""
                problems.append("record \(id)\(job): its checksum is wrong")
            case .unreadable(let ids, let words):
                problems.append("records \(ids.lowerBound) to \(ids.upperBound): cannot be read: \(words)")
            }
        }

        private mutating func see(_ row: LedgerDatabase.StoredRow) {
            records += 1
            last = row.id
            var job = jobs[row.job] ?? Job()
            let place = "record \(row.id) (job \(row.job))"
            do throws(LedgerError) {
                for (digest, count) in try SplicedBody.payloads(in: row.body) {
                    uses.insert(PayloadUse(digest: digest, record: row.id))
                    if payloads[digest] == nil { payloads[digest] = (count, row.id) }
                }
                var isWhole = false
                try SplicedBody.unpack(row.body, files: nil) { isWhole = row.isLaidOut($0) }
                if !isWhole { problems.append("\(place): what it holds is not laid out as that") }
            } catch {
                problems.append("\(place): \(error.message)")
            }
            let due = row.kind == .submission ? job.parts : job.end
            if row.first != due {
                let what = row.kind == .submission ? "part" : "outcome"
                problems.append("\(place): holds \(what) \(row.first) where \(due) was due")
            }
            switch row.kind {
            case .submission: job.parts = row.first + 1
            case .outcomes:
                if job.parts == 0 {
                    problems.append("\(place): outcomes of a job whose submission is missing")
                }
                job.end = row.first + UInt64(row.count)
                outcomes += UInt64(row.count)
            }
            jobs[row.job] = job
        }
    }
}

extension LedgerDatabase.StoredRow {
    /// Whether its bytes, payloads included or zeros in their place, are what the row's kind and count say.
    func isLaidOut(_ bytes: UnsafeRawBufferPointer) -> Bool {
        switch kind {
        case .submission:
            SubmissionHeader.read(
                bytes, job: JobID(job), part: UInt32(truncatingIfNeeded: first),
                epoch: UInt32(clamping: count))
                != nil
        case .outcomes: OutcomeLog.holds(count, in: bytes)
        }
    }
}
