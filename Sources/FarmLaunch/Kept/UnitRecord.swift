import Dispatch
import Synchronization

/// What all keepers have: the unit under a lock, the word that was said to it, and who waits for it.
final class UnitRecord: Sendable {
    private struct State {
        var unit: LaunchedUnit
        var stop = UnitStop.not
        var startError: LaunchError?
        var isStartKnown = false
    }

    private let state: Mutex<State>
    private let started = DispatchGroup()
    private let ended = DispatchGroup()
    private let tell: @Sendable (LaunchEvent) -> Void

    init(_ unit: LaunchedUnit, _ tell: @escaping @Sendable (LaunchEvent) -> Void) {
        state = Mutex(State(unit: unit))
        self.tell = tell
        started.enter()
        ended.enter()
    }

    var unit: LaunchedUnit { state.withLock { $0.unit } }
    var stop: UnitStop { state.withLock { $0.stop } }

    func change(_ body: (inout LaunchedUnit) -> Void) { state.withLock { body(&$0.unit) } }

    /// Takes a word to end.
    /// - Returns: whether it is stronger than the last.
    func take(_ stop: UnitStop) -> Bool {
        state.withLock { state in
            guard stop.rawValue > state.stop.rawValue else { return false }
            state.stop = stop
            return true
        }
    }

    /// It runs.
    func running(pid: Int32 = 0) {
        let unit = state.withLock { state in
            state.unit.pid = pid
            state.unit.state = .running
            return state.unit
        }
        tell(.started(unit))
        startIsKnown(nil)
    }

    /// It waits, or is tried again; told when the words are others than before.
    func waiting(_ new: LaunchedUnit.State) {
        let changed = state.withLock { state -> LaunchedUnit? in
            guard state.unit.state != new else { return nil }
            state.unit.state = new
            return state.unit
        }
        if let changed { tell(.waiting(changed)) }
    }

    func said(_ words: String) { tell(.said(unit.name, words)) }

    /// The thread is done with it.
    func finish(_ end: LaunchedUnit.State, exitCode: Int32? = nil) {
        let unit = state.withLock { state in
            state.unit.state = end
            state.unit.exitCode = exitCode
            return state.unit
        }
        tell(.ended(unit))
        if case .failed(let words) = end { startIsKnown(LaunchError(.cannotStart, words)) }
        startIsKnown(nil)
        ended.leave()
    }

    /// The first call counts.
    func startIsKnown(_ error: LaunchError?) {
        let isFirst = state.withLock { state in
            defer { state.isStartKnown = true }
            if !state.isStartKnown { state.startError = error }
            return !state.isStartKnown
        }
        if isFirst { started.leave() }
    }

    func waitUntilStarted() -> LaunchError? {
        started.wait()
        return state.withLock { $0.startError }
    }

    func waitUntilEnded(_ deadline: Deadline?) -> Bool {
        ended.wait(timeout: deadline?.dispatchTime ?? .distantFuture) == .success
    }
}
