import Foundation
import Glibc
import Synchronization

/// Ctrl-C and its kin, as calls of a function instead of a sudden end.
///
/// The signals are blocked in all threads, and a thread of their own waits for them.
enum Interrupt {
    /// What is called: on the signals' thread, with how many have come, from 1.
    typealias Handler = @Sendable (_ count: Int, _ signal: Int32) -> Void

    private static let handler = Mutex<Handler?>(nil)

    /// To be called on the main thread before any other is started, since threads inherit what is blocked.
    static func install() {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        let waited = set
        let thread = Thread {
            var set = waited
            var count = 0
            while true {
                var signal: Int32 = 0
                guard sigwait(&set, &signal) == 0 else { continue }
                count += 1
                guard let handler = handler.withLock({ $0 }) else { Farewell.end(.interrupted) }
                handler(count, signal)
            }
        }
        thread.name = "signals"
        thread.stackSize = 256 << 10
        thread.start()
    }

    /// Has `body` called for each signal from now on; without one a signal ends the process with 130.
    static func handle(_ body: Handler?) { handler.withLock { $0 = body } }

    /// Runs `work` as a Swift task that the first signal cancels; the second ends the process.
    static func cancelling<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) async throws -> Result
    {
        let task = Task { try await work() }
        handle { count, _ in
            if count > 1 { Farewell.end(.interrupted) }
            task.cancel()
        }
        defer { handle(nil) }
        return try await task.value
    }
}

/// A command that wants signals as calls.
protocol Interruptible {}
