import Foundation
import Testing

/// `tasks ledger`: what a farm has recorded, looked at and mended without it.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct LedgerTests {
    let yard: Farmyard
    private var ledger: String { "\(yard.home)/farm/default/ledger" }

    init() throws { yard = try Farmyard() }

    /// Two jobs of which one has failed tasks; the farm still runs.
    private func work() throws {
        try yard.ok("cluster", "start", "-n", "1", "--slots", "2")
        try yard.ok("submit", "--name", "fine", "--label", "round=1", "--", "echo", "hello")
        try yard.ok("wait", "1")
        try yard.ok("submit", "--name", "bad", "--", "sh", "-c", "exit 3")
        #expect(try yard.tasks("wait", "2").code == 1)
    }

    private func lines(_ text: String) throws -> [[String: Any]] {
        try text.split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
        }
    }

    @Test func `C50 a ledger is exported and checked beside its farm, and compacted only without it`() throws
    {
        try work()
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        let rows = try lines(yard.ok("ledger", "export", "--values").output)
        let jobs = rows.filter { $0["kind"] as? String == "job" }
        #expect(jobs.map { $0["name"] as? String } == ["fine", "bad"])
        #expect((jobs.first?["labels"] as? [String: String]) == ["round": "1"])
        #expect(jobs.first?["durable"] as? Bool == true && jobs.first?["owner"] as? String != "")
        let ends = rows.filter { $0["kind"] as? String == "terminal" }
        #expect(ends.map { $0["task"] as? String } == ["1.0", "2.0"])
        #expect(ends.map { $0["state"] as? String } == ["succeeded", "failed"])
        #expect(ends.map { $0["exit"] as? Int } == [0, 3])
        let payload = (ends.first?["payload"] as? String).flatMap { Data(base64Encoded: $0) }
        #expect(payload?.count == ends.first?["payload_bytes"] as? Int)
        #expect(try !yard.ok("ledger", "export").output.contains("\"payload\""))

        let check = try yard.ok("ledger", "check")
        #expect(check.output.hasSuffix("sound\n") && check.output.contains("of 2 jobs"), "\(check.output)")
        for command in ["compact", "recover"] {
            let refused = try yard.tasks("ledger", command)
            #expect(refused.code == 2 && refused.errors.contains("is in use"), "\(refused.errors)")
        }
        try yard.ok("cluster", "stop")
        let compact = try yard.ok("ledger", "compact")
        #expect(compact.output.contains(" bytes before, "))
        #expect(try yard.ok("ledger", "check", "--ledger", ledger).output.hasSuffix("sound\n"))
        let recover = try yard.tasks("ledger", "recover")
        #expect(recover.code == 2 && recover.errors.contains("sound"), "\(recover.errors)")
    }

    @Test func `C50 a damaged ledger is said, set aside at a start, and recovered as far as it can be`()
        throws
    {
        try work()
        try yard.ok("cluster", "stop")
        let path = "\(ledger)/ledger.sqlite"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        // In the second job's submission.
        let place = try #require(bytes.range(of: Data("exit 3".utf8))?.lowerBound)
        bytes[place] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))

        let check = try yard.tasks("ledger", "check")
        #expect(check.code == 1 && check.output.contains("its checksum is wrong"), "\(check.output)")
        #expect(try yard.tasks("cluster", "start").code == 2)
        let none = try yard.tasks("ledger", "check")
        #expect(none.code == 3 && none.errors.contains("there is no ledger"), "\(none.errors)")

        let recover = try yard.tasks("ledger", "recover")
        #expect(
            recover.code == 1 && recover.output.contains("kept: 1 job"), "\(recover.output)\(recover.errors)")
        #expect(recover.output.contains("lost: job 2") && recover.output.contains("recovered-from-"))
        try yard.ok("ledger", "check")
        try yard.ok("cluster", "start")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        #expect(try yard.tasks("list", "-o", "json").objects().map { $0["name"] as? String } == ["fine"])
        #expect(try yard.tasks("submit", "--", "true").output != "job 2: true (1 task)\n")
    }

    @Test func `where there is no ledger each command says so`() throws {
        for command in ["export", "check", "recover", "compact"] {
            let ended = try yard.tasks("ledger", command)
            #expect(
                ended.code == 3 && ended.errors.contains("there is no ledger"), "\(command): \(ended.errors)")
        }
    }
}
