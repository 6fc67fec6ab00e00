import Foundation
import Testing

/// Brakes and limits, from batch files through the real binary.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct BrakeTests {
    let yard: Farmyard

    init() throws {
        yard = try Farmyard()
        try yard.ok("cluster", "start", "-n", "2", "--slots", "2", "--limit", "license=1")
    }

    private func stop() { _ = try? yard.tasks("cluster", "stop", "--now") }

    private func states(_ run: Ended) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for row in try run.objects() { counts[row["state"] as? String ?? "", default: 0] += 1 }
        return counts
    }

    private func submit(_ text: String) throws -> Ended {
        try yard.write("batch.yaml", text)
        return try yard.tasks("submit", "--wait", "-o", "json", "batch.yaml")
    }

    @Test func `C28 max-failures in a batch file stops what has not begun, and show says so`() throws {
        defer { stop() }
        let run = try submit(
            """
            tasks:
              bad: {sweep: {range: {n: {from: 1, to: 200}}}, run: "exit 3", max-failures: 2, max-running: 1}
            """)
        #expect(run.code == 1)
        #expect(try states(run) == ["failed": 3, "cancelled": 197])
        #expect(try yard.ok("show", "last").output.contains("max-failures"))
        #expect(try yard.ok("why", "last.199").output.contains("too many tasks had failed"))
    }

    @Test func `C28 canaries go first, and when all of them fail nobody follows`() throws {
        defer { stop() }
        let bad = try submit(
            "tasks: {bad: {sweep: {range: {n: {from: 1, to: 50}}}, run: 'exit 3', canary: 2}}")
        #expect(try states(bad) == ["failed": 2, "cancelled": 48])
        let good = try submit(
            "tasks: {good: {sweep: {range: {n: {from: 1, to: 50}}}, run: 'test -n \"$TASKS_JOB\"', canary: 2}}"
        )
        #expect(try states(good) == ["succeeded": 50])
    }

    /// Each task finds that nobody else is there; four slots would let four be.
    private static let alone = "mkdir lock && sleep 0.02 && rmdir lock"

    @Test(arguments: ["max-running: 1", "needs: {license: 1}"])
    func `C10 C28 one at a time, by a brake and by a limit of the farm`(_ key: String) throws {
        defer { stop() }
        let run = try submit(
            """
            tasks:
              one: {sweep: {range: {n: {from: 1, to: 20}}}, run: "\(Self.alone)", \(key)}
            """)
        #expect(try states(run) == ["succeeded": 20], "\(run.errors)")
    }

    @Test func `two at a time are two`() throws {
        defer { stop() }
        // Without it the tests above would pass on a farm that runs one task at a time anyway.
        let run = try submit(
            """
            tasks:
              pair:
                sweep: {list: [{me: a, you: b}, {me: b, you: a}]}
                run: "touch ${{ me }}; for i in $(seq 500); do test -e ${{ you }} && exit 0; sleep 0.02; done; exit 1"
                max-running: 2
            """)
        #expect(try states(run) == ["succeeded": 2], "\(run.errors)")
    }
}
