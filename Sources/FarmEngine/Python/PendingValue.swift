import Synchronization

/// A value that somebody waits for, who is told once: the value, or that waiting has been given up.
final class PendingValue: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<[UInt8], any Error>)
        case known(Result<[UInt8], any Error>)
    }

    private let state = Mutex(State.open)

    func await(_ continuation: CheckedContinuation<[UInt8], any Error>) {
        let known = state.withLock { state -> Result<[UInt8], any Error>? in
            if case .known(let result) = state { return result }
            state = .awaited(continuation)
            return nil
        }
        if let known { continuation.resume(with: known) }
    }

    func resume(_ result: Result<[UInt8], any Error>) {
        let waiting = state.withLock { state -> CheckedContinuation<[UInt8], any Error>? in
            if case .known = state { return nil }
            defer { state = .known(result) }
            if case .awaited(let continuation) = state { return continuation }
            return nil
        }
        waiting?.resume(with: result)
    }
}
