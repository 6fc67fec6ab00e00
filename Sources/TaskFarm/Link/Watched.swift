import Synchronization

/// A value under a lock, and the Swift tasks that wait until it is as they want it.
///
/// Changed from any thread; a change costs the lock, and a look at each waiter's condition.
final class Watched<Value: Sendable>: Sendable {
    private struct Waiter: Sendable {
        var id: UInt64
        var condition: @Sendable (Value) -> Bool
        var continuation: UnsafeContinuation<Void, Never>
    }

    private struct Guarded: Sendable {
        var value: Value
        var waiters: [Waiter] = []
        /// Waits that were cancelled before they had begun.
        var cancelled: Set<UInt64> = []
        var nextID: UInt64 = 0
    }

    private let guarded: Mutex<Guarded>

    init(_ value: Value) { guarded = Mutex(Guarded(value: value)) }

    /// Looks at the value, or changes what nobody waits for.
    func read<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        guarded.withLock { body(&$0.value) }
    }

    /// Changes the value, then wakes those who have waited for what it is now.
    @discardableResult
    func change<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        let (result, woken) = guarded.withLock { guarded -> (Result, [Waiter]) in
            let result = body(&guarded.value)
            guard !guarded.waiters.isEmpty else { return (result, []) }
            var woken: [Waiter] = []
            guarded.waiters.removeAll { waiter in
                guard waiter.condition(guarded.value) else { return false }
                woken.append(waiter)
                return true
            }
            return (result, woken)
        }
        for waiter in woken { waiter.continuation.resume() }
        return result
    }

    /// Returns when the value is as wanted, or when the calling Swift task is cancelled: look which it was.
    nonisolated(nonsending) func wait(until condition: @escaping @Sendable (Value) -> Bool) async {
        let id = guarded.withLock { guarded -> UInt64? in
            if condition(guarded.value) { return nil }
            guarded.nextID += 1
            return guarded.nextID
        }
        guard let id else { return }
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let isOver = guarded.withLock { guarded in
                    if condition(guarded.value) || guarded.cancelled.contains(id) { return true }
                    guarded.waiters.append(
                        Waiter(id: id, condition: condition, continuation: continuation))
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiter = guarded.withLock { guarded -> Waiter? in
                guard let index = guarded.waiters.firstIndex(where: { $0.id == id }) else {
                    guarded.cancelled.insert(id)
                    return nil
                }
                return guarded.waiters.remove(at: index)
            }
            waiter?.continuation.resume()
        }
        // A cancellation that came after the wake-up has left its mark.
        if Task.isCancelled { guarded.withLock { _ = $0.cancelled.remove(id) } }
    }
}
