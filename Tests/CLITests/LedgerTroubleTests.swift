import Foundation
import Glibc
import Testing

/// Disks that are full, and ledgers that cannot be used.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct LedgerTroubleTests {
    let yard: Farmyard
    private var ledger: String { "\(yard.home)/farm/default/ledger" }

    init() throws { yard = try Farmyard() }

    @Test func `C51 with a full disk nothing new is taken and nothing is lost`() throws {
        guard let disk = SmallDisk(yard, megabytes: 4) else { return }
        try yard.ok("cluster", "start", "--slots", "2", "--ledger", "\(disk.path)/ledger")
        defer {
            disk.makeRoom()
            _ = try? yard.tasks("cluster", "stop", "--now")
        }
        try yard.write(
            "batch.yaml",
            "tasks: {held: {run: \"\(yard.hold("held"))\"}, behind: {after: held, run: \"echo x >> behind\"}}"
        )
        try yard.ok("submit", "batch.yaml")
        try yard.awaitStart("held")
        let wait = try yard.start(["wait", "1"])
        disk.fill()
        for _ in 0..<2 {
            let refused = try yard.tasks("submit", "--name", "more", "--", "true")
            #expect(refused.code == 2, "\(refused.errors)")
            #expect(refused.errors.contains("full"), "\(refused.errors)")
        }
        try yard.write("go", "")
        try yard.eventually("what runs has ended") { yard.lines("held.ends") == 1 }
        #expect(!wait.hasEnded)
        // A controller that dies now cannot start before there is room; then it does.
        try yard.killController()
        try yard.eventually("one has tried to start") {
            let path = "\(yard.home)/farm/default/log/launcher.log"
            return try String(contentsOfFile: path, encoding: .utf8).contains("the controller does not start")
        }
        #expect(!wait.hasEnded)
        disk.makeRoom()
        #expect(try wait.wait().code == 0)
        #expect(yard.lines("held.starts") == 1 && yard.lines("behind") == 1)
        try yard.eventually("work is taken again") {
            try yard.tasks("submit", "--wait", "--", "true").code == 0
        }
        #expect(try yard.tasks("list", "-o", "json").objects().allSatisfy { $0["name"] as? String != "more" })
        try yard.ok("cluster", "stop")
    }

    @Test func `C51 with a full disk whoever waits for a record is told why, and goes on when there is room`()
        throws
    {
        guard let disk = SmallDisk(yard, megabytes: 4) else { return }
        try yard.ok("cluster", "start", "--slots", "1", "--ledger", "\(disk.path)/ledger")
        defer {
            disk.makeRoom()
            _ = try? yard.tasks("cluster", "stop", "--now")
        }
        try yard.ok("submit", "--wait", "--", "true")
        try yard.ok("submit", "--", "sh", "-c", yard.hold("held"))
        try yard.ok("submit", "--", "sh", "-c", yard.hold("queued", go: "never"))
        try yard.awaitStart("held")
        disk.fill()
        try yard.write("go", "")
        try yard.awaitStart("queued")
        let waiting = try [["purge", "1"], ["results", "2"], ["show", "2.0"], ["cancel", "3"]].map {
            (command: $0, process: try yard.start($0))
        }
        for (command, process) in waiting {
            try yard.eventually("\(command) says why it waits") {
                process.errors.contains("waiting: the controller cannot record anything: ")
            }
            #expect(process.errors.contains("full") && !process.hasEnded, "\(command): \(process.errors)")
        }
        disk.makeRoom()
        for (command, process) in waiting {
            let ended = try process.wait()
            #expect(ended.code == 0, "\(command): \(ended.errors)")
        }
        #expect(waiting[1].process.output.contains("succeeded"))
        #expect(try yard.tasks("wait", "3").code == 1)
        #expect(try yard.tasks("show", "1").errors.contains("purged"))
        try yard.ok("cluster", "stop")
    }

    /// Starts are refused with these words, by the command in the background and by the one in the
    /// foreground.
    private func expectRefusal(_ words: String..., more: [String] = []) throws {
        for command in [["cluster", "start"], ["controller"]] {
            let refused = try yard.start(command + more).wait()
            #expect(refused.code == 2, "\(command): \(refused.errors)")
            #expect(words.allSatisfy { refused.errors.contains($0) }, "\(command): \(refused.errors)")
            // Its last word comes before its end.
            try yard.eventually("it has ended") { yard.processes() == [] }
        }
    }

    @Test func `a ledger on a disk that cannot be written is refused`() throws {
        guard let disk = SmallDisk(yard, megabytes: 4) else { return }
        let flags = ["--ledger", "\(disk.path)/ledger"]
        #expect(try yard.start(["cluster", "start"] + flags).wait().code == 0)
        try yard.ok("submit", "--wait", "--", "true")
        try yard.ok("cluster", "stop")
        try #require(disk.makeReadOnly())
        try expectRefusal("cannot write in \(disk.path)/ledger", "--ledger", more: flags)
    }

    /// A stopped farm with a ledger of about a MiB.
    private func makeLedger() throws {
        try yard.ok("cluster", "start")
        try yard.write("lines", String(repeating: "\(String(repeating: "x", count: 200))\n", count: 5_000))
        try yard.ok("submit", "--each-line", "lines", "--name", "kept", "--", "true", "{}")
        try yard.ok("cancel", "kept")
        try yard.ok("cluster", "stop", "--now")
    }

    @Test func `C50 a ledger with flipped bytes is refused, and set aside unchanged`() throws {
        try makeLedger()
        let path = "\(ledger)/ledger.sqlite"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for place in bytes.count / 2..<bytes.count / 2 + 64 { bytes[place] ^= 0x55 }
        try bytes.write(to: URL(fileURLWithPath: path))
        try expectRefusal("damaged", "tasks ledger recover")
        #expect(access(ledger, F_OK) != 0)
        let profile = "\(yard.home)/farm/default"
        let aside = try FileManager.default.contentsOfDirectory(atPath: profile).filter {
            $0.hasPrefix("ledger.damaged-")
        }
        #expect(aside.count == 1)
        let kept = try Data(contentsOf: URL(fileURLWithPath: "\(profile)/\(aside.first ?? "")/ledger.sqlite"))
        #expect(kept == bytes)
    }

    @Test func `C50 a ledger whose log was deleted after a crash is refused, and set aside`() throws {
        try yard.ok("cluster", "start")
        try yard.ok("submit", "--wait", "--", "true")
        try yard.killEverything()
        #expect(unlink("\(ledger)/ledger.sqlite-wal") == 0)
        let refused = try yard.tasks("cluster", "start")
        #expect(refused.code == 2 && refused.errors.contains("has lost its end"), "\(refused.errors)")
        // Nor does anybody begin anew without a word.
        try expectRefusal("damaged", "tasks ledger recover")
        #expect(access(ledger, F_OK) != 0)
    }

    @Test func `another program's database in the ledger's place is refused and left there`() throws {
        guard let database = SystemSQLite() else { return }
        let path = "\(ledger)/ledger.sqlite"
        try FileManager.default.createDirectory(
            atPath: ledger, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        chmod("\(yard.home)/farm/default", 0o700)
        database.execute("CREATE TABLE songs (name TEXT)", in: path)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try expectRefusal("another program's database", path)
        for command in [["list"], ["ledger", "check"], ["ledger", "recover"]] {
            let refused = try yard.start(command).wait()
            #expect(refused.code == 2 && refused.errors.contains("another program's"), "\(refused.errors)")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
    }

    @Test func `a directory in which others can write is refused as a ledger's`() throws {
        let place = "\(yard.home)/shared"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        chmod(place, 0o777)
        try expectRefusal("--ledger", "chmod 700", more: ["--ledger", place])
        chmod(place, 0o755)
        #expect(try yard.start(["cluster", "start", "--ledger", place]).wait().code == 0)
        try yard.ok("cluster", "stop")
    }

    @Test func `a ledger on a disk that cannot be written is looked at, after a stop and after a kill`()
        throws
    {
        for isKilled in [false, true] {
            guard let disk = SmallDisk(yard, megabytes: 4) else { return }
            let place = "\(disk.path)/ledger"
            #expect(try yard.start(["cluster", "start", "--ledger", place]).wait().code == 0)
            try yard.ok("submit", "--wait", "--name", "kept", "--", "echo", "hello")
            if isKilled { try yard.killEverything() } else { try yard.ok("cluster", "stop") }
            try #require(disk.makeReadOnly())
            #expect(try yard.ok("ledger", "check").output.hasSuffix("sound\n"))
            #expect(try yard.ok("ledger", "export").output.contains("kept"))
            #expect(try yard.ok("list").output.contains("kept"))
            #expect(try yard.ok("logs", "kept.0").output.contains("hello"))
            #expect(try yard.ok("results", "kept").output.contains("succeeded"))
            unlink("\(yard.home)/farm/default/ledger")
        }
    }

    @Test func `a ledger of a later version is refused and left as it is`() throws {
        try makeLedger()
        guard let database = SystemSQLite() else { return }
        database.execute(
            """
            WITH RECURSIVE step (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM step WHERE number < 99)
            INSERT OR IGNORE INTO grdb_migrations (identifier) SELECT number FROM step;
            PRAGMA user_version = 99;
            """, in: "\(ledger)/ledger.sqlite")
        try expectRefusal("later version")
        #expect(access("\(ledger)/ledger.sqlite", F_OK) == 0)
        let looked = try yard.tasks("list")
        #expect(looked.code == 2 && looked.errors.contains("later version"), "\(looked.errors)")
    }
}
