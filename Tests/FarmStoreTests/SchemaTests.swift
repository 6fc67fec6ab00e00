import Foundation
import GRDB
import Testing

@testable import FarmStore

/// Ledgers of other versions of the program.
@Suite struct SchemaTests {
    let bench = LedgerBench()

    /// `Ledgers/v1.sql`, made by sqlite3's `.dump` of what version 1 had written for `LedgerBench.fill` with
    /// two rounds; the others likewise. For each new version there is to be one like them.
    private func make(_ name: String) throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Ledgers/\(name)")
        try FileManager.default.createDirectory(
            atPath: bench.ledger, withIntermediateDirectories: true)
        let queue = try DatabaseQueue(path: bench.database)
        let dump = try String(contentsOf: path, encoding: .utf8)
        try queue.writeWithoutTransaction { try $0.execute(sql: dump) }
        try queue.close()
        for filling in [1, 9] as [UInt8] {
            let large = [UInt8](repeating: filling, count: 70_000)
            _ = try PayloadFiles(directory: "\(bench.ledger)/payload").keep(large[...])
        }
    }

    private func change(_ sql: String) throws {
        let queue = try DatabaseQueue(path: bench.database)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }

    @Test(arguments: ["v1.sql", "v2.sql", "v3.sql", "v4.sql"])
    func `a ledger that an earlier version has written is read whole`(name: String) throws {
        try make(name)
        let old = try bench.open(memoryLimitBytes: 0)
        let story = LedgerBench.story(old)
        #expect(old.damage == nil)
        let fresh = LedgerBench()
        let new = try fresh.open()
        fresh.fill(new, rounds: 2)
        #expect(new.close())
        let again = try fresh.open(memoryLimitBytes: 0)
        #expect(story == LedgerBench.story(again) && story.count > 10)
        #expect(again.close() && old.close())
        #expect(try LedgerCheck(of: bench.ledger).problems == [])
    }

    @Test(arguments: ["v1.sql", "v2.sql", "v3.sql", "v4.sql"])
    func `a ledger that an earlier version has written can be looked at, and stays as it is`(name: String)
        throws
    {
        try make(name)
        let bytes = try bench.bytes(bench.database)
        let read = try DiskLedger(reading: bench.ledger)
        let story = LedgerBench.story(read)
        #expect(read.damage == nil && read.close())
        var records = 0
        try LedgerContents(of: bench.ledger).read(payloads: true) { _ in records += 1 }
        #expect(records == 11)
        #expect(try LedgerCheck(of: bench.ledger).problems == [])
        #expect(try bench.bytes(bench.database) == bytes)
        let old = try bench.open(memoryLimitBytes: 0)
        #expect(LedgerBench.story(old) == story && story.count > 10)
        #expect(old.close())
    }

    @Test(arguments: ["v1.sql", "v2.sql"])
    func `a ledger of before there were schedules takes them`(name: String) throws {
        try make(name)
        let ledger = try bench.open()
        ledger.append(fact: .schedule("heat", [1]))
        ledger.append(fact: .scheduledRun("heat", at: 5, [2]))
        _ = ledger.commit()
        #expect(ledger.close())
        let again = try bench.open()
        var kept: [LedgerFact] = []
        again.replay { step in
            switch step {
            case .fact(let fact):
                switch fact {
                case .schedule, .scheduledRun: kept.append(fact)
                default: break
                }
            default: break
            }
        }
        #expect(kept == [.schedule("heat", [1]), .scheduledRun("heat", at: 5, [2])])
        #expect(again.close())
    }

    @Test func `an empty database is told from one of an earlier version`() throws {
        try FileManager.default.createDirectory(atPath: bench.ledger, withIntermediateDirectories: true)
        try bench.write([], to: bench.database)
        let error = #expect(throws: LedgerError.self) { _ = try DiskLedger(reading: bench.ledger) }
        #expect(error?.message.contains("is empty") == true, "\(error?.message ?? "")")
    }

    @Test func `C50 a ledger of a later version is refused, not taken for damaged, and not changed`() throws {
        try make("v4.sql")
        try change("INSERT INTO grdb_migrations VALUES ('5'); PRAGMA user_version = 5")
        let bytes = try bench.bytes(bench.database)
        #expect(bench.failure()?.code == .newer)
        for attempt in [
            { _ = try LedgerCheck(of: bench.ledger) }, { _ = try LedgerContents(of: bench.ledger) },
        ] {
            #expect(#expect(throws: LedgerError.self, performing: attempt)?.code == .newer)
        }
        #expect(try bench.bytes(bench.database).count == bytes.count)
    }

    @Test(arguments: ["", "PRAGMA journal_mode = WAL"])
    func `another program's database is refused, and left as and where it is`(journal: String) throws {
        try FileManager.default.createDirectory(atPath: bench.ledger, withIntermediateDirectories: true)
        try change(
            """
            \(journal); PRAGMA application_id = 7; PRAGMA user_version = 3;
            CREATE TABLE record (name TEXT); INSERT INTO record VALUES ('a song')
            """)
        let bytes = try bench.bytes(bench.database)
        for attempt in [
            { _ = try bench.open() }, { _ = try DiskLedger(reading: bench.ledger) },
            { _ = try LedgerCheck(of: bench.ledger) }, { _ = try LedgerContents(of: bench.ledger) },
            { _ = try LedgerRecovery(from: bench.ledger, to: bench.ledger) },
        ] {
            let error = #expect(throws: LedgerError.self, performing: attempt)
            #expect(error?.code == .unusable, "\(error?.message ?? "")")
            #expect(error?.message.contains("another program's database") == true)
            #expect(try bench.bytes(bench.database) == bytes)
        }
    }

    private static let damages = [
        "PRAGMA user_version = 5", "INSERT INTO grdb_migrations VALUES ('5')", "DELETE FROM grdb_migrations",
        "DROP TABLE engine", "ALTER TABLE record RENAME COLUMN crc TO crd", "CREATE TABLE more (x)",
        "UPDATE number SET value = value + 1 WHERE name = 'epoch'",
        "UPDATE number SET name = 'epoci' WHERE name = 'epoch'", "UPDATE engine SET awaited = 5",
        "UPDATE engine SET key = x'00'", "UPDATE cancelling SET count = 9", "DELETE FROM payload_use",
        "UPDATE payload_use SET record = record + 1", "UPDATE record SET job = 9 WHERE id = 2",
        "DELETE FROM record WHERE id = 2", "UPDATE record SET id = 1000 WHERE id = 5",
        "UPDATE record SET count = count + 1 WHERE id = 4", "UPDATE record SET kind = 'x' WHERE id = 4",
        "UPDATE record SET body = 7 WHERE id = 4", "UPDATE record SET crc = 1e300 WHERE id = 4",
        "UPDATE record SET first = -1 WHERE id = 4",
    ]

    @Test(arguments: damages, ["v1.sql", "v2.sql", "v3.sql", "v4.sql"])
    func `C50 tables that are not as they were written are told`(sql: String, of name: String) throws {
        try make(name)
        try change(sql)
        let failure = bench.failure()
        #expect(failure?.code == .damaged, "\(failure?.message ?? "no error")")
        #expect(try !LedgerCheck(of: bench.ledger).isSound)
    }
}
