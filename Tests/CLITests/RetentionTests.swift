import Testing

/// How long a cluster keeps what has ended.
@Suite(.timeLimit(.minutes(5)))
struct RetentionTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private func jobs() throws -> [Int] {
        try yard.tasks("list", "-o", "json").objects().compactMap { $0["id"] as? Int }
    }

    @Test func `C49 what has ended goes when it is old enough, and nothing that has not, or is waited for`()
        throws
    {
        try yard.ok("cluster", "start", "--slots", "2", "--keep-age", "1s")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        try yard.write(
            "batch.yaml",
            "tasks: {held: {run: \"\(yard.hold("held"))\"}, behind: {after: [held, 1], run: \"true\"}}")
        let needed = try yard.start(["submit", "--wait", "--", "sh", "-c", yard.hold("needed", go: "first")])
        try yard.awaitStart("needed")
        try yard.ok("submit", "batch.yaml")
        try yard.write("first", "")
        #expect(try needed.wait().code == 0)
        try yard.ok("submit", "--wait", "--", "true")
        try yard.eventually("job 3 is gone") { try jobs() == [1, 2] }
        let gone = try yard.tasks("results", "3")
        #expect(gone.code == 2 && gone.errors.contains("purged"), "\(gone.errors)")
        #expect(yard.lines("held.starts") == 1)
        // So it is in the ledger, and after a restart.
        try yard.killController()
        try yard.awaitController()
        #expect(try jobs() == [1, 2])
        try yard.write("go", "")
        try yard.ok("wait", "2")
        try yard.eventually("all is gone") { try jobs() == [] }
        #expect(yard.lines("held.starts") == 1 && yard.lines("held.ends") == 1)
        #expect(try yard.ok("submit", "--", "true").output.hasPrefix("job 4: "))
        try yard.ok("cluster", "stop")
        #expect(try yard.ok("ledger", "check").output.hasSuffix("sound\n"))
    }
}
