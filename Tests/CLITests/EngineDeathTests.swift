import Foundation
import Testing

/// `kill -9` in mid-run: no task is lost, no process is left.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct EngineDeathTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    enum Victim: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case worker, nanny, nannyThenWorker, workerThenNanny
        var testDescription: String { rawValue }
    }

    /// Four tasks, of which the first two wait for a file the first time they are tried, and stay behind with
    /// a child.
    private static let batch = """
        name: mortal
        tasks:
          hold:
            sweep: {grid: {n: [1, 2]}}
            env: {MARK: MARKER}
            run: |
              echo attempt >> attempts.${{ n }}
              if test $(wc -l < attempts.${{ n }}) -eq 1; then
                setsid sleep 300 &
                touch begun.${{ n }}
                sleep 300
              fi
          more: {after: hold, run: "true"}
          final: {after: more, run: "true"}
        """

    private func kill(_ victim: Victim, worker: Int32, nanny: Int32) {
        switch victim {
        case .worker: Glibc.kill(worker, SIGKILL)
        case .nanny: Glibc.kill(nanny, SIGKILL)
        case .nannyThenWorker:
            Glibc.kill(nanny, SIGKILL)
            Glibc.kill(worker, SIGKILL)
        case .workerThenNanny:
            Glibc.kill(worker, SIGKILL)
            Glibc.kill(nanny, SIGKILL)
        }
    }

    private func findEngine() throws -> (worker: Int32, nanny: Int32) {
        try yard.eventually("both tasks have begun") {
            yard.read("begun.1") != nil && yard.read("begun.2") != nil
        }
        let worker = try #require(yard.processes("--run-as-farm-worker").first)
        return (worker, Farmyard.parent(worker))
    }

    private func check(_ rows: [[String: Any]]) {
        #expect(rows.count == 4)
        #expect(rows.allSatisfy { $0["state"] as? String == "succeeded" })
        // A dying engine may be sent one again that it never begins.
        #expect(rows.prefix(2).allSatisfy { ($0["attempt"] as? Int ?? 0) >= 2 })
        for n in ["1", "2"] { #expect(yard.read("attempts.\(n)")?.split(separator: "\n").count == 2) }
    }

    @Test(arguments: Victim.allCases)
    func `C29 a run goes on when an engine's process is killed`(_ victim: Victim) throws {
        try yard.write("batch.yaml", Self.batch.replacingOccurrences(of: "MARKER", with: yard.mark))
        let run = try yard.start(["run", "batch.yaml", "--slots", "2", "-o", "json"])
        let (worker, nanny) = try findEngine()
        kill(victim, worker: worker, nanny: nanny)
        let ended = try run.wait(seconds: 60)
        #expect(ended.code == 0, "\(ended.errors)")
        check(try ended.objects())
        try yard.eventually("all processes are gone", seconds: 5) { yard.processes() == [] }
    }

    @Test(arguments: [Victim.worker, .nanny])
    func `C29 without a budget the task fails, naming engine and task, and so do those that wait for it`(
        _ victim: Victim
    ) throws {
        let batch = "defaults: {retry: {engine-lost: 0}}\n" + Self.batch
        try yard.write("batch.yaml", batch.replacingOccurrences(of: "MARKER", with: yard.mark))
        let run = try yard.start(["run", "batch.yaml", "--slots", "2", "-o", "json"])
        let (worker, nanny) = try findEngine()
        kill(victim, worker: worker, nanny: nanny)
        let ended = try run.wait(seconds: 60)
        #expect(ended.code == 1, "\(ended.errors)")
        let states = try ended.objects().map { $0["state"] as? String }
        #expect(states == ["failed", "failed", "impossible", "impossible"])
        #expect(
            ended.errors.contains("failed: 1.0 hold/n=1: engine 0 was lost while it ran"), "\(ended.errors)")
        let because = /impossible: 1\.3 final: because of task 1\.[01]: engine 0 was lost while it ran/
        #expect(ended.errors.contains(because), "\(ended.errors)")
        for n in ["1", "2"] { #expect(yard.read("attempts.\(n)")?.split(separator: "\n").count == 1) }
        try yard.eventually("all processes are gone", seconds: 5) { yard.processes() == [] }
    }

    @Test(arguments: Victim.allCases)
    func `C29 a cluster goes on when an engine's process is killed`(_ victim: Victim) throws {
        try yard.ok("cluster", "start", "--slots", "2")
        try yard.write("batch.yaml", Self.batch.replacingOccurrences(of: "MARKER", with: yard.mark))
        try yard.ok("submit", "batch.yaml")
        let (worker, nanny) = try findEngine()
        let sleepers = Set(yard.processes("sleep 300"))
        #expect(!sleepers.isEmpty)
        kill(victim, worker: worker, nanny: nanny)
        try yard.ok("wait", "mortal")
        check(try yard.tasks("results", "mortal", "-o", "json").objects())
        try yard.eventually("what the dead engine had started is gone", seconds: 5) {
            sleepers.isDisjoint(with: yard.processes())
        }
        try yard.ok("cluster", "stop")
        #expect(yard.processes() == [])
    }
}
