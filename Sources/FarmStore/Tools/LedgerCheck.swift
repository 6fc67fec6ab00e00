import FarmCore
import GRDB
import Glibc

/// What a look at everything in a ledger has found: the database as SQLite checks it, each record's checksum
/// and layout, the order of each job's parts and outcomes, payload files and their digests, and how far the
/// ledger is known to have gone. Changes nothing, and may be done beside a controller.
public struct LedgerCheck: Sendable {
    public private(set) var records = 0
    public private(set) var jobs = 0
    public private(set) var outcomes: UInt64 = 0
    public private(set) var engines = 0
    public private(set) var payloadFiles = 0
    public private(set) var payloadBytes = 0
    /// Transactions that the ledger holds; nil if that cannot be read.
    public private(set) var commits: Int64?
    /// Transactions that were made, as noted beside the ledger; nil if there is no note.
    public private(set) var notedCommits: Int64?
    /// What is not as it was written, each with its place.
    public private(set) var problems: [String] = []
    /// What is worth knowing, and no damage.
    public private(set) var warnings: [String] = []

    public var isSound: Bool { problems.isEmpty }

    /// SQLite is asked for so many problems at most.
    private static let sqliteProblems = 100

    /// Looks at the ledger in `directory`.
    /// - Throws: `LedgerError`: `missing`, `newer`, or `unusable` if it cannot be looked at. That it is
    ///   damaged is a finding.
    public init(of directory: String) throws(LedgerError) {
        let probe: LedgerProbe
        do throws(LedgerError) { probe = try LedgerProbe(directory) } catch {
            guard error.code == .damaged else { throw error }
            problems.append(error.message)
            return
        }
        // Before the database: what is committed meanwhile must not look lost.
        let tail = LedgerTail(probe.files.tail, bootID: LedgerFiles.bootID, isReadOnly: true)
        let noted = tail?.read()
        notedCommits = noted?.commits
        try checkDatabase(probe)
        var walk = Walk()
        try probe.walk { walk.see($0) }
        problems += walk.problems
        (records, outcomes, jobs) = (walk.records, walk.outcomes, walk.jobs.count)
        try checkPayloads(probe, walk)
        if let commits { checkEnd(probe, tail, noted, commits) }
    }

    private mutating func checkEnd(
        _ probe: LedgerProbe, _ tail: LedgerTail?, _ noted: (commits: Int64, isCertain: Bool)?,
        _ commits: Int64
    ) {
        let path = probe.files.database
        guard let noted, noted.commits > commits else {
            // A controller may have gone on since the note was read first.
            let now = tail?.read()?.commits
            if let words = LedgerTail.silence(of: probe.files.tail, noted: now, commits: commits) {
                warnings.append(words)
            }
            return
        }
        if noted.isCertain {
            problems.append(
                "\(path) holds \(commits) commits, but there were \(noted.commits): it has lost its end")
        } else {
            warnings.append(LedgerTail.lostWithPower(path, noted: noted.commits, commits: commits))
        }
    }

    private mutating func checkDatabase(_ probe: LedgerProbe) throws(LedgerError) {
        let path = probe.files.database
        var found: [String] = []
        do {
            try probe.queue.read { database in
                do {
                    let lines = try String.fetchAll(
                        database, sql: "PRAGMA integrity_check(\(Self.sqliteProblems))")
                    if lines != ["ok"] { found += lines.map { "\(path): \($0)" } }
                    if [.current, .older].contains(try LedgerSchema.standing(database)) {
                        try LedgerSchema.check(database)
                    }
                } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                    throw error
                } catch {
                    found.append(LedgerDatabase.openingWords(error, path).message)
                }
                do { commits = try LedgerDatabase.numbers(database)["commits"] ?? 0 } catch {
                    found.append(LedgerDatabase.openingWords(error, path).message)
                }
                do {
                    for row in try Row.fetchAll(database, sql: "SELECT * FROM engine ORDER BY id") {
                        engines += 1
                        _ = try LedgerDatabase.engine(row)
                    }
                    for row in try Row.fetchAll(database, sql: "SELECT * FROM cancelling") {
                        _ = try LedgerDatabase.cancelling(row)
                    }
                    try LedgerDatabase.schedules(database) { _ in }
                } catch {
                    found.append(LedgerDatabase.openingWords(error, path).message)
                }
            }
        } catch {
            throw LedgerDatabase.words(error, path)
        }
        problems += found
    }

    private mutating func checkPayloads(_ probe: LedgerProbe, _ walk: Walk) throws(LedgerError) {
        let files = probe.files.payloads
        var bad: [(record: Int64, words: String)] = []
        for (digest, use) in walk.payloads.sorted(by: { $0.value.record < $1.value.record }) {
            payloadFiles += 1
            payloadBytes += use.count
            do throws(LedgerError) { _ = try files.read(digest, count: use.count) } catch {
                bad.append((use.record, error.message))
            }
        }
        let (whole, leftovers) = files.list()
        do {
            try probe.queue.read { database in
                // A controller may have dropped records meanwhile, and their files with them.
                func isThere(_ record: Int64) -> Bool {
                    (try? Int.fetchOne(
                        database, sql: "SELECT 1 FROM record WHERE id = ?", arguments: [record])) != nil
                }
                for (record, words) in bad where isThere(record) {
                    problems.append("record \(record): \(words)")
                }
                let uses = try? LedgerDatabase.payloadUses(database)
                let lacks = uses.map { walk.uses.subtracting($0) } ?? []
                let strange = uses?.subtracting(walk.uses).filter { $0.record <= walk.last } ?? []
                if lacks.contains(where: { isThere($0.record) }) || !strange.isEmpty {
                    problems.append("the table of payload files is not what the records hold")
                }
                let orphans = whole.filter { walk.payloads[$0] == nil }
                let known = Set((uses ?? []).map(\.digest))
                for digest in orphans where !known.contains(digest) {
                    warnings.append("\(files.path(of: digest)): no record holds this payload file")
                }
            }
        } catch {
            throw LedgerDatabase.words(error, probe.files.database)
        }
        for path in leftovers { warnings.append("\(path): left by a write that was interrupted") }
    }
}
