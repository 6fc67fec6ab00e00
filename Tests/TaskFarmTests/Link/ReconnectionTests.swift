import FarmTransport
import Synchronization
import Testing

@testable import TaskFarm

@Suite(.timeLimit(.minutes(1)))
struct ReconnectionTests {
    /// Parts of 50 tasks.
    private func parts(_ key: UniqueKey, tasks: Int) throws -> [SubmissionPart] {
        var parts: [SubmissionPart] = []
        for start in stride(from: 0, to: tasks, by: 50) {
            var part = try FunctionParts.all(
                Square.self, start..<min(tasks, start + 50), TaskOptions())[0]
            part.key = key
            part.isLast = start + 50 >= tasks
            if start > 0 {
                part.header = nil
                part.templates = []
            }
            parts.append(part)
        }
        return parts
    }

    @Test(arguments: 1...10)
    func `whatever links are lost each task is submitted once and its end is told once`(seed: Int) throws {
        let farm = SimulatedFarm()
        let key = UniqueKey(high: 9, low: UInt64(seed))
        let sink = RecordingSink(key, try parts(key, tasks: 2_000))
        var random = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15
        var drops = 0
        farm.fault = { _ in
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            guard drops < 60, random >> 33 % 11 == 0 else { return false }
            drops += 1
            return true
        }
        farm.client.perform { _ in farm.core?.submit(key, sink, at: farm.network.now) }
        // Whole comes last where the acceptances were what was lost.
        let isDone = farm.run {
            sink.seen.withLock { $0.ended.count >= 2_000 && $0.isWhole || $0.failure != nil }
        }
        let seen = sink.seen.withLock { $0 }
        #expect(isDone)
        #expect(drops > 0)
        #expect(seen.failure == nil)
        #expect(Set(seen.ended).count == 2_000)
        #expect(seen.ended.count == 2_000)
    }

    @Test func `C47 a controller that restarts with its ledger is not noticed by who waits`() throws {
        let farm = SimulatedFarm()
        let key = UniqueKey(high: 9, low: 1)
        let sink = RecordingSink(key, try parts(key, tasks: 2_000))
        farm.client.perform { _ in farm.core?.submit(key, sink, at: farm.network.now) }
        #expect(farm.run { sink.seen.withLock { $0.ended.count > 100 } })
        farm.startController()
        #expect(farm.run { sink.seen.withLock { $0.ended.count >= 2_000 || $0.failure != nil } })
        let seen = sink.seen.withLock { $0 }
        #expect(seen.failure == nil)
        #expect(Set(seen.ended).count == 2_000)
        #expect(seen.ended.count == 2_000)
    }

    @Test func `a controller that has lost its ledger ends the waiting with an error`() throws {
        let farm = SimulatedFarm()
        let key = UniqueKey(high: 9, low: 1)
        let sink = RecordingSink(key, try parts(key, tasks: 2_000))
        farm.client.perform { _ in farm.core?.submit(key, sink, at: farm.network.now) }
        #expect(farm.run { sink.seen.withLock { $0.ended.count > 100 && $0.isWhole } })
        farm.startController(forgetting: true)
        #expect(farm.run { sink.seen.withLock { $0.failure != nil } })
        #expect(sink.seen.withLock { $0.failure?.code } == .unknown)
    }

    @Test func `another job under the old number is not taken for the old one`() throws {
        let farm = SimulatedFarm()
        let key = UniqueKey(high: 9, low: 1)
        let sink = RecordingSink(key, try parts(key, tasks: 2_000))
        farm.client.perform { _ in farm.core?.submit(key, sink, at: farm.network.now) }
        #expect(farm.run { sink.seen.withLock { $0.ended.count > 100 && $0.isWhole } })
        farm.startController(forgetting: true)
        farm.client.cut()
        // Another client is first with a job of the same number.
        let status = Watched(LinkStatus())
        let other = farm.network.attach(role: .taskClient, subject: "other") { sink in
            ClientCore(key: UniqueKey(high: 3, low: 3), sink: sink, status: status)
        }
        let otherKey = UniqueKey(high: 8, low: 8)
        let otherSink = RecordingSink(otherKey, try parts(otherKey, tasks: 10))
        other.perform { node in (node as? ClientCore)?.submit(otherKey, otherSink, at: farm.network.now) }
        #expect(farm.run { otherSink.seen.withLock { $0.ended.count == 10 } })
        let before = sink.seen.withLock { $0.ended.count }
        farm.client.heal()
        #expect(farm.run { sink.seen.withLock { $0.failure != nil } })
        #expect(sink.seen.withLock { $0.failure?.code } == .unknown)
        #expect(sink.seen.withLock { $0.ended.count } == before)
    }
}
