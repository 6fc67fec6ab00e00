import CSystem
import FarmCore
import Foundation

/// Takes closed chunks and makes them safe, in order.
public protocol LedgerWriter: AnyObject {
    func write(_ chunk: LedgerChunk)
    /// The newest chunk that is safe.
    var committed: UInt64 { get }
    /// Why nothing can be written at the moment.
    var trouble: LedgerError? { get }
    /// Waits until all that was given is safe; false if that cannot be.
    func flush() -> Bool
}

/// Writes on a thread of its own: all chunks that wait become one transaction, so that the slower the disk,
/// the more each sync covers. What cannot be written, as on a full disk, is kept and tried again.
final class ThreadedWriter: LedgerWriter, @unchecked Sendable {
    // Everything below is guarded by `condition`, which is why this may be called Sendable.
    private let condition = NSCondition()
    private var waiting: [LedgerChunk] = []
    private var done: UInt64
    private var given: UInt64
    private var failure: LedgerError?
    private var isEnding = false
    private var isDropping = false
    private var hasEnded = false

    private let database: LedgerDatabase
    private let onCommit: @Sendable () -> Void

    /// A full disk is looked at so often.
    private static let retrySeconds = 0.25
    /// A submission alone is kept back for as long as a sync takes, and no longer than this: the result of a
    /// short task comes meanwhile, and one sync does for both (docs/decisions/0008).
    private static let longestLingerSeconds = 400e-6
    /// Seconds that writing took, lately.
    private var writeSeconds = 0.0

    /// `onCommit` is called on the writer's thread after each transaction, and when trouble comes.
    init(_ database: LedgerDatabase, onCommit: @escaping @Sendable () -> Void) {
        self.database = database
        self.onCommit = onCommit
        done = 0
        given = 0
        let thread = Thread { [self] in run() }
        thread.name = "ledger"
        thread.start()
    }

    func write(_ chunk: LedgerChunk) {
        condition.withLock {
            waiting.append(chunk)
            given = chunk.number
            condition.broadcast()
        }
    }

    var committed: UInt64 { condition.withLock { done } }
    var trouble: LedgerError? { condition.withLock { failure } }

    func flush() -> Bool {
        condition.withLock {
            while done < given, failure == nil, !hasEnded { condition.wait() }
            return done >= given
        }
    }

    /// Writes what waits and ends the thread; false if something could not be written.
    func end() -> Bool {
        condition.withLock {
            isEnding = true
            condition.broadcast()
            while !hasEnded { condition.wait() }
            return waiting.isEmpty
        }
    }

    /// Ends the thread after what it is writing; what waits is dropped.
    func drop() {
        condition.withLock { isDropping = true }
        _ = end()
    }

    private func run() {
        farm_set_thread_name("ledger")
        farm_block_signals()
        while let chunks = take() {
            var error: LedgerError?
            let start = Date()
            do throws(LedgerError) { try database.write(chunks) } catch let found { error = found }
            let seconds = Date().timeIntervalSince(start)
            let goesOn = condition.withLock {
                writeSeconds += (seconds - writeSeconds) / 8
                if error == nil {
                    waiting.removeFirst(chunks.count)
                    done = chunks[chunks.count - 1].number
                }
                failure = error
                if error != nil {
                    if !isEnding { _ = condition.wait(until: Date() + Self.retrySeconds) }
                    if isEnding { hasEnded = true }
                }
                condition.broadcast()
                return !hasEnded
            }
            onCommit()
            guard goesOn else { return }
        }
    }

    /// What waits; nil at the end.
    private func take() -> [LedgerChunk]? {
        condition.withLock {
            while waiting.isEmpty || isDropping {
                if isEnding {
                    hasEnded = true
                    condition.broadcast()
                    return nil
                }
                condition.wait()
            }
            let until = Date() + min(writeSeconds, Self.longestLingerSeconds)
            while !isEnding, waiting.allSatisfy(\.isSubmissionOnly), condition.wait(until: until) {}
            return waiting
        }
    }
}
