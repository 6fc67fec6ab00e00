import FarmFunctions
import FarmProcess
import FarmTemplate
import FarmTransport
import Foundation
import Testing

@testable import FarmEngine

/// What attempts cost the engine's process. Figures, not limits: run in release with `TASKS_COSTS=1`.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["TASKS_COSTS"] != nil), .serialized)
struct EngineCosts {
    private func cpuSeconds() -> Double { Double(ResourceUsage.ofThisProcess().cpuNanoseconds) / 1e9 }

    private func measure(_ what: String, _ count: Int, _ body: () async throws -> Void) async rethrows {
        let (wall, cpu) = (Date(), cpuSeconds())
        try await body()
        let (wallSeconds, cpuUsed) = (Date().timeIntervalSince(wall), cpuSeconds() - cpu)
        print(
            "\(what): \(Int(Double(count) / wallSeconds))/s, CPU \(Int(cpuUsed / Double(count) * 1e9)) ns each"
        )
    }

    @Test(arguments: [1, 2]) func `a function that does nothing`(_ slots: Int) async throws {
        let harness = try EngineHarness(slots: slots, keepsResults: false)
        defer { harness.stop() }
        harness.define(TaskTemplate(.function("noop", with: nil)))
        harness.dispatch(0..<1000)
        await harness.count(1000)
        let count: UInt32 = 200_000
        for (round, window) in ([250, 1000] as [UInt32]).enumerated() {
            let first = 1000 + UInt32(round) * count
            let before = harness.resultMessages
            await measure("noop, \(slots) slots, \(window) at a time", Int(count)) {
                var done = harness.received
                for start in stride(from: first, to: first + count, by: Int(window)) {
                    harness.dispatch(start..<start + window)
                    // Two windows on the way, as prefetch has it.
                    done += Int(window)
                    await harness.count(done - Int(window))
                }
                await harness.count(done)
            }
            print("  in \(harness.resultMessages - before) result messages")
        }
    }

    @Test func `one by one`() async throws {
        let harness = try EngineHarness(slots: 1, keepsResults: false)
        defer { harness.stop() }
        harness.define(TaskTemplate(.function("noop", with: nil)))
        let done = harness.received
        await measure("noop, one by one (with the test's own waiting)", 20_000) {
            for index in 0..<20_000 as Range<UInt32> {
                harness.dispatch(index..<index + 1)
                await harness.count(done + Int(index) + 1)
            }
        }
    }

    @Test(arguments: [1, 2], [false, true])
    func `bin true`(_ slots: Int, _ isBound: Bool) async throws {
        let identities = EngineIdentities(cores: isBound ? Array(HostInfo.cpus.prefix(slots)) : [])
        let harness = try EngineHarness(slots: slots, keepsResults: false, identities: identities)
        defer { harness.stop() }
        harness.define(TaskTemplate(.arguments(["/bin/true"])))
        harness.dispatch(0..<200)
        await harness.count(200)
        await measure("/bin/true, \(slots) slots\(isBound ? ", bound to CPUs" : "")", 5000) {
            harness.dispatch(200..<5200)
            await harness.count(5200)
        }
    }

    @Test func `payloads`() throws {
        let rounds = 5_000_000
        var sum = 0
        var payload: [UInt8] = []
        let begun = Date()
        for index in 0..<rounds {
            payload.removeAll(keepingCapacity: true)
            try PayloadCodec.encode(index, into: &payload)
            sum &+= try payload.withUnsafeBytes { try PayloadCodec.decode(Int.self, from: $0) }
        }
        print("Int there and back: \(Int(Date().timeIntervalSince(begun) / Double(rounds) * 1e9)) ns", sum)
    }
}
