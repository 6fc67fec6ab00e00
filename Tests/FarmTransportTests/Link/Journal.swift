import Synchronization

/// What other threads have noted, for a test to wait on: no sleeps.
final class Journal<Entry: Sendable>: Sendable {
    private struct State {
        var entries: [Entry] = []
        var waiting: [(matches: @Sendable (Entry) -> Bool, continuation: CheckedContinuation<Entry, Never>)] =
            []
    }

    private let state = Mutex(State())

    func add(_ entry: Entry) {
        let resumed = state.withLock { state in
            state.entries.append(entry)
            let ready = state.waiting.filter { $0.matches(entry) }
            state.waiting.removeAll { $0.matches(entry) }
            return ready.map(\.continuation)
        }
        for continuation in resumed { continuation.resume(returning: entry) }
    }

    var entries: [Entry] { state.withLock { $0.entries } }

    /// The first entry behind the first `skip` that matches, waiting for it if it is not there yet.
    func first(skipping skip: Int = 0, where matches: @escaping @Sendable (Entry) -> Bool) async -> Entry {
        await withCheckedContinuation { continuation in
            let found = state.withLock { state -> Entry? in
                if let found = state.entries.dropFirst(skip).first(where: matches) { return found }
                state.waiting.append((matches, continuation))
                return nil
            }
            if let found { continuation.resume(returning: found) }
        }
    }
}
