import Foundation
import Glibc
import MultiEngine
import Testing

/// Commands for engines that have died, and for those that come.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct EngineLossTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private func presence(of engine: EngineID, _ mec: MultiEngineClient) async throws -> String? {
        try await mec.farm.engines().first { $0.id == engine }?.presence
    }

    /// Kills nanny and worker, so that nobody starts the worker again.
    private func kill(_ engine: EngineID, _ mec: MultiEngineClient) async throws {
        let nanny = pid_t(try #require(try await mec.farm.engines().first { $0.id == engine }).pid)
        let workers = yard.processes("--run-as-farm-worker").filter { Farmyard.parent($0) == nanny }
        // Neither may act on the other's end: the worker would take its leave.
        Glibc.kill(nanny, SIGSTOP)
        for pid in workers + [nanny] { Glibc.kill(pid, SIGKILL) }
    }

    @Test func `C54 a command for an engine that died is EngineLost, whether or not that is known by then`()
        async throws
    {
        try await yard.multiEngine(1) { mec in
            let engine = try yard.start(["engine", "start"])
            let ids = try await mec.waitForEngines(2)
            try await kill(ids[1], mec)
            for isKnown in [false, true] {
                // Nobody takes its place: for ten minutes it counts as away.
                while isKnown, try await presence(of: ids[1], mec) != "away" {
                    try await Task.sleep(for: .milliseconds(20))
                }
                let error = try await composite { try await mec.on(.engines(ids)).execute("6 * 7") }
                #expect(error.failures.map(\.engine) == [ids[1]], "\(error)")
                #expect(error.failures.map(\.name) == ["EngineLost"] && !error.failures[0].isQueueCleared)
                #expect(error.result(of: ids[0], as: CommandResult.self)?.result == "42", "it is kept")
            }
            let told = try yard.tasks("multi", "exec", "-t", "0,\(ids[1])", "6 * 7")
            #expect(told.code == 1 && told.output.contains("[0] Out[3]: 42"), "\(told.output)")
            #expect(told.errors.contains("[\(ids[1]):execute]: EngineLost: "), "\(told.errors)")
            _ = try engine.wait()
        }
    }

    @Test func `C55 when an engine has taken the place of one that died, that one is unknown`() async throws {
        try await yard.multiEngine(2) { mec in
            try await kill(EngineID(1), mec)
            do {
                _ = try await mec.on([0, 1]).execute("6 * 7")
                Issue.record("an engine that is dead has answered")
            } catch let error as CompositeError {
                #expect(error.failures.map(\.name) == ["EngineLost"])
            } catch let error as MultiEngineError {
                // On a slow machine another has its place by now.
                #expect(error.code == .unknownEngine, "\(error)")
            }
            while try await mec.ids != [EngineID(0), EngineID(2)] {
                try await Task.sleep(for: .milliseconds(20))
            }
            while try await presence(of: EngineID(1), mec) != nil {
                try await Task.sleep(for: .milliseconds(20))
            }
            let unknown = await #expect(throws: MultiEngineError.self) {
                try await mec.on([0, 1]).execute("6 * 7")
            }
            #expect(unknown?.code == .unknownEngine)
            #expect(try await mec.execute("6 * 7").map(\.engine.raw) == [0, 2])
        }
    }

    @Test func `C52 all engines are those that are there at each call: one that joins is among them`()
        async throws
    {
        try await yard.multiEngine(1) { mec in
            #expect(mec.targets == .all)
            #expect(try await mec.execute("x = 1").map(\.engine.raw) == [0])
            let engine = try yard.start(["engine", "start"])
            let ids = try await mec.waitForEngines(2)
            #expect(try await mec.execute("x = 2").map(\.engine) == ids)
            #expect(try await mec.pull("x", as: Int.self) == [2, 2])
            try yard.ok("engine", "stop", "\(ids[1])")
            while try await mec.ids.count > 1 { try await Task.sleep(for: .milliseconds(20)) }
            #expect(try await mec.pull("x", as: Int.self) == [2])
            _ = try engine.wait()
        }
    }
}
