import FarmCore
import GRDB

/// What can be read of a damaged ledger's small tables, put right where it must not be too low: numbers that
/// were given once are never given again.
struct SalvagedFacts {
    /// Rows as they were, checksums included.
    private(set) var engines: [Row] = []
    private var cancels: [Row] = []
    private var schedules: [Row] = []
    private var scheduledRuns: [Row] = []
    private(set) var numbers: [String: Int64] = [:]
    private(set) var losses: [String] = []
    /// No number has been lost.
    private var areNumbersSure = true

    /// How many numbers of controllers, jobs and engines may have been given in what is lost.
    private static let leap: Int64 = 1 << 16

    init(_ probe: LedgerProbe, _ plan: RecoveryPlan, tail: String) {
        var newestEngine: Int64 = 0
        let noted = LedgerTail(tail, bootID: LedgerFiles.bootID, isReadOnly: true)?.read()?.commits
        do {
            try probe.queue.read { database in
                engines = rows("engine", database) {
                    newestEngine = max(newestEngine, Int64(try LedgerDatabase.engine($0).0.raw))
                }
                cancels = rows("cancelling", database) { _ = try LedgerDatabase.cancelling($0) }
                    .filter { plan.jobs[$0["job"]]?.parts ?? 0 > 0 }
                if (try? database.tableExists("schedule")) != false {
                    schedules = rows("schedule", database) { _ = try LedgerDatabase.schedule($0) }
                    scheduledRuns = rows("scheduled_run", database) {
                        _ = try LedgerDatabase.scheduledRun($0)
                    }
                }
                let before = losses.count
                var found: [String: Int64] = [:]
                _ = rows("number", database) { row in
                    let values = try CheckedRow.values(row, of: "number")
                    let name: String = try CheckedRow.cast(values[0])
                    found[name] = try CheckedRow.cast(values[1])
                }
                numbers = found
                if losses.count > before { areNumbersSure = false }
            }
        } catch {
            areNumbersSure = false
            losses.append("engines and numbers: \(LedgerDatabase.words(error, "the ledger").message)")
        }
        settle(noted: noted, plan, newestEngine: newestEngine)
    }

    private mutating func settle(noted: Int64?, _ plan: RecoveryPlan, newestEngine: Int64) {
        let held = numbers["commits"]
        if let held, let noted, noted > held {
            areNumbersSure = false
            losses.append("the ledger's end: it holds \(held) commits, but there were \(noted)")
        }
        let commits = [held, noted].compactMap { $0 }.max()
        numbers["commits"] = (commits ?? 0) + 1
        raise("last_row", to: plan.newest)
        raise("newest_job", to: Int64(plan.jobs.keys.max() ?? 0))
        guard !areNumbersSure else { return }
        // Without any, the next controller begins at the time of day, as with a ledger without a past.
        if let epoch = numbers["epoch"] { raise("epoch", to: epoch + Self.leap) }
        raise("newest_job", to: (numbers["newest_job"] ?? 0) + Self.leap)
        raise("newest_engine", to: max(newestEngine, numbers["newest_engine"] ?? 0) + Self.leap)
    }

    private mutating func raise(_ name: String, to value: Int64) {
        if value > numbers[name] ?? 0 { numbers[name] = value }
    }

    /// The rows of a table as far as it can be read, without those that `check` throws at.
    private mutating func rows(
        _ table: String, _ database: Database, _ check: (Row) throws -> Void
    ) -> [Row] {
        var found: [Row] = []
        do {
            let rows = try Row.fetchCursor(database, sql: "SELECT * FROM \(table)")
            while let row = try rows.next()?.copy() {
                do {
                    try check(row)
                    found.append(row)
                } catch let error as LedgerError {
                    losses.append(error.message)
                }
            }
        } catch {
            let words = LedgerDatabase.words(error, "the ledger").message
            losses.append("the table \(table) from some row on: \(words)")
        }
        return found
    }

    func write(_ database: Database) throws {
        for row in engines {
            // They may be of an earlier version.
            let (id, info, awaited) = try LedgerDatabase.engine(row)
            try LedgerDatabase.insert(
                try LedgerDatabase.values(of: id, info, awaited: awaited), into: "engine", database)
        }
        for row in cancels {
            try LedgerDatabase.insert(
                Array(row.databaseValues.dropLast()), into: "cancelling", database)
        }
        for (rows, table) in [(schedules, "schedule"), (scheduledRuns, "scheduled_run")] {
            for row in rows {
                try LedgerDatabase.insert(Array(row.databaseValues.dropLast()), into: table, database)
            }
        }
        for (name, value) in numbers {
            try LedgerDatabase.insert([name.databaseValue, value.databaseValue], into: "number", database)
        }
    }
}
