import FarmCore

/// Which records of a damaged ledger can be taken over so that what is kept of each job is true: its parts
/// and its outcomes up to the first gap, since those behind it would have wrong numbers. A record that can be
/// kept is handed on while it is at hand: in a damaged database it may not be found a second time.
struct RecoveryPlan {
    /// What is known of one job.
    struct Job {
        var parts: UInt64 = 0
        var end: UInt64 = 0
        /// Something of its submission is missing from here on: outcomes may be of tasks that are not there.
        var isCutShort = false
        var hasLostOutcomes = false
        var lostRecords = 0
    }

    let payloads: PayloadFiles
    private(set) var keptRecords = 0
    private(set) var jobs: [UInt32: Job] = [:]
    /// Jobs that altered records name of which nothing had come before.
    private var suspects: Set<UInt32> = []
    /// Payload files that kept records hold.
    private(set) var keptPayloads: Set<PayloadFiles.Digest> = []
    private var soundPayloads: Set<PayloadFiles.Digest> = []
    private(set) var newest: Int64 = 0
    /// Every record that is not kept, with the reason.
    private(set) var losses: [String] = []

    /// Jobs of which something was there, but not the beginning.
    var lostJobs: [UInt32] {
        suspects.union(jobs.keys).filter { (jobs[$0]?.parts ?? 0) == 0 }.sorted()
    }

    init(payloads: PayloadFiles) { self.payloads = payloads }

    /// Calls `keep` if it is a record that can be kept, with the payload files that it holds.
    mutating func see<E>(
        _ found: LedgerProbe.Found,
        keep: (LedgerDatabase.StoredRow, [PayloadFiles.Digest]) throws(E) -> Void
    ) throws(E) {
        switch found {
        case .unreadable(let ids, let words):
            let which =
                ids.count == 1 ? "record \(ids.lowerBound)" : "records \(ids.lowerBound) to \(ids.upperBound)"
            losses.append("\(which): cannot be read: \(words)")
        case .altered(let id, let number, let isPart):
            newest = max(newest, id)
            losses.append("record \(id): its checksum is wrong")
            guard let job = number.flatMap({ UInt32(exactly: $0) }) else { return }
            guard jobs[job] != nil else {
                // It may be the number that is wrong: nothing follows for a job that comes later.
                if isPart { suspects.insert(job) }
                return
            }
            jobs[job]!.lostRecords += 1
            if isPart { jobs[job]!.isCutShort = true }
        case .row(let row):
            newest = max(newest, row.id)
            guard let payloads = take(row) else { return }
            keptRecords += 1
            keptPayloads.formUnion(payloads)
            try keep(row, payloads)
        }
    }

    /// The payload files of a record that can be kept; nil if it cannot.
    private mutating func take(_ row: LedgerDatabase.StoredRow) -> [PayloadFiles.Digest]? {
        var job = jobs[row.job] ?? Job()
        defer { jobs[row.job] = job }
        if let why = obstacle(row, job) {
            losses.append("record \(row.id) of job \(row.job): \(why)")
            job.lostRecords += 1
            if row.kind == .submission { job.isCutShort = true } else { job.hasLostOutcomes = true }
            return nil
        }
        switch row.kind {
        case .submission: job.parts += 1
        case .outcomes: job.end += UInt64(row.count)
        }
        return ((try? SplicedBody.payloads(in: row.body)) ?? []).map(\.digest)
    }

    /// Why the record cannot be kept; nil if it can.
    private mutating func obstacle(_ row: LedgerDatabase.StoredRow, _ job: Job) -> String? {
        switch row.kind {
        case .submission:
            if row.first != job.parts || job.isCutShort {
                return "part \(row.first) of its submission comes after a gap"
            }
        case .outcomes:
            if job.parts == 0 { return "the job's submission is lost" }
            if job.isCutShort { return "outcomes of tasks whose submission may be lost" }
            if row.first != job.end || job.hasLostOutcomes { return "its outcomes come after a gap" }
        }
        do throws(LedgerError) {
            for (digest, count) in try SplicedBody.payloads(in: row.body)
            where !soundPayloads.contains(digest) {
                _ = try payloads.read(digest, count: count)
                soundPayloads.insert(digest)
            }
            var isWhole = false
            try SplicedBody.unpack(row.body, files: nil) { isWhole = row.isLaidOut($0) }
            return isWhole ? nil : "it is not laid out as one"
        } catch {
            return error.message
        }
    }
}
