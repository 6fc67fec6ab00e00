import Foundation
import Glibc
import Synchronization

/// Ctrl-C and its kin, as calls of a function instead of a sudden end.
///
/// The handler writes the signal's number into a pipe, at whose other end a thread waits. Blocking the
/// signals and waiting for them would not do: a main thread that is idle in Swift's runtime has nothing
/// blocked, whatever was set before.
enum Interrupt {
    /// What is called: on the signals' thread, with how many have come, from 1.
    typealias Handler = @Sendable (_ count: Int, _ signal: Int32) -> Void

    private static let handler = Mutex<Handler?>(nil)

    /// Takes SIGINT, SIGTERM and SIGHUP from now on.
    static func install() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        signalPipe = ends[1]
        let thread = Thread { [reading = ends[0]] in listen(reading) }
        thread.name = "signals"
        thread.stackSize = 256 << 10
        thread.start()
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { number in
            var byte = UInt8(truncatingIfNeeded: number)
            let before = errno
            _ = write(signalPipe, &byte, 1)
            errno = before
        }
        action.sa_flags = SA_RESTART
        for signal in [SIGINT, SIGTERM, SIGHUP] { sigaction(signal, &action, nil) }
    }

    private static func listen(_ file: Int32) {
        var count = 0
        var byte: UInt8 = 0
        while true {
            guard read(file, &byte, 1) == 1 else { continue }
            count += 1
            guard let handler = handler.withLock({ $0 }) else { Farewell.end(.interrupted) }
            handler(count, Int32(byte))
        }
    }

    /// Has `body` called for each signal from now on; without one a signal ends the process with 130.
    static func handle(_ body: Handler?) { handler.withLock { $0 = body } }

    /// Runs `work` as a Swift task that the first signal cancels; the second ends the process.
    static func cancelling<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result)
        async throws -> Result
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

/// Where the signal handler writes; set before it is in place, and then never again.
nonisolated(unsafe) private var signalPipe: Int32 = -1
