import TaskFarm
import Testing

@testable import FarmLaunch

/// Engines by need, under a time that only the tests move.
@Suite struct ScalerTests {
    /// A farm whose engines come as they are asked for.
    private struct World {
        var scaler: Scaler
        var view = ScalingView()
        var offering = EngineOffering(slots: 1, cpus: 1, series: "slurm")
        var now = Instant(nanoseconds: .seconds(1_000))
        var next: UInt32 = 0

        init(least: Int = 0, most: Int = 64, unitSize: Int = 1, idle: Double = 300, backlog: Double = 120) {
            scaler = Scaler(
                ScalingLimits(least: least, most: most, idleSeconds: idle, backlogSeconds: backlog),
                unitSize: unitSize)
        }

        /// One look, after so many seconds; units that are started are pending.
        mutating func look(after seconds: Int64 = 1) -> [Scaler.Step] {
            now = now + .seconds(seconds)
            let steps = scaler.decide(view, offering, at: now)
            view.failures = []
            for case .start(let count) in steps {
                for _ in 0..<count {
                    view.units.append(
                        .init(name: "slurm-\(next)", engineCount: scaler.unitSize, isPending: true))
                    next += 1
                }
            }
            for case .cancel(let name) in steps { view.units.removeAll { $0.name == name } }
            for case .drain(let name, _) in steps {
                let unit = view.units.firstIndex { $0.name == name }!
                for engine in view.units[unit].engines.indices {
                    view.units[unit].engines[engine].isDraining = true
                }
            }
            return steps
        }

        /// All that is pending comes.
        mutating func arrive(idle: Bool = false) {
            for unit in view.units.indices where view.units[unit].isPending {
                view.units[unit].isPending = false
                view.units[unit].engines = (0..<view.units[unit].engineCount).map { _ in
                    next += 1
                    return .init(id: EngineID(next), isIdle: idle)
                }
            }
        }

        mutating func setIdle(_ idle: Bool) {
            for unit in view.units.indices {
                for engine in view.units[unit].engines.indices {
                    view.units[unit].engines[engine].isIdle = idle
                }
            }
        }
    }

    private func work(_ tasks: UInt64, seconds: Int64, atOnce: UInt64? = nil) -> [WaitingWork] {
        [WaitingWork(tasks: tasks, nanoseconds: .seconds(seconds), atOnce: atOnce)]
    }

    @Test func `nothing is started for nothing, and the least at once`() {
        var none = World()
        #expect(none.look() == [])
        var some = World(least: 3, unitSize: 2)
        #expect(some.look() == [.start(2)], "whole units")
        #expect(some.look() == [])
    }

    @Test func `work of which nobody knows how long it takes gets one unit at first`() {
        var world = World()
        world.view.work = work(1_000, seconds: 0)
        #expect(world.look() == [.start(1)])
        #expect(world.look() == [])
        world.arrive()
        #expect(world.look() == [])
        // They turn out to be long: what runs has taken a minute so far.
        world.view.work = work(999, seconds: 999 * 60)
        #expect(world.look(after: 60) == [.start(63)])
        #expect(world.look() == [], "never more than the most")
    }

    @Test func `as many are started as bring the backlog below its limit`() {
        var world = World()
        world.view.work = work(100, seconds: 1_200)
        #expect(world.look() == [.start(10)])
        world.arrive()
        world.view.work = work(90, seconds: 1_080)
        #expect(world.look() == [])
        world.view.work = work(200, seconds: 2_400)
        #expect(world.look() == [.start(10)])
    }

    @Test func `no more are started than can have something to do`() {
        var world = World()
        world.view.work = work(3, seconds: 30_000)
        #expect(world.look() == [.start(3)])
        var braked = World()
        braked.view.work = work(1_000, seconds: 1_000_000, atOnce: 2)
        #expect(braked.look() == [.start(2)])
        var wide = World()
        wide.offering.slots = 4
        wide.offering.cpus = 4
        wide.view.work = [WaitingWork(tasks: 8, nanoseconds: .seconds(80_000), cpus: 2)]
        #expect(wide.look() == [.start(4)], "two of them at once in each")
    }

    @Test func `a short task behind long ones waits no longer than the limit`() {
        var world = World()
        world.view.work = work(1, seconds: 3_600)
        #expect(world.look() == [.start(1)])
        world.arrive()
        world.view.work = work(1, seconds: 1)
        #expect(world.look() == [])
        #expect(world.look(after: 119) == [])
        #expect(world.look() == [.start(1)])
        #expect(world.look(after: 119) == [], "one that is to come is waited for")
    }

