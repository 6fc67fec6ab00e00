import Glibc

/// Turns signals into something that can be waited for together with a process's end.
///
/// By handlers rather than by blocking them: which thread gets a signal is the kernel's choice, and an async
/// `main` leaves the main thread behind with nothing blocked. A handler writes one byte to a pipe. One inbox
/// a process.
final class SignalInbox: Sendable {
    /// What ended a wait.
    enum Event: Equatable {
        case signal(Int32)
        /// The descriptor watched is readable.
        case ready
        /// The time is over.
        case timeout
    }

    /// Where handlers write; they can be given nothing else.
    nonisolated(unsafe) private static var writeEnd: Int32 = -1
    private let readEnd: Int32

    /// - Throws: ``EngineError`` with code `cannotStart` when there is no descriptor left.
    init(_ signals: [Int32]) throws(EngineError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw EngineError(.cannotStart, "no descriptor left for a pipe; raise `ulimit -n`")
        }
        readEnd = ends[0]
        Self.writeEnd = ends[1]
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            // A full pipe must not stop whatever the handler has interrupted.
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        for number in signals {
            signal(number) { number in
                let saved = errno
                var byte = UInt8(truncatingIfNeeded: number)
                _ = write(SignalInbox.writeEnd, &byte, 1)
                errno = saved
            }
        }
    }

    /// The next signal, or that `descriptor` is readable; signals first.
    ///
    /// - Parameter seconds: how long to wait; nil without bound.
    func next(withinSeconds seconds: Double? = nil, orReadable descriptor: Int32 = -1) -> Event {
        var files = [
            pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0),
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let timeout = seconds.map { Int32(min(max(0, $0) * 1000, 1e9).rounded(.up)) } ?? -1
        while true {
            let count = poll(&files, 2, timeout)
            var byte: UInt8 = 0
            if read(readEnd, &byte, 1) == 1 { return .signal(Int32(byte)) }
            if count == 0 { return .timeout }
            if count > 0, files[1].revents != 0 { return .ready }
        }
    }
}
