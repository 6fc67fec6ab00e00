import Foundation
import Testing

/// What can be killed is killed, again and again, while a job runs.
@Suite(.serialized, .timeLimit(.minutes(20)))
struct ChaosTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private static func setting(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }

    /// `CHAOS_TASKS` and `CHAOS_SEED` set the size and the seed; `make chaos` runs the large one.
    @Test func `C29 C47 each task ends once, and is not begun again, whichever processes are killed`() throws
    {
        try run(
            tasks: Self.setting("CHAOS_TASKS") ?? 1_500, ChaosKiller.Victim.allCases, mostBeginnings: .max)
    }

    @Test func `C47 each task begins once though the controller is killed every second`() throws {
        try run(tasks: min(1_000, Self.setting("CHAOS_TASKS") ?? 1_000), [.controller], mostBeginnings: 1)
    }

    private func run(tasks: Int, _ victims: [ChaosKiller.Victim], mostBeginnings: Int) throws {
        let seed = Self.setting("CHAOS_SEED").map { UInt64($0) } ?? .random(in: 0...999_999)
        let title = "chaos: CHAOS_SEED=\(seed) CHAOS_TASKS=\(tasks)"
        print(title)
        let job = try ChaosJob(yard, tasks: tasks, mostBeginnings: mostBeginnings)
        try yard.ok("cluster", "start", "-n", "4", "--slots", "2")
        let begun = Date()
        let client = try yard.start(["submit", "--wait", "-o", "json", job.file])
        try yard.eventually("the first task has begun") { yard.read("side/1") != nil }

        var killer = ChaosKiller(yard, victims, seed: seed)
        while !client.hasEnded {
            guard Date().timeIntervalSince(begun) < 600 else {
                Issue.record("\(title): not ended in 600 s; \(killer.words); \(client.errors)")
                break
            }
            killer.strike()
        }
        print("\(title): \(killer.words) in \(Int(Date().timeIntervalSince(begun))) s")

        let ended = try client.wait(seconds: 5)
        #expect(ended.code == 0, "\(title): \(ended.errors.suffix(2_000))")
        try yard.awaitController()
        let problems = job.problems(try yard.tasks("results", "-o", "json", "1").objects())
        #expect(problems.isEmpty, "\(title): \(problems.count) problems: \(problems.prefix(10))")
        #expect(job.problems(try ended.objects()).isEmpty, "\(title): what the client that waited was told")
        let line = try yard.job(1)
        #expect(line["tasks"] as? Int == tasks && line["succeeded"] as? Int == tasks, "\(line)")
        for state in ["waiting", "ready", "running", "failed", "cancelled"] {
            #expect(line[state] as? Int == 0, "\(title): \(state)")
        }
        try yard.ok("cluster", "stop")
        #expect(yard.processes() == [])
    }
}
