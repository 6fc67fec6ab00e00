public import FarmCore
import Glibc

/// The ledger on disk (docs/architecture.md, "The ledger"). The newest outcome entries stay in memory, up to
/// a limit, since clients mostly want those; older ones are read back from their rows.
///
/// Confined to the controller's thread; the disk is written by another.
public final class DiskLedger: Ledger {
    let database: LedgerDatabase
    let writer: any LedgerWriter
    private let ownWriter: ThreadedWriter?
    private let memoryLimitBytes: Int

    var jobs: [UInt32: JobLog] = [:]
    private var open = LedgerChunk()
    /// Where logs stand in chunks that are not safe yet.
    private var closed: [(chunk: UInt64, ends: [(job: UInt32, end: UInt64)])] = []
    private var openEnds: [UInt32: UInt64] = [:]
    var lastRow: Int64
    private var lastChunk: UInt64 = 0
    var newestJob: UInt32
    public private(set) var epoch: UInt32
    /// Jobs in the order in which chunks of their memory began.
    private var evictable: [UInt32] = []
    private var evictableHead = 0
    private var memoryBytes = 0
    public var storedBytes = 0
    /// The row that was read last, whole.
    var cachedRow: (id: Int64, bytes: [UInt8], count: Int)?
    /// Why it cannot be told whether the ledger has its end, or what a loss of power took; for the log.
    public let endNote: String?
    /// What could not be read since the start.
    public internal(set) var readFailure: LedgerError?

    /// What the disk said of its room, and when, in milliseconds.
    private var roomTrouble: String?
    private var roomLookedAt: Int64 = -1_000
    private static let roomPeriod: Int64 = 100
    /// A row is closed when it has grown so far.
    private static let rowBytes = 1 << 20

    /// Opens the ledger in `directory`, or makes one.
    /// - Parameters:
    ///   - memoryLimitBytes: of outcome entries that are kept in memory as well.
    ///   - kind: the file system's, if it is not to be looked at.
    ///   - onCommit: called on another thread whenever more has become safe.
    /// - Throws: `LedgerError`.
    public convenience init(
        _ directory: String, durability: Durability, memoryLimitBytes: Int = 256 << 20,
        kind: FileSystemKind? = nil, onCommit: @escaping @Sendable () -> Void
    ) throws(LedgerError) {
        let files = LedgerFiles(directory: directory)
        if !files.exists, let damaged = files.setAside.last {
            throw LedgerError(
                .damaged,
                "a damaged ledger lies in \(damaged), and none in \(directory); `tasks ledger recover` makes one of what can be"
                    + " read of it; to begin anew without it, move it elsewhere")
        }
        let database = try LedgerDatabase(directory, .write(durability), kind: kind)
        let writer = ThreadedWriter(database, onCommit: onCommit)
        do throws(LedgerError) {
            try self.init(database, writer, own: writer, memoryLimitBytes)
        } catch {
            // Else the thread would keep the files open.
            _ = writer.end()
            database.close(endsLog: false)
            throw error
        }
    }

    /// Over a database and a writer of the caller's.
    init(
        _ database: LedgerDatabase, _ writer: any LedgerWriter, own: ThreadedWriter? = nil,
        _ memoryLimitBytes: Int
    ) throws(LedgerError) {
        self.database = database
        self.writer = writer
        ownWriter = own
        self.memoryLimitBytes = memoryLimitBytes
        endNote = try database.checkTail()
        let numbers = try database.numbers()
        lastRow = try database.lastRow()
        newestJob = UInt32(truncatingIfNeeded: numbers["newest_job"] ?? 0)
        epoch = UInt32(truncatingIfNeeded: numbers["epoch"] ?? 0)
        lastChunk = writer.committed
    }

    /// Opens the ledger in `directory` to look at it: nothing is written, whatever is appended.
    /// - Throws: `LedgerError`.
    public convenience init(reading directory: String) throws(LedgerError) {
        try self.init(try LedgerDatabase(directory, .readOnly), ForgetfulWriter(), 0)
    }

