import FarmLaunch
import Synchronization

/// The engines that a run has started, as far as their ends matter: when the last of them has ended for good,
/// nobody may be left to run the job.
final class NightEngines: Sendable {
    private struct State {
        /// Zero: the run has none of its own.
        var expected = 0
        var log = ""
        var ended = 0
        var areLeaving = false
        var trouble: String?
        var onFailure: (@Sendable () -> Void)?

        /// Why nobody is left; nil if somebody is.
        var words: String? { expected > 0 && ended >= expected ? trouble : nil }
    }

    private let state = Mutex(State())

    func expect(_ count: Int, log: String) {
        state.withLock {
            $0.expected = count
            $0.log = log
        }
    }

    /// From here on they end because they were told to.
    func areLeaving() { state.withLock { $0.areLeaving = true } }

    func ended(_ engine: LaunchedUnit) {
        let onFailure = state.withLock { state -> (@Sendable () -> Void)? in
            state.ended += 1
            // One that has left was told to: its work is somebody else's.
            if case .failed(let how) = engine.state, !state.areLeaving {
                state.trouble =
                    "the engines of the run have ended (\(engine.name): \(how)); see \(state.log)"
            }
            return state.words == nil ? nil : state.onFailure
        }
        onFailure?()
    }

    /// Has `body` called when the last of them has ended unasked; at once if it has.
    func failure(_ body: @escaping @Sendable () -> Void) -> Watch {
        let hasFailed = state.withLock { state in
            state.onFailure = body
            return state.words != nil
        }
        if hasFailed { body() }
        return Watch(engines: self)
    }

    /// A look at what became of them.
    struct Watch {
        fileprivate let engines: NightEngines

        /// Why nobody is left; nil if somebody is.
        var words: String? { engines.state.withLock { $0.words } }
        func forget() { engines.state.withLock { $0.onFailure = nil } }
    }
}
