import FarmCore
import GRDB
import Glibc

/// A ledger's database opened as it lies there, sound or not, and read as far as it goes. Nothing is written.
final class LedgerProbe {
    /// What stands at one place of the `record` table.
    enum Found {
        case row(LedgerDatabase.StoredRow)
        /// A record whose checksum is wrong; the job and the kind that it names, which may be wrong, too.
        case altered(id: Int64, job: Int64?, isPart: Bool)
        /// Ids at which SQLite cannot read; not all of them need to have been there.
        case unreadable(ClosedRange<Int64>, String)
    }

    let files: LedgerFiles
    let queue: DatabaseQueue

    /// Ids are tried so far behind the last one that could be read, if the newest one is not known.
    private static let blindIDs: Int64 = 100_000

    /// - Throws: `LedgerError`: `missing`, `newer`, `damaged` if nothing of it can be read, `unusable`.
    init(_ directory: String) throws(LedgerError) {
        files = LedgerFiles(directory: directory)
        guard files.exists else { throw LedgerError(.missing, "there is no ledger in \(directory)") }
        guard access(files.database, F_OK) == 0 else {
            throw LedgerError(.damaged, "\(files.database) is missing")
        }
        try files.checkLog()
        let name = try files.nameForReading()
        do {
            queue = try DatabaseQueue(
                path: name, configuration: LedgerDatabase.configuration(true, keepsLog: files.hasLog))
            let standing = try queue.read { try? LedgerSchema.standing($0) }
            guard standing != .foreign else { throw LedgerSchema.foreign(files.database) }
            guard standing != .newer else {
                throw LedgerError(
                    .newer, "the ledger in \(directory) was written by a later version of this program")
            }
        } catch {
            throw LedgerDatabase.openingWords(error, files.database)
        }
    }

    /// Calls `visit` with all that is found, ids rising. Pages that cannot be read are gone past one id after
    /// the other.
    func walk(_ visit: (Found) -> Void) throws(LedgerError) {
        do {
            try queue.read { database in
                let statement: Statement
                do {
                    statement = try database.makeStatement(
                        sql: "SELECT \(LedgerDatabase.columns) FROM record WHERE id = ?")
                } catch let error as DatabaseError where error.resultCode != .SQLITE_BUSY {
                    let words = error.message ?? "\(error.resultCode)"
                    return visit(.unreadable(1...max(1, newest(database) ?? 1), words))
                }
                var last: Int64 = 0
                while let words = try readOn(database, &last, visit) {
                    guard try skip(database, statement, words, &last, visit) else { return }
                }
            }
        } catch {
            throw LedgerDatabase.openingWords(error, files.database)
        }
    }

    /// Reads rows in order behind `last`; why that came to an end too early, or nil if it did not.
    private func readOn(
        _ database: Database, _ last: inout Int64, _ visit: (Found) -> Void
    ) throws -> String? {
        do {
            let rows = try Row.fetchCursor(
                database, sql: "SELECT \(LedgerDatabase.columns) FROM record WHERE id > ? ORDER BY id",
                arguments: [last])
            while let row = try rows.next() {
                guard let id = Int64.fromDatabaseValue(row[0] as DatabaseValue), id > last else {
                    return "records are out of order"
                }
                last = id
                tell(row, id, visit)
            }
            return nil
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            throw error
        } catch let error as DatabaseError {
            return error.message ?? "\(error.resultCode)"
        }
    }

    /// Tries the next ids until one can be read; false if there is none. Those between are told as
    /// unreadable: where pages lead nowhere, a record that was there looks like one that never was.
    private func skip(
        _ database: Database, _ statement: Statement, _ words: String, _ last: inout Int64,
        _ visit: (Found) -> Void
    ) throws -> Bool {
        let first = last + 1
        let end = newest(database) ?? last + Self.blindIDs
        while last < end {
            last += 1
            guard let row = try? Row.fetchOne(statement, arguments: [last]) else { continue }
            if first < last { visit(.unreadable(first...last - 1, words)) }
            tell(row, last, visit)
            return true
        }
        visit(.unreadable(first...max(first, last), words))
        return false
    }

    private func tell(_ row: Row, _ id: Int64, _ visit: (Found) -> Void) {
        do {
            try LedgerDatabase.read(row, of: files.database) { visit(.row($0)) }
        } catch {
            let kind = Int64.fromDatabaseValue(row[1] as DatabaseValue)
            visit(
                .altered(
                    id: id, job: Int64.fromDatabaseValue(row[2] as DatabaseValue),
                    isPart: kind == LedgerRow.Kind.submission.rawValue))
        }
    }

    /// The newest record's id as far as it is noted anywhere; nil if nothing can be told.
    private func newest(_ database: Database) -> Int64? {
        guard let newest = try? Int64.fetchOne(database, sql: "SELECT max(id) FROM record") else {
            return nil
        }
        let dropped = (try? LedgerDatabase.numbers(database))?["last_row"] ?? 0
        return max(newest, dropped)
    }
}
