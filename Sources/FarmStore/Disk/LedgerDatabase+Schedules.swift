import FarmCore
import Foundation
import GRDB

// Rows of schedules and of their history, whose bodies are the controller's own.
extension LedgerDatabase {
    static func keep(schedule name: String, _ body: [UInt8]?, _ database: Database) throws {
        guard let body else {
            try database.cachedStatement(sql: "DELETE FROM schedule WHERE name = ?")
                .execute(arguments: [name])
            try database.cachedStatement(sql: "DELETE FROM scheduled_run WHERE schedule = ?")
                .execute(arguments: [name])
            return
        }
        try insert([name.databaseValue, Data(body).databaseValue], into: "schedule", database)
    }

    static func keep(
        runOf name: String, at: Int64, _ body: [UInt8]?, _ database: Database
    ) throws {
        guard let body else {
            try database.cachedStatement(sql: "DELETE FROM scheduled_run WHERE schedule = ? AND at = ?")
                .execute(arguments: [name, at])
            return
        }
        try insert(
            [name.databaseValue, at.databaseValue, Data(body).databaseValue], into: "scheduled_run", database)
    }

    /// All of them, each schedule before its runs; ledgers before version 3 have none.
    static func schedules(_ database: Database, _ use: (LedgerFact) -> Void) throws {
        guard try database.tableExists("schedule") else { return }
        for row in try Row.fetchAll(database, sql: "SELECT * FROM schedule ORDER BY name") {
            use(try schedule(row))
        }
        for row in try Row.fetchAll(database, sql: "SELECT * FROM scheduled_run ORDER BY schedule, at") {
            use(try scheduledRun(row))
        }
    }

    static func schedule(_ row: Row) throws -> LedgerFact {
        let values = try CheckedRow.values(row, of: "schedule")
        let body: Data = try CheckedRow.cast(values[1])
        return .schedule(try CheckedRow.cast(values[0]), Array(body))
    }

    static func scheduledRun(_ row: Row) throws -> LedgerFact {
        let values = try CheckedRow.values(row, of: "scheduled_run")
        let body: Data = try CheckedRow.cast(values[2])
        return .scheduledRun(
            try CheckedRow.cast(values[0]), at: try CheckedRow.cast(values[1]), Array(body))
    }
}
