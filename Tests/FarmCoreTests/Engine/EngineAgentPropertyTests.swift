import Testing

@testable import FarmCore

/// Random events against a model of what the engine must hold; a seed that fails is printed with its step.
@Suite struct EngineAgentPropertyTests {
    @Test(.timeLimit(.minutes(2)))
    func `random events never break the engine's promises`() {
        for seed in 0..<80 as Range<UInt64> {
            let run = EngineRun(seed: seed)
            if let broken = run.play(steps: 300) {
                Issue.record("seed \(seed), \(broken)")
                return
            }
        }
    }
}

/// Weyl sequence and a mix: enough for tests, the same everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// One seed's run: the agent beside what is known of each dispatch.
final class EngineRun {
    enum Fate { case queued, running, finished, recorded, givenBack }
    struct Known {
        var fate = Fate.queued
        var cpus: Int
        var gpus: Int
        var memory: UInt64 = 0
        /// -1: it takes a slot.
        var lane: Int32 = -1
        var token: AttemptToken?
        var works = 1
    }

    var random: SeededGenerator
    let engine: Engine
    var known: [DispatchName: Known] = [:]
    var order: [DispatchName] = []
    var told: Set<DispatchName> = []
    var open: [DispatchName] = []
    var batches: [(number: UInt64, names: [DispatchName])] = []
    var attached = true
    var exited = false
    var broken: String?
    let slots: Int
    let cpus: Int
    let gpus: Int
    /// 0: the engine does not say how much it has.
    let memory: UInt64
    let window: Int

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        slots = Int.random(in: 1...4, using: &random)
        cpus = Int.random(in: 1...5, using: &random)
        gpus = Int.random(in: 0...3, using: &random)
        memory = seed % 3 == 0 ? 0 : UInt64.random(in: 1...8, using: &random)
        window = Int.random(in: 0...2000, using: &random)
        engine = Engine(
            slots: slots, cpus: cpus, gpus: gpus, memory: memory, hasCores: true, window: UInt64(window))
    }

    func play(steps: Int) -> String? {
        for step in 0..<steps {
            perform(randomEvent())
            check()
            if let broken { return "step \(step): \(broken)" }
        }
        settle()
        return broken.map { "at the end: \($0)" }
    }

    private func randomEvent() -> EngineAgent.Event {
        engine.advance(Int64.random(in: 0...Int64.milliseconds(20), using: &random))
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<30 where attached:
            let fresh = name(UInt32(order.count / 2), UInt32(order.count % 2 + 1))
            let repeated =
                Int.random(in: 0..<10, using: &random) == 0 ? held().randomElement(using: &random) : nil
            let width = UInt32.random(in: 1...4, using: &random)
            return .dispatched(
                repeated ?? fresh, hint: 1, cpus: width,
                gpus: Bool.random(using: &random) ? 0 : UInt32.random(in: 0...3, using: &random),
                memoryBytes: Bool.random(using: &random) ? 0 : UInt64.random(in: 0...8, using: &random),
                lane: Int32.random(in: -8...1, using: &random),
                timeoutNanoseconds: Bool.random(using: &random) ? .milliseconds(60) : 0,
                graceNanoseconds: .seconds(1), work: UInt64(order.count))
        case 30..<36 where attached: return .recall(order.randomElement(using: &random) ?? name(99999))
        case 36..<42 where attached: return .stop(order.randomElement(using: &random) ?? name(99999))
        case 42..<65:
            let candidates = order.compactMap { known[$0]?.token }
            guard let token = candidates.suffix(12).randomElement(using: &random) else { return .endTurn }
            let good = Int.random(in: 0..<4, using: &random) > 0
            let report = AttemptReport(name: name(0), state: good ? .succeeded : .failed, cause: .failure)
            return .finished(token, report, payloadBytes: Int.random(in: 0...600, using: &random))
        case 65..<80: return .endTurn
        case 80..<88 where attached: return .recorded(batches.randomElement(using: &random)?.number ?? 0)
        case 88..<91: return .connectionLost
        case 91..<95: return .welcomed(EngineID(1), epoch: 1, windowBytes: UInt64(window))
        default: return .timer
        }
    }

    private func held() -> [DispatchName] {
        order.filter { known[$0]!.fate != .recorded && known[$0]!.fate != .givenBack }
    }

    private func perform(_ event: EngineAgent.Event) {
        switch event {
        case .dispatched(let name, _, let width, let gpus, let memory, let lane, _, _, _, _)
        where known[name] == nil:
            known[name] =
                lane < 0
                ? Known(cpus: Int(width), gpus: Int(gpus), memory: self.memory == 0 ? 0 : memory)
                : Known(cpus: 0, gpus: 0, lane: lane)
            order.append(name)
        case .connectionLost: attached = false
        case .welcomed:
            attached = true
            told = []
        default: break
        }
        for action in engine(event) { apply(action, after: event) }
    }

    private func apply(_ action: EngineAgent.Action, after event: EngineAgent.Event) {
        switch action {
        case .start(let token, let name, _):
            let (width, gpus, memory) = (known[name]!.cpus, known[name]!.gpus, known[name]!.memory)
            let bytes = engine.unrecordedBytes
            let lane = known[name]!.lane
            expect(
                lane >= 0 || bytes == 0 || bytes < window,
                "\(name) started with \(bytes) of \(window) unrecorded")
            expect(known[name]!.fate == .queued, "\(name) started twice")
            let passed = order.prefix { $0 != name }.filter {
                known[$0]!.fate == .queued && known[$0]!.cpus <= width && known[$0]!.gpus <= gpus
                    && known[$0]!.memory <= memory
                    && (lane < 0 ? known[$0]!.lane < 0 : known[$0]!.lane == lane)
            }
            expect(passed.isEmpty, "\(name) went before \(passed)")
            known[name]!.fate = .running
            known[name]!.token = token
        case .emitResult(let report, _, _):
            let fate = known[report.name]!.fate
            expect(fate == .queued || fate == .running, "\(report.name) told again after \(fate)")
            known[report.name]!.fate = .finished
            open.append(report.name)
        case .closeBatch(let number, let send):
            expect(send == attached, "batch \(number) sent: \(send), attached: \(attached)")
            expect(!open.isEmpty, "an empty batch")
            batches.append((number, open))
            open = []
        case .forgetBatches(let number):
            while let batch = batches.first, batch.number <= number {
                for name in batch.names { known[name]!.fate = .recorded }
                batches.removeFirst()
            }
        case .sendRecalled(let name, true):
            expect(attached, "given back without a session")
            expect(known[name]!.fate == .queued, "\(name) given back after it began")
            known[name]!.fate = .givenBack
        case .sendStarted(let name, let at):
            expect(attached, "told without a session")
            expect(engine.now - at >= .milliseconds(50), "\(name) told early")
            expect(told.insert(name).inserted, "\(name) told twice")
        case .exit: exited = true
        default: break
        }
    }

    private func check() {
        let running = order.filter { known[$0]!.fate == .running }
        let used = running.reduce(0) { $0 + known[$1]!.cpus }
        let queued = order.filter { known[$0]!.fate == .queued }
        let unrecorded = batches.reduce(open.count) { $0 + $1.names.count }
        let inSlots = running.count { known[$0]!.lane < 0 }
        expect(inSlots <= slots, "\(inSlots) run in \(slots) slots")
        let lanes = running.map { known[$0]!.lane }.filter { $0 >= 0 }
        expect(Set(lanes).count == lanes.count, "two of one lane run at once")
        let free = queued.filter { known[$0]!.lane >= 0 && !lanes.contains(known[$0]!.lane) }
        expect(free.isEmpty, "\(free) wait, and their lanes are free")
        expect(used <= cpus, "\(used) CPUs used of \(cpus)")
        let usedGPUs = running.reduce(0) { $0 + known[$1]!.gpus }
        let usedMemory = running.reduce(0) { $0 + known[$1]!.memory }
        expect(usedMemory <= memory, "\(usedMemory) bytes used of \(memory)")
        checkIdentities(of: running)
        expect(engine.runningCount == running.count, "counts of running differ")
        expect(engine.queuedCount == queued.count, "counts of queued differ")
        expect(engine.unrecordedCount == unrecorded, "kept results are not those unrecorded")
        let claimed = engine.claims
        expect(claimed.count == running.count + queued.count + unrecorded, "claims do not add up")
        for claim in claimed {
            let fate = known[claim.name]!.fate
            expect(
                claim.phase == (fate == .running ? .running : fate == .queued ? .queued : .finished),
                "\(claim.name) is \(fate) and claimed \(claim.phase)")
        }
        let bytes = engine.unrecordedBytes
        if inSlots < slots, bytes == 0 || bytes < window {
            let fitting = queued.filter {
                known[$0]!.lane < 0 && known[$0]!.cpus <= cpus - used
                    && known[$0]!.gpus <= gpus - usedGPUs && known[$0]!.memory <= memory - usedMemory
            }
            expect(fitting.isEmpty, "\(fitting.count) could start")
        }
    }

    /// Two running attempts never have an identity in common, and each has as many as it needs.
    private func checkIdentities(of running: [DispatchName]) {
        var cores: Set<Int> = []
        var devices: Set<Int> = []
        for name in running {
            let token = known[name]!.token!
            let (own, ownGPUs) = (engine.agent.cores(of: token).places, engine.agent.gpus(of: token).places)
            expect(own.count == known[name]!.cpus, "\(name) has cores \(own)")
            expect(ownGPUs.count == known[name]!.gpus, "\(name) has GPUs \(ownGPUs)")
            expect(own.allSatisfy { (0..<cpus).contains($0) && cores.insert($0).inserted }, "\(own) shared")
            expect(
                ownGPUs.allSatisfy { (0..<gpus).contains($0) && devices.insert($0).inserted },
                "GPUs \(ownGPUs) shared")
        }
    }

    /// Lets everything end: nothing may be left, and the engine may leave.
    private func settle() {
        perform(.welcomed(EngineID(1), epoch: 1, windowBytes: UInt64(window)))
        for _ in 0..<order.count * 2 + 4 {
            for name in order where known[name]!.fate == .running {
                let report = AttemptReport(name: name, state: .succeeded)
                perform(.finished(known[name]!.token!, report, payloadBytes: 10))
            }
            perform(.endTurn)
            perform(.recorded(.max))
        }
        check()
        expect(held().isEmpty, "\(held().count) never ended")
        expect(engine.heldCount == 0, "the table is not empty")
        expect(engine.agent.cores.freeCount == cpus, "cores are not given back")
        expect(engine.agent.gpus.freeCount == gpus, "GPUs are not given back")
        expect(memory == 0 || engine.agent.freeMemory == memory, "memory is not given back")
        expect(engine.nextTimer == .never, "a timer is left")
        perform(.drain)
        expect(exited, "it does not leave")
    }

    private func expect(_ holds: Bool, _ message: @autoclosure () -> String) {
        if !holds, broken == nil { broken = message() }
    }
}
