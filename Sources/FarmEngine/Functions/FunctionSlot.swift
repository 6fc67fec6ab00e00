import Dispatch
import FarmFunctions
import FarmTransport
import Synchronization

/// One of an engine's places for functions: a thread, and the function on it.
///
/// While there is work, one Swift task on the thread runs one function after the other without being made
/// anew: that is what makes a small task cheap. It ends when there is none. Cancelling a function means
/// cancelling that Swift task, so after a cancellation the next function gets a fresh one.
///
/// The host assigns and releases under its own lock, so that a stop always finds the attempt it is for.
final class FunctionSlot: Sendable {
    private struct State {
        var work: AttemptWork?
        var runner: Task<Void, Never>?
        var executor: SlotExecutor?
        var stop: StopNotice?
        var isInterrupted = false
        /// When a stopped function is given up.
        var deadline = Instant.never
        var isAbandoned = false
    }

    let index: Int
    private let clock: FarmClock
    private let state = Mutex(State())

    init(index: Int, clock: FarmClock) {
        self.index = index
        self.clock = clock
    }

    /// Gives the slot, which is free, something to do. The host holds its lock.
    func assign(_ work: AttemptWork) {
        state.withLock { state in
            state.work = work
            state.stop = nil
            state.isInterrupted = false
        }
    }

    /// Starts the Swift task for what was assigned.
    func launch(_ host: any AttemptHost) {
        let executor = state.withLock { state in
            if let executor = state.executor { return executor }
            let executor = SlotExecutor(name: "slot \(index)")
            state.executor = executor
            return executor
        }
        let runner = Task(executorPreference: executor) { await self.drain(host) }
        let isCancelled = state.withLock { state in
            state.runner = runner
            return state.stop != nil || state.isInterrupted
        }
        if isCancelled { runner.cancel() }
    }

    /// How a slot was left.
    struct Release {
        /// Its function had been told to stop.
        var wasStopped: Bool
        /// Its Swift task is cancelled, and no good for another function.
        var isCancelled: Bool
    }

    /// Frees the slot after its function has ended. The host holds its lock.
    /// - Returns: nil if the function had been given up.
    func release() -> Release? {
        state.withLock { state in
            guard !state.isAbandoned else { return nil }
            let wasStopped = state.stop != nil
            state.work = nil
            state.deadline = .never
            return Release(wasStopped: wasStopped, isCancelled: wasStopped || state.isInterrupted)
        }
    }

    /// Interrupts the function, if it is the one meant: it is cancelled, and ends when and as it likes.
    func interrupt(_ token: AttemptToken) -> Bool {
        let (isHere, runner) = state.withLock { state -> (Bool, Task<Void, Never>?) in
            guard state.work?.token == token else { return (false, nil) }
            state.isInterrupted = true
            return (true, state.runner)
        }
        if let runner { DispatchQueue.global().async { runner.cancel() } }
        return isHere
    }

    /// What became of a stop.
    enum Stopping {
        case notHere
        case told
        /// It had been told before; only the reason is another now.
        case toldAgain
    }

    /// Tells the function to end, if it is the one meant. The host holds its lock.
    ///
    /// Cancellation handlers are the user's code: they run on another thread.
    func stop(_ token: AttemptToken, _ notice: StopNotice, graceNanoseconds: Int64) -> Stopping {
        let (result, runner) = state.withLock { state -> (Stopping, Task<Void, Never>?) in
            guard state.work?.token == token else { return (.notHere, nil) }
            guard state.stop == nil else {
                state.stop?.reason = notice.reason
                return (.toldAgain, nil)
            }
            state.stop = notice
            state.deadline = notice.at + graceNanoseconds
            return (.told, state.runner)
        }
        if let runner { DispatchQueue.global().async { runner.cancel() } }
        return result
    }

    /// When the function, which was told to stop, is given up; `never` if it was not.
    var deadline: Instant { state.withLock { $0.deadline } }

    /// Gives the function up: whatever it does from now on is not heard. The host holds its lock, and makes
    /// another slot.
    /// - Returns: its work and how it was told to stop.
    func abandon() -> (AttemptWork, StopNotice)? {
        state.withLock { state in
            guard let work = state.work, let stop = state.stop else { return nil }
            state.isAbandoned = true
            state.deadline = .never
            state.executor?.close()
            return (work, stop)
        }
    }

    /// Which attempt is on it.
    func holds(task: UInt64, attempt: UInt32) -> Bool {
        state.withLock { $0.work.map { $0.name.task.raw == task && $0.name.attempt == attempt } ?? false }
    }

    /// Which attempt is on it, as the node calls it.
    var token: AttemptToken? { state.withLock { $0.work?.token } }

    private func drain(_ host: any AttemptHost) async {
        var value: [UInt8] = []
        var startedAt = clock.now
        while let work = state.withLock({ $0.work }) {
            value.removeAll(keepingCapacity: true)
            let end = await FunctionCall.run(work, &value)
            let endedAt = clock.now
            let notice = state.withLock { $0.stop }
            let report = FunctionCall.report(work, end, value, notice, startedAt, endedAt)
            guard host.functionEnded(report, on: self) else { return }
            // The gap between the two, under half a microsecond, counts with the next one.
            startedAt = endedAt
        }
    }
}
