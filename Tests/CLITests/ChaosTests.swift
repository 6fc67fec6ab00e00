import Foundation
import Testing

/// Everything that can be killed is killed, again and again, while a job runs.
@Suite(.serialized, .timeLimit(.minutes(15)))
struct ChaosTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private static func setting(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }

    /// `CHAOS_TASKS` and `CHAOS_SEED` set the size and the seed; `make chaos` runs the large one.
    @Test func `C29 C47 each task ends once, and is not begun again, whichever processes are killed`() throws
    {
        let tasks = Self.setting("CHAOS_TASKS") ?? 1_500
        let seed = Self.setting("CHAOS_SEED").map { UInt64($0) } ?? .random(in: 0...999_999)
        let report = "chaos: CHAOS_SEED=\(seed) CHAOS_TASKS=\(tasks)"
        print(report)
        let job = try ChaosJob(yard, tasks: tasks)
        try yard.ok("cluster", "start", "-n", "4", "--slots", "2")
        let begun = Date()
        let client = try yard.start(["submit", "--wait", "-o", "json", job.file])
        try yard.eventually("the first task has begun") { yard.read("side/1") != nil }

        var killer = ChaosKiller(yard, seed: seed)
        while !client.hasEnded {
            guard Date().timeIntervalSince(begun) < 600 else {
                Issue.record("\(report): not ended in 600 s; \(killer.words); \(client.errors)")
                break
            }
            killer.strike()
        }
        let seconds = Int(Date().timeIntervalSince(begun))
        print("\(report): \(killer.words) in \(seconds) s")

        let ended = try client.wait(seconds: 5)
        #expect(ended.code == 0, "\(report): \(ended.errors.suffix(2_000))")
        try yard.eventually("a controller answers") { try yard.tasks("status").code == 0 }
        let rows = try yard.tasks("results", "-o", "json", "1").objects()
        let problems = job.problems(rows)
        #expect(problems.isEmpty, "\(report): \(problems.count) problems: \(problems.prefix(10))")
        #expect(job.problems(try ended.objects()).isEmpty, "\(report): what the client that waited was told")
        let line = try #require(try yard.tasks("list", "-o", "json").objects().first)
        #expect(line["tasks"] as? Int == tasks && line["succeeded"] as? Int == tasks, "\(line)")
        for state in ["waiting", "ready", "running", "failed", "cancelled"] {
            #expect(line[state] as? Int == 0, "\(report): \(state)")
        }
        try yard.ok("cluster", "stop")
        #expect(yard.processes() == [])
    }
}
