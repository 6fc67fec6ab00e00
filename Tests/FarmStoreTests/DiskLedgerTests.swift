import FarmStore
import Testing

@Suite(.timeLimit(.minutes(5)))
struct DiskLedgerTests {
    let bench = LedgerBench()

    @Test(arguments: [FileSystemKind.local, .network("NFS")])
    func `C48 what is committed is told again in order after reopening, and nothing else is`(
        kind: FileSystemKind
    ) throws {
        let ledger = try bench.open(kind: kind)
        ledger.append(fact: .epoch(6))
        LedgerBench.submit(3, to: ledger)
        LedgerBench.submit(3, part: 1, to: ledger)
        LedgerBench.append((0..<3).map { LedgerBench.entry($0) }, 3, to: ledger)
        ledger.append(fact: .engineJoined(EngineID(2), LedgerBench.engine))
        ledger.append(fact: .engineAwaited(EngineID(2), nanoseconds: 55))
        ledger.append(fact: .cancelling(TaskID(JobID(3), 1), count: 4))
        _ = ledger.commit()
        LedgerBench.submit(4, to: ledger)
        LedgerBench.append([LedgerBench.entry(3)], 3, to: ledger)
        _ = ledger.commit()
        #expect(ledger.flush())
        if kind == .local {
            // It is left as a process leaves it that is killed.
            LedgerBench.submit(5, to: ledger)
            LedgerBench.append([LedgerBench.entry(4)], 3, to: ledger)
        } else {
            #expect(ledger.close())
        }

        let again = try bench.open(kind: kind)
        var told: [String] = []
        again.replay { step in
            switch step {
            case .submission(let record, let message):
                #expect(record == LedgerBench.record(record.job.raw, part: record.part))
                told.append(String(decoding: message, as: UTF8.self))
            case .fact(let fact): told.append("\(fact)")
            case .outcomes(let job, let bytes, let count):
                told.append("\(count) of \(job), \(bytes.count) bytes")
            }
        }
        #expect(
            told == [
                "\(LedgerFact.engineJoined(EngineID(2), LedgerBench.engine))",
                "\(LedgerFact.engineAwaited(EngineID(2), nanoseconds: 55))",
                "\(LedgerFact.cancelling(TaskID(JobID(3), 1), count: 4))", "part 0 of job 3",
                "part 1 of job 3", "3 of 3, 240 bytes", "part 0 of job 4", "1 of 3, 80 bytes",
                "\(LedgerFact.newestJob(JobID(4)))",
            ])
        #expect(again.epoch == 6 && again.damage == nil)
        #expect(again.close())
    }

    @Test func `C48 a job that is not durable leaves nothing but its number`() throws {
        let ledger = try bench.open()
        LedgerBench.submit(1, to: ledger)
        LedgerBench.submit(9, isDurable: false, to: ledger)
        LedgerBench.append([LedgerBench.entry(1)], 9, to: ledger)
        ledger.append(fact: .cancelling(TaskID(JobID(9), 0), count: 1))
        _ = ledger.commit()
        #expect(LedgerBench.outcomes(ledger, 9) == LedgerBench.entry(1), "it can be read meanwhile")
        #expect(ledger.close())

        let again = try bench.open()
        var told: [String] = []
        var newest = JobID(0)
        again.replay { step in
            switch step {
            case .submission(let record, _): told.append("submission \(record.job)")
            case .fact(.newestJob(let job)): newest = job
            case .fact(let fact): told.append("\(fact)")
            case .outcomes(let job, _, _): told.append("outcomes \(job)")
            }
        }
        #expect(told == ["submission 1"])
        #expect(newest.raw >= 9)
        #expect(again.close())
    }

    @Test func `C49 a job that is forgotten takes its rows with it, and its number is not given again`()
        throws
    {
        let ledger = try bench.open()
        bench.fill(ledger)
        let before = ledger.storedBytes
        ledger.append(fact: .paused(JobID(2), true))
        ledger.append(fact: .paused(JobID(3), true))
        _ = ledger.commit()
        ledger.forget(JobID(2))
        ledger.forget(JobID(4))
        _ = ledger.commit()
        #expect(ledger.storedBytes < before)
        #expect(LedgerBench.outcomes(ledger, 2) == [])
        #expect(ledger.close())

        let again = try bench.open()
        let story = LedgerBench.story(again)
        #expect(!story.contains { $0.hasPrefix("outcomes 2") || $0.contains("cancelling") })
        #expect(story.filter { $0.contains("paused") } == ["fact \(LedgerFact.paused(JobID(3), true))"])
        #expect(story.count { $0.hasPrefix("submission") } == 2)
        #expect(story.contains("fact \(LedgerFact.newestJob(JobID(4)))"))
        LedgerBench.submit(5, to: again)
        _ = again.commit()
        #expect(again.close())
        #expect(bench.failure() == nil, "row numbers go on where they were")
        #expect(try LedgerCheck(of: bench.ledger).problems == [])
    }

    @Test(arguments: [0, 1_000, 1 << 20])
    func `entries are the same bytes from memory, after eviction and after reopening, from any cursor`(
        memoryLimit: Int
    ) throws {
        let ledger = try bench.open(memoryLimitBytes: memoryLimit)
        LedgerBench.submit(1, to: ledger)
        var all: [[UInt8]] = []
        for round in 0..<40 {
            // Now and then one that is kept as a file.
            let sizes = [10, 400, round % 10 == 3 ? 90_000 : 20]
            let entries = sizes.map { LedgerBench.entry(round, payload: $0) }
            all += entries
            LedgerBench.append(entries, 1, to: ledger)
            _ = ledger.commit()
        }
        #expect(ledger.flush() && ledger.committed > 0)
        check(all, ledger)
        #expect(ledger.outcomeBytes(of: JobID(1)) <= max(memoryLimit, 300_000))
        #expect(ledger.close())
        let again = try bench.open(memoryLimitBytes: memoryLimit)
        again.replay { _ in }
        check(all, again)
        #expect(again.outcomeBytes(of: JobID(1)) == 0, "a replay brings nothing into memory")
        #expect(again.close())
    }

    private func check(_ entries: [[UInt8]], _ ledger: DiskLedger) {
        for start in stride(from: 0, to: entries.count, by: 11) {
            for limit in [1, 500, 1 << 20] {
                let expected = entries[start...].flatMap { $0 }
                #expect(LedgerBench.outcomes(ledger, 1, from: UInt64(start), limit: limit) == expected)
            }
        }
        #expect(ledger.damage == nil)
    }

    @Test func `nothing can be read before it is safe`() throws {
        let disk = try VirtualDisk(memoryLimitBytes: 0) { 100 }
        let ledger = try disk.open()
        LedgerBench.submit(1, to: ledger)
        LedgerBench.append([LedgerBench.entry(1)], 1, to: ledger)
        let chunk = ledger.commit()
        LedgerBench.append([LedgerBench.entry(2)], 1, to: ledger)
        #expect(ledger.committed < chunk && LedgerBench.outcomes(ledger, 1) == [])
        disk.now = Instant(nanoseconds: 99)
        disk.settle()
        #expect(ledger.committed < chunk && LedgerBench.outcomes(ledger, 1) == [])
        disk.now = Instant(nanoseconds: 100)
        disk.settle()
        #expect(ledger.committed == chunk)
        #expect(LedgerBench.outcomes(ledger, 1) == LedgerBench.entry(1), "the second is not even committed")
        #expect(LedgerBench.outcomes(ledger, 1, from: 1) == [])
    }

    @Test func `C48 the number of what is safe never passes what another process can read`() throws {
        let ledger = try bench.open()
        for job in 1...60 as ClosedRange<UInt32> {
            LedgerBench.submit(job, to: ledger)
            LedgerBench.append([LedgerBench.entry(1)], job, to: ledger)
            _ = ledger.commit()
            let safe = ledger.committed
            var jobs: UInt64 = 0
            try LedgerContents(of: bench.ledger).read(payloads: false) { step in
                if case .submission = step { jobs += 1 }
            }
            #expect(jobs >= safe, "chunk n brings job n")
        }
        #expect(ledger.close())
    }

    @Test func `two controllers on a shared file system cannot both have the ledger`() throws {
        let first = try bench.open(kind: .network("NFS"))
        LedgerBench.submit(1, to: first)
        _ = first.commit()
        #expect(first.journal == "rollback journal")
        let error = #expect(throws: LedgerError.self) { try bench.open(kind: .network("NFS")) }
        #expect(error?.code == .unusable)
        #expect(error?.message.contains("in use by another process") == true, "\(error?.message ?? "")")
        LedgerBench.submit(2, to: first)
        _ = first.commit()
        #expect(first.close(), "the first one goes on")
        #expect(bench.failure() == nil)
    }
}
