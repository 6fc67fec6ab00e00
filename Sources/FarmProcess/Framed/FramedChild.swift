internal import CSystem
internal import Glibc
internal import Synchronization

/// The process behind a `FramedProcess`, until it has been waited for.
final class FramedChild {
    let pid: Int32
    let pidDescriptor: Int32
    let output: Int32
    let errors: Int32
    private let serial: UInt64
    private var child: ChildProcess?

    init(_ child: consuming ChildProcess) {
        pid = child.pid
        pidDescriptor = child.pidDescriptor
        output = child.outputDescriptor
        errors = child.errorDescriptor
        serial = child.serial
        self.child = consume child
    }

    func signal(_ signal: Int32) {
        // Not waited for, it keeps its group's number, even when it has ended.
        if child != nil { kill(-pid, signal) }
    }

    /// Kills what is there, waits for it, and clears away what it has left.
    /// - Parameter patienceMilliseconds: how long it may take to end by itself first.
    func end(patienceMilliseconds: Int32) -> ProcessEnding {
        guard let child = child.take() else { return .lost }
        var event = pollfd(fd: pidDescriptor, events: Int16(POLLIN), revents: 0)
        if patienceMilliseconds > 0 { poll(&event, 1, patienceMilliseconds) }
        if !child.hasEnded { kill(-pid, SIGKILL) }
        while poll(&event, 1, -1) < 0 && errno == EINTR { continue }
        // Its group goes while the zombie still holds the number.
        kill(-pid, SIGKILL)
        let ending = child.wait().ending
        let limit = MonotonicClock.nanoseconds() + 2_000_000_000
        while MonotonicClock.nanoseconds() < limit {
            let round = ProcessTable.shared.withLock { table in
                table.clearLeftovers(of: OrphansOwner(serial: serial, pid: pid))
            }
            if round.found == 0 { break }
            poll(nil, 0, 1)
        }
        return ending
    }
}
