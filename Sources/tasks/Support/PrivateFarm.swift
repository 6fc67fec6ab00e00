import FarmController
import FarmLaunch
import FarmProcess
import FarmStore
import FarmTransport
import Foundation
import Logging
import Synchronization
import TaskFarm

/// The farm of a `tasks run`: a controller on a thread of this process, engines as its children, sockets that
/// nobody else can reach.
final class PrivateFarm: Sendable {
    /// What became of the engines, for their threads and ours.
    private final class Fate: Sendable {
        struct State {
            /// What to say of the first engine that has ended for good.
            var failure: CommandFailure?
            var onFailure: (@Sendable () -> Void)?
            var isDown = false
            /// Units that have ended.
            var ended = 0
        }
        let state = Mutex(State())
        /// Units that were asked for.
        let count = Atomic<Int>(.max)
        /// One that fails is enough to give all up: they are alike, and of this machine.
        let needsAll: Bool

        init(needsAll: Bool) { self.needsAll = needsAll }

        /// Why the farm cannot go on after this unit's end; nil if it can.
        func words(of unit: LaunchedUnit) -> String? {
            let isLast = state.withLock { state in
                state.ended += 1
                return state.ended >= count.load(ordering: .relaxed) && !state.isDown
            }
            switch unit.state {
            case .failed(let words): return needsAll || isLast ? words : nil
            case .left: return isLast ? "it has left, and no other engine is here" : nil
            case .starting, .pending, .running, .failing: return nil
            }
        }
    }

    private let profile: EphemeralProfile
    private let plan: EnginePlan
    private let launcher: any Launcher
    private let controller: Controller
    private let fate: Fate
    private let keeps: Bool

    /// Seconds that engines get to leave; they take milliseconds when nothing runs.
    private static let leaveSeconds = 5

    init(
        _ profile: EphemeralProfile, _ choice: LauncherChoice, policy: PolicyOptions, keeps: Bool,
        ledger: String? = nil, launches: Bool = true,
        plan makePlan: (ProfileDirectory) throws -> EnginePlan
    ) throws {
        self.profile = profile
        self.keeps = keeps
        let fate = Fate(needsAll: choice.settings.kind == .local)
        self.fate = fate
        // What an engine's death orphans comes to us, and ends with us.
        Subreaper.adoptOrphans()
        launcher = choice.launcher { event in
            if case .waiting(let unit) = event, case .failing(let why) = unit.state {
                if !fate.needsAll { Terminal.say("\(why); it is tried again") }
                return
            }
            guard case .ended(let engine) = event, let words = fate.words(of: engine) else { return }
            // Read now: the log goes with the farm.
            let last = LogFile(engine.log).lastLines(5)
            let onFailure = fate.state.withLock { state in
                state.failure =
                    state.failure
                    ?? CommandFailure(
                        .refused, "\(engine.name) ended: \(words); the end of its log is above", details: last
                    )
                return state.onFailure
            }
            onFailure?()
        }
        do {
            var plan = try makePlan(profile.directory)
            plan.leaveSeconds = Self.leaveSeconds
            self.plan = plan
            let isElsewhere = choice.settings.kind.isElsewhere
            fate.count.store(choice.unitCount(plan), ordering: .relaxed)
            // Processes take longer to start than the controller: they wait for its files.
            if launches, !isElsewhere { try launcher.start(plan) }
            let logger = try LogOptions.logger("controller", profile.directory.controllerLog, .info)
            var options = ControllerOptions(
                profile: profile.directory, tcp: isElsewhere ? .init(host: "*") : nil, logger: logger,
                subject: Subject.own)
            policy.apply(to: &options.scheduler)
            // What survives every process is enough to go on with.
            options.ledger.durability = ledger == nil ? .none : .normal
            options.ledger.directory = ledger
            controller = try Controller.start(options)
        } catch {
            launcher.kill()
            profile.remove()
            throw error
        }
        if launches, choice.settings.kind.isElsewhere {
            do { try launcher.start(plan) } catch {
                takeDown(byForce: true)
                throw error
            }
        }
    }

    /// Starts the engines, if that was put off.
    func launch() throws { try launcher.start(plan) }

    func connect() async throws -> TaskClient {
        try await TaskClient.connect(
            profile: profile.directory.path, capability: profile.directory.capabilityPath(.taskClient),
            patience: .seconds(10))
    }

    /// Whether an engine has ended for good, which one of this farm's does only if something is wrong with
    /// it.
    var hasFailed: Bool { fate.state.withLock { $0.failure != nil } }

    /// Has `body` called when an engine ends for good, at once if one has.
    func onFailure(_ body: @escaping @Sendable () -> Void) {
        let hasFailed = fate.state.withLock { state in
            state.onFailure = body
            return state.failure != nil
        }
        if hasFailed { body() }
    }

    /// The error to show for one that was thrown: a failed engine explains what follows from it.
    func reason(for error: any Error) -> any Error { fate.state.withLock { $0.failure } ?? error }

    /// Ends engines and controller, and removes all traces. May be called again, also from another thread.
    func takeDown(byForce: Bool = false) {
        let isFirst = fate.state.withLock { state in
            defer { state.isDown = true }
            return !state.isDown
        }
        if byForce { launcher.kill() }
        guard isFirst || byForce else { return }
        launcher.stop(now: true)
        if !launcher.waitUntilEnded(seconds: Double(Self.leaveSeconds) + 2) { launcher.kill() }
        Subreaper.killDescendants()
        controller.stop(now: true)
        try? controller.waitUntilEnded()
        if keeps { Terminal.say("logs: \(profile.directory.logPath)") } else { profile.remove() }
    }
}
