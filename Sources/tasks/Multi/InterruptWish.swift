import MultiEngine
import Synchronization

/// An interrupt that may be asked for before its command is handed in.
final class InterruptWish<Result: Sendable>: Sendable {
    private struct State {
        var isAsked = false
        var pending: PendingResult<Result>?
    }

    private let state = Mutex(State())

    /// Somebody asks for it.
    func note() {
        let pending = state.withLock { state in
            state.isAsked = true
            return state.pending
        }
        if let pending { Self.interrupt(pending) }
    }

    /// This is the command.
    func met(by pending: PendingResult<Result>) {
        let isAsked = state.withLock { state in
            state.pending = pending
            return state.isAsked
        }
        if isAsked { Self.interrupt(pending) }
    }

    /// What has not begun cannot be interrupted: until something was, or all has ended.
    private static func interrupt(_ pending: PendingResult<Result>) {
        Task {
            while !pending.job.isEnded {
                if let count = try? await pending.interrupt(), count > 0 { return }
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
    }
}