    @Test func `slots of other engines count`() {
        var world = World()
        world.view.otherSlots = 8
        world.view.work = work(100, seconds: 900)
        #expect(world.look() == [])
        world.view.work = work(100, seconds: 1_200)
        #expect(world.look() == [.start(2)])
    }

    @Test func `work that none of its engines can do is none of its`() {
        var world = World(backlog: 1)
        var tagged = WaitingWork(tasks: 5, nanoseconds: .seconds(500))
        tagged.tags = ["gpu"]
        var named = tagged
        (named.tags, named.targets) = ([], ["lab-7"])
        var fast = named
        (fast.targets, fast.named) = ([], ["fpga": 1])
        world.view.work = [
            tagged, named, fast, WaitingWork(tasks: 1, nanoseconds: .seconds(50), cpus: 2),
        ]
        #expect(world.look(after: 10) == [])
        world.offering = EngineOffering(slots: 2, cpus: 2, named: ["fpga": 1], tags: ["gpu"], series: "lab")
        #expect(world.look() == [.start(12)])
    }

    @Test func `a unit leaves when all its engines have been idle for long enough, and not below the least`()
    {
        var world = World(least: 1, unitSize: 2, idle: 300)
        world.view.work = work(100, seconds: 100_000, atOnce: 6)
        #expect(world.look() == [.start(3)])
        world.arrive()
        world.view.work = []
        #expect(world.look(after: 400) == [], "they are busy")
        world.setIdle(true)
        world.view.units[0].engines[0].isIdle = false
        #expect(world.look() == [])
        #expect(world.look(after: 299) == [])
        let ids = world.view.units.map { $0.engines.map(\.id) }
        #expect(
            world.look() == [.drain("slurm-1", ids[1]), .drain("slurm-2", ids[2])],
            "slurm-0 has something to do")
        world.setIdle(true)
        #expect(world.look(after: 1_000) == [] && world.look(after: 1_000) == [], "one is kept")
    }

    @Test func `an engine that was idle and is not any more stays`() {
        var world = World(idle: 10)
        world.view.work = work(1, seconds: 100)
        _ = world.look()
        world.arrive(idle: true)
        world.view.work = []
        #expect(world.look(after: 1) == [])
        world.setIdle(false)
        #expect(world.look(after: 9) == [])
        world.setIdle(true)
        #expect(world.look(after: 9) == [])
        #expect(world.look(after: 9) == [])
        #expect(world.look(after: 1).count == 1)
    }

    @Test func `one that is not there yet is given back when nothing waits any more`() {
        var world = World(idle: 60)
        world.view.work = work(1, seconds: 100)
        #expect(world.look() == [.start(1)])
        #expect(world.look(after: 3_600) == [], "it may be pending for as long as it takes")
        world.view.work = []
        #expect(world.look() == [])
        #expect(world.look(after: 60) == [.cancel("slurm-0")])
    }

    @Test
    func `what fails is tried again after 5 s, 10 s and so on up to ten minutes, and anew once one has come`()
    {
        var world = World()
        world.view.work = work(1, seconds: 100)
        var pauses: [Int64] = []
        #expect(world.look() == [.start(1)])
        for _ in 0..<10 {
            world.view.units = []
            world.view.failures = ["refused"]
            var waited: Int64 = 0
            while world.look().isEmpty { waited += 1 }
            pauses.append(waited)
        }
        #expect(pauses == [5, 10, 20, 40, 80, 160, 320, 600, 600, 600])
        #expect(world.scaler.backoff.why == "refused")
        world.arrive()
        #expect(world.look() == [])
        #expect(world.scaler.backoff == ScalingBackoff())
        // One more that is refused, while that one serves, is a first failure, and no reason to hurry.
        world.view.work = work(10, seconds: 100_000)
        #expect(world.look() == [.start(10)])
        world.view.units.removeAll(where: \.isPending)
        world.view.failures = ["refused", "refused"]
        #expect((0..<5).allSatisfy { _ in world.look().isEmpty })
        #expect(world.look() == [.start(10)])
    }

    @Test func `numbers of units are used again, the lowest first`() {
        var settings = LauncherSettings(name: "slurm", kind: .slurm)
        settings.nodes = 4
        let plan = EnginePlan(
            command: ["tasks"], count: 2, slots: 3, profile: "/farm", logDirectory: "/farm/log", tags: ["a"])
        let numbers = UnitNumbers(settings, plan)
        #expect(numbers.free(3, beside: ["slurm-1", "slurm-3"]) == [0, 2, 4])
        #expect(settings.unitSize(plan) == 8)
        #expect(settings.offering(plan).slots == 1, "what a node has is known when there is one")
        #expect(settings.offering(plan).places(for: WaitingWork(tasks: 1, nanoseconds: 0)) == 1)
    }
}
