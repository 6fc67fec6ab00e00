import Foundation
import GRDB
import Glibc

/// Makes a ledger of what can be read of a damaged one. The damaged one is only read: at the end its
/// directory gets another name, by which controllers know that it has been dealt with.
public struct LedgerRecovery: Sendable {
    /// What became of a job of which something is kept or lost.
    public struct Job: Sendable {
        public var id: UInt32
        public var parts: UInt64
        public var outcomes: UInt64
        /// Records of it that are known to be lost.
        public var lostRecords: Int
    }

    /// Where the damaged ledger is now.
    public private(set) var source = ""
    /// Jobs that go on, by number.
    public private(set) var kept: [Job] = []
    /// Jobs of which there are records, but not the beginning.
    public private(set) var lostJobs: [UInt32] = []
    public private(set) var keptRecords = 0
    public private(set) var engines = 0
    /// Everything that is known to be lost, in words.
    public private(set) var losses: [String] = []

    public var isWhole: Bool { losses.isEmpty }

    /// Directories with a damaged ledger that was set aside from `directory`, the newest last.
    public static func setAside(from directory: String) -> [String] {
        LedgerFiles(directory: directory).setAside
    }

    /// Makes the ledger `directory` of the damaged one in `source`; if that is `directory` itself, it is set
    /// aside first. No controller may run on it. Takes room for two copies of the database meanwhile.
    /// - Throws: `LedgerError`; then nothing has changed, but that the ledger may have been set aside.
    public init(from source: String, to directory: String) throws(LedgerError) {
        var source = source
        if source == directory {
            // What is no ledger of ours, or a later version's, is not to be renamed.
            do throws(LedgerError) { _ = try LedgerProbe(directory) } catch {
                guard error.code == .damaged else { throw error }
            }
            guard let aside = try DiskLedger.setAside(directory) else {
                throw LedgerError(.missing, "there is no ledger in \(directory)")
            }
            source = aside
        } else if LedgerFiles(directory: directory).exists {
            throw LedgerError(
                .unusable,
                "there is a ledger in \(directory) already; move it elsewhere to put a recovered one there")
        }
        let work = "\(directory).recovering-\(getpid())"
        defer { Self.remove(work) }
        try Self.copy(LedgerFiles(directory: source), to: work)
        let probe = try LedgerProbe("\(work)/copy")
        var plan = RecoveryPlan(payloads: LedgerFiles(directory: source).payloads)
        let facts = try Self.write("\(work)/new", probe, &plan, of: LedgerFiles(directory: source))
        note(plan, facts)
        try Self.put("\(work)/new", at: directory)
        self.source = try Self.rename(source)
    }

    private mutating func note(_ plan: RecoveryPlan, _ facts: SalvagedFacts) {
        keptRecords = plan.keptRecords
        lostJobs = plan.lostJobs
        for (id, job) in plan.jobs.sorted(by: { $0.key < $1.key }) where job.parts > 0 {
            kept.append(Job(id: id, parts: job.parts, outcomes: job.end, lostRecords: job.lostRecords))
        }
        engines = facts.engines.count
        losses = plan.losses + facts.losses
    }

    /// Goes once through what the probe finds and writes what of it can be kept.
    private static func write(
        _ directory: String, _ probe: LedgerProbe, _ plan: inout RecoveryPlan, of source: LedgerFiles
    ) throws(LedgerError) -> SalvagedFacts {
        let target = try LedgerDatabase(directory, .write(.full))
        defer { target.close() }
        let facts: SalvagedFacts
        do {
            facts = try target.writer.write { database in
                var failure: (any Error)?
                try probe.walk { found in
                    guard failure == nil else { return }
                    do {
                        try plan.see(found) { row, payloads in
                            try LedgerDatabase.insert(row, payloads: payloads, database)
                        }
                    } catch { failure = error }
                }
                if let failure { throw failure }
                if plan.keptRecords == 0, let loss = plan.losses.first {
                    throw LedgerError(.damaged, "no record of \(source.directory) can be kept: \(loss)")
                }
                let facts = SalvagedFacts(probe, plan, tail: source.tail)
                try facts.write(database)
                return facts
            }
        } catch {
            throw LedgerDatabase.words(error, target.files.database)
        }
        for digest in plan.keptPayloads { try target.files.payloads.take(digest, from: source.payloads) }
        target.tail?.write(facts.numbers["commits"] ?? 0, areSynced: true)
        return facts
    }
}