    /// How transactions are kept, for the log.
    public var journal: String { database.journal }

    /// It may be written, and nothing has been: what no record holds can only be left over.
    var maySweep: Bool { ownWriter != nil && open.rows.isEmpty && lastChunk == 0 }

    // MARK: Writing

    public func append(submission record: SubmissionRecord, body: UnsafeRawBufferPointer) {
        newestJob = max(newestJob, record.job.raw)
        guard record.isDurable else {
            jobs[record.job.raw, default: JobLog()].isDurable = false
            // Nothing else tells that its number is taken.
            open.newestJob = JobID(newestJob)
            return
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(body.count + 64)
        SubmissionHeader.append(record, to: &bytes)
        let header = bytes.count
        bytes.append(contentsOf: body)
        let row = newRow(
            .submission, record.job, first: UInt64(record.part), count: Int(record.epoch), bytes)
        open.rows[row].large = record.large.map { $0.lowerBound + header..<$0.upperBound + header }
        jobs[record.job.raw, default: JobLog()].parts.append(open.rows[row].id)
    }

    public func append(outcomes bytes: UnsafeRawBufferPointer, count: Int, job: JobID) {
        let first = remember(bytes, count, job)
        guard jobs[job.raw]!.isDurable else {
            jobs[job.raw]!.safeEnd = first + UInt64(count)  // As safe as it will ever be.
            return
        }
        openEnds[job.raw] = first + UInt64(count)
        if let last = open.rows.indices.last, open.rows[last].job == job.raw,
            open.rows[last].kind == .outcomes, open.rows[last].bytes.count + bytes.count <= Self.rowBytes
        {
            noteLarge(bytes, at: open.rows[last].bytes.count, in: last)
            open.rows[last].bytes.append(contentsOf: bytes)
            open.rows[last].count += count
            storedBytes += bytes.count
            jobs[job.raw]!.stored += bytes.count
            jobs[job.raw]!.segments[jobs[job.raw]!.segments.count - 1].count += UInt32(count)
            return
        }
        let row = newRow(.outcomes, job, first: first, count: count, Array(bytes))
        noteLarge(bytes, at: 0, in: row)
        jobs[job.raw]!.segments.append(
            JobLog.Segment(first: first, count: UInt32(count), row: open.rows[row].id))
    }

    /// Puts the entries into the job's memory; the cursor of the first.
    private func remember(_ bytes: UnsafeRawBufferPointer, _ count: Int, _ job: JobID) -> UInt64 {
        let first = jobs[job.raw, default: JobLog()].memory.end
        let chunks = jobs[job.raw]!.memory.chunkCount
        jobs[job.raw]!.memory.append(bytes, count: count)
        memoryBytes += bytes.count
        if jobs[job.raw]!.memory.chunkCount > chunks, jobs[job.raw]!.isDurable { evictable.append(job.raw) }
        return first
    }

    /// Payloads of entries too large for a row.
    private func noteLarge(_ bytes: UnsafeRawBufferPointer, at start: Int, in row: Int) {
        guard bytes.count > SubmissionRecord.largeBytes else { return }
        var offset = 0
        while offset < bytes.count {
            let length = OutcomeLog.entryLength(bytes, offset)
            if length > SubmissionRecord.largeBytes + OutcomeLog.headerBytes {
                open.rows[row].large.append(
                    start + offset + OutcomeLog.headerBytes..<start + offset + length)
            }
            offset += length
        }
    }

    private func newRow(
        _ kind: LedgerRow.Kind, _ job: JobID, first: UInt64, count: Int, _ bytes: [UInt8]
    ) -> Int {
        lastRow += 1
        storedBytes += bytes.count
        jobs[job.raw, default: JobLog()].stored += bytes.count
        open.rows.append(
            LedgerRow(id: lastRow, kind: kind, job: job.raw, first: first, count: count, bytes: bytes))
        return open.rows.count - 1
    }

    public func append(fact: LedgerFact) {
        switch fact {
        case .epoch(let number): epoch = number
        case .cancelling(let task, _) where jobs[task.job.raw]?.isDurable == false: return
        default: break
        }
        open.facts.append(fact)
    }

    public func forget(_ job: JobID) {
        guard let log = jobs.removeValue(forKey: job.raw) else { return }
        memoryBytes -= log.memory.bytes
        storedBytes -= log.stored
        openEnds[job.raw] = nil
        guard log.isDurable else { return }
        // Its number is not given again, though no row tells of it any more.
        open.newestJob = JobID(newestJob)
        open.forgotten.append(
            LedgerChunk.Forgotten(job: job, rows: log.parts + log.segments.map(\.row)))
    }

    /// A log on disk is cut by retention only, since a replay has to know of every end; memory is bounded
    /// anyway.
    public func trim(_ job: JobID, before cursor: UInt64) {
        guard jobs[job.raw]?.isDurable == false else { return }
        memoryBytes -= jobs[job.raw]!.memory.bytes
        jobs[job.raw]!.memory.trim(before: cursor)
        memoryBytes += jobs[job.raw]!.memory.bytes
    }

    public func commit() -> UInt64 {
        // What is damaged is never written over.
        guard !open.isEmpty, readFailure?.code != .damaged else { return lastChunk }
        lastChunk += 1
        open.number = lastChunk
        open.lastRow = lastRow
        closed.append((lastChunk, openEnds.map { ($0.key, $0.value) }))
        writer.write(open)
        open = LedgerChunk()
        openEnds.removeAll(keepingCapacity: true)
        return lastChunk
    }

    public var committed: UInt64 {
        let committed = writer.committed
        var count = 0
        while count < closed.count, closed[count].chunk <= committed {
            for (job, end) in closed[count].ends { jobs[job]?.safeEnd = end }
            count += 1
        }
        if count > 0 {
            closed.removeFirst(count)
            evict()
        }
        return committed
    }

    public var trouble: String? {
        if let failure = writer.trouble { return failure.message }
        // Not in every turn: on a network file system to ask is a journey.
        let now = Self.milliseconds()
        if now - roomLookedAt >= Self.roomPeriod {
            roomLookedAt = now
            roomTrouble = database.files.lackOfRoom
        }
        return roomTrouble
    }

    private static func milliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Waits until everything committed is safe; false if it cannot be made so.
    public func flush() -> Bool { writer.flush() }

    /// Writes what is left and closes the files; false if something could not be written. Damaged files are
    /// left as they are.
    public func close() -> Bool {
        _ = commit()
        let isWhole = ownWriter?.end() ?? true
        database.close(endsLog: damage == nil)
        return isWhole
    }

    /// Ends it without writing anything more: the files are not this process's any more.
    public func abandon() {
        ownWriter?.drop()
        database.close(endsLog: false)
    }

    // MARK: Memory

    /// What is safe on disk goes first out of memory that came first.
    private func evict() {
        while memoryBytes > memoryLimitBytes, evictableHead < evictable.count {
            let job = evictable[evictableHead]
            if let log = jobs[job] {
                guard log.memory.firstChunkEnd <= log.safeEnd else { return }
                memoryBytes -= log.memory.bytes
                jobs[job]!.memory.dropFirstChunk()
                memoryBytes += jobs[job]!.memory.bytes
            }
            evictableHead += 1
        }
        if evictableHead > 1024, evictableHead * 2 > evictable.count {
            evictable.removeFirst(evictableHead)
            evictableHead = 0
        }
    }

    /// Bytes that are in memory and nowhere else.
    public var outcomeBytes: Int { max(0, memoryBytes - memoryLimitBytes) }
    public func outcomeBytes(of job: JobID) -> Int { jobs[job.raw]?.memory.bytes ?? 0 }
}
