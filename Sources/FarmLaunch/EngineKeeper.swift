import Dispatch
import FarmProcess
import Foundation
import Synchronization

/// The thread over one engine: starts it, waits for its end, starts it again if it died.
final class EngineKeeper: Sendable {
    /// How an engine is told to end, mildest first.
    enum Stop: Int, Sendable {
        case not, whenIdle, now, byForce

        var signal: Int32 {
            switch self {
            case .not, .whenIdle: Int32(SIGUSR1)
            case .now: Signals.terminate
            case .byForce: Signals.kill
            }
        }
    }

    private struct State {
        var engine: LaunchedEngine
        var stop = Stop.not
        /// The process may be signalled: it is started, and not yet waited for.
        var isSignallable = false
        var startError: LaunchError?
    }

    private let plan: EnginePlan
    private let name: String
    private let number: Int
    private let tell: @Sendable (LaunchEvent) -> Void
    private let state: Mutex<State>
    private let started = DispatchGroup()
    private let ended = DispatchGroup()
    /// Cuts a pause before a new start short.
    private let stopAsked = DispatchSemaphore(value: 0)

    /// - Parameter number: the engine's place in the plan, from 0.
    init(
        _ plan: EnginePlan, _ name: String, number: Int, _ tell: @escaping @Sendable (LaunchEvent) -> Void
    ) {
        self.plan = plan
        self.number = number
        self.name = name
        self.tell = tell
        state = Mutex(
            State(engine: LaunchedEngine(name: name, pid: 0, restarts: 0, state: .running, exitCode: nil)))
    }

    var engine: LaunchedEngine { state.withLock { $0.engine } }

    func begin() {
        started.enter()
        ended.enter()
        let thread = Thread { [self] in
            run()
            ended.leave()
        }
        thread.name = name
        thread.stackSize = 256 << 10
        thread.start()
    }

    /// - Throws: why the first start failed.
    func waitUntilStarted() throws(LaunchError) {
        started.wait()
        if let error = state.withLock({ $0.startError }) { throw error }
    }

    func waitUntilEnded(_ deadline: Deadline?) -> Bool {
        ended.wait(timeout: deadline?.dispatchTime ?? .distantFuture) == .success
    }

    /// Tells the engine to end; a milder word than the last is not repeated.
    func stop(_ stop: Stop) {
        state.withLock { state in
            guard stop.rawValue > state.stop.rawValue else { return }
            state.stop = stop
            if state.isSignallable { kill(state.engine.pid, stop.signal) }
        }
        stopAsked.signal()
    }

    private func run() {
        var policy = RelaunchPolicy()
        var isFirst = true
        while true {
            let startedAt = MonotonicClock.nanoseconds()
            let ending: ProcessEnding
            do throws(LaunchError) {
                ending = try runOnce(isFirst: isFirst)
            } catch {
                state.withLock { $0.startError = error }
                finish(.failed(error.message), nil)
                if isFirst { started.leave() }
                return
            }
            isFirst = false
            let lived = Double(MonotonicClock.nanoseconds() - startedAt) / 1e9
            let isStopping = state.withLock { $0.stop != .not }
            if case .exited(let code) = ending, code == 0 || isStopping { return finish(.left, code) }
            if isStopping { return finish(.left, nil) }
            // An engine that ends with a code has said in its log why, and would say it again.
            if case .exited(let code) = ending { return finish(.failed("exit code \(code)"), code) }
            let why = Self.words(ending)
            guard let pause = policy.pause(afterSeconds: lived) else {
                Subreaper.sweepDeadEngines()
                return finish(.failed("\(why), again and again"), nil)
            }
            tell(.restarting(name: name, why: why, pauseSeconds: pause))
            if stopAsked.wait(timeout: .now() + pause) == .success { return finish(.left, nil) }
            state.withLock { $0.engine.restarts += 1 }
        }
    }

    private func finish(_ end: LaunchedEngine.State, _ exitCode: Int32?) {
        let engine = state.withLock { state in
            state.engine.state = end
            state.engine.exitCode = exitCode
            return state.engine
        }
        tell(.ended(engine))
    }

    private func runOnce(isFirst: Bool) throws(LaunchError) -> ProcessEnding {
        let log = plan.logPath(name)
        var request = SpawnRequest(
            plan.arguments(name, number: number), environment: .ofThisProcess(), input: .null,
            output: .file(log, append: true), errors: .sameAsOutput)
        request.program = plan.program
        let child: ChildProcess
        do throws(SpawnError) { child = try ChildProcess.start(request) } catch {
            throw LaunchError(.cannotStart, "cannot start \(name): \(error.message)")
        }
        let pid = child.pid
        state.withLock { state in
            state.engine.pid = pid
            state.isSignallable = true
            // Told between the decision to start and now.
            if state.stop != .not { kill(pid, state.stop.signal) }
        }
        tell(.started(name: name, pid: pid))
        if isFirst { started.leave() }
        var event = pollfd(fd: child.pidDescriptor, events: Int16(POLLIN), revents: 0)
        while poll(&event, 1, -1) < 0 && errno == EINTR {}
        // Until it is waited for, its number cannot be another's.
        state.withLock { $0.isSignallable = false }
        return child.wait().ending
    }

    private static func words(_ ending: ProcessEnding) -> String {
        switch ending {
        case .exited(let code): "exit code \(code)"
        case .signalled(let number, _): "killed by signal \(number)"
        case .notStarted(let error): error.message
        case .lost: "it is not known how it ended"
        }
    }
}
