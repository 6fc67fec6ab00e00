import FarmStore
import Foundation
import Glibc
import Testing

/// A directory for one test, and what the tests write into ledgers there.
final class LedgerBench {
    let directory: String
    var ledger: String { "\(directory)/ledger" }
    var database: String { "\(ledger)/ledger.sqlite" }

    init() {
        var template = Array("/tmp/ledger-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "cannot make a directory")
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func open(
        durability: Durability = .full, memoryLimitBytes: Int = 1 << 20, kind: FileSystemKind? = nil
    ) throws(LedgerError) -> DiskLedger {
        try DiskLedger(
            ledger, durability: durability, memoryLimitBytes: memoryLimitBytes, kind: kind
        ) {}
    }

    /// Seeds of a test that damages something in each of so many rounds: fresh ones, or the one of
    /// `LEDGER_SEED` alone. Each failure is to name its round's.
    static func seeds(_ count: Int) -> [UInt64] {
        let setting = ProcessInfo.processInfo.environment
        if let seed = setting["LEDGER_SEED"].flatMap({ UInt64($0) }) { return [seed] }
        let count = setting["LEDGER_SEEDS"].flatMap { Int($0) } ?? count
        return (0..<count).map { _ in .random(in: 0..<1_000_000_000) }
    }

    // MARK: What is written

    /// An entry as the wire lays it out, as far as the ledger looks at it: its length, then what `number`
    /// says.
    static func entry(_ number: Int, payload: Int = 8) -> [UInt8] {
        var entry = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 72 + payload)
        withUnsafeBytes(of: UInt32(entry.count).littleEndian) { entry.replaceSubrange(0..<4, with: $0) }
        return entry
    }

    static func append(_ entries: [[UInt8]], _ job: UInt32, to ledger: any Ledger) {
        entries.flatMap { $0 }.withUnsafeBytes {
            ledger.append(outcomes: $0, count: entries.count, job: JobID(job))
        }
    }

    static func record(
        _ job: UInt32, part: UInt32 = 0, isDurable: Bool = true, large: [Range<Int>] = []
    ) -> SubmissionRecord {
        SubmissionRecord(
            job: JobID(job), part: part, owner: "hélène", client: UniqueKey(high: 7, low: UInt64(job)),
            priorityCap: -3, at: Instant(nanoseconds: 1_000 + Int64(job)), epoch: 1, isDurable: isDurable,
            large: large)
    }

    static func submit(
        _ job: UInt32, part: UInt32 = 0, body: [UInt8]? = nil, isDurable: Bool = true,
        large: [Range<Int>] = [], to ledger: any Ledger
    ) {
        (body ?? Array("part \(part) of job \(job)".utf8)).withUnsafeBytes {
            ledger.append(
                submission: record(job, part: part, isDurable: isDurable, large: large), body: $0)
        }
    }

    static let engine = EngineInfo(
        key: UniqueKey(high: 0xF00D, low: 5), name: "engine-0", host: "nora", pid: 77, slots: 4, cpus: 8,
        tags: ["gpu", "fast"])

    /// Three jobs, an engine, a cancel, payloads in files: something of everything.
    func fill(_ ledger: DiskLedger, rounds: Int = 20) {
        ledger.append(fact: .epoch(3))
        ledger.append(fact: .engineJoined(EngineID(0), Self.engine))
        ledger.append(fact: .engineJoined(EngineID(1), Self.engine))
        ledger.append(fact: .engineGone(EngineID(1)))
        for job in 1...3 as ClosedRange<UInt32> { Self.submit(job, to: ledger) }
        _ = ledger.commit()
        for round in 0..<rounds {
            for job in 1...3 as ClosedRange<UInt32> {
                Self.append((0..<5).map { Self.entry(round * 5 + $0, payload: 300) }, job, to: ledger)
            }
            _ = ledger.commit()
        }
        let large = [UInt8](repeating: 9, count: 70_000)
        Self.submit(4, body: [1, 2] + large + [3], large: [2..<70_002], to: ledger)
        Self.append([Self.entry(1, payload: 70_000)], 4, to: ledger)
        ledger.append(fact: .cancelling(TaskID(JobID(2), 9), count: 2))
        _ = ledger.commit()
    }

    // MARK: What is read

    /// All that a replay tells and that can be read of each job, in words.
    static func story(_ ledger: DiskLedger) -> [String] {
        var story: [String] = []
        var jobs: [JobID] = []
        ledger.replay { step in
            switch step {
            case .submission(let record, let message):
                story.append("submission \(record) \(Array(message).hashValue)")
                if record.part == 0 { jobs.append(record.job) }
            case .fact(let fact): story.append("fact \(fact)")
            case .outcomes(let job, let bytes, let count):
                story.append("outcomes \(job) \(count) \(bytes.count)")
            }
        }
        for job in jobs { story.append("job \(job) \(outcomes(ledger, job.raw).hashValue)") }
        return story + ["epoch \(ledger.epoch)"]
    }

    /// All bytes of a job's outcome log from a cursor on.
    static func outcomes(
        _ ledger: any Ledger, _ job: UInt32, from start: UInt64 = 0, limit: Int = 1 << 20
    ) -> [UInt8] {
        var all: [UInt8] = []
        var cursor = start
        while true {
            let next = ledger.outcomes(of: JobID(job), from: cursor, limitBytes: limit) { bytes, _, first in
                if first == cursor { all += bytes }
            }
            guard next > cursor else { return all }
            cursor = next
        }
    }

    // MARK: Files

    /// Paths below the directory of the ledger's payloads, sorted.
    var payloadFiles: [String] {
        (FileManager.default.enumerator(atPath: "\(ledger)/payload")?.compactMap { $0 as? String } ?? [])
            .filter { $0.contains("/") }.sorted()
    }

    func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

    func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    func copy(_ source: String, to target: String) throws {
        try? FileManager.default.removeItem(atPath: target)
        try FileManager.default.copyItem(atPath: source, toPath: target)
    }

    /// The error with which an opening and reading of everything ends; nil if all can be read.
    func failure() -> LedgerError? {
        do throws(LedgerError) {
            let ledger = try open()
            defer { _ = ledger.close() }
            _ = Self.story(ledger)
            return ledger.damage
        } catch {
            return error
        }
    }
}
