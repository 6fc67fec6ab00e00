import CSystem
import Glibc
import Synchronization

/// Wakes one thread that polls; any thread may signal. Signals that come before the thread has cleared the
/// last one cost an atomic exchange and no system call.
public final class Wakeup: Sendable {
    /// Readable while signalled; for ``Poller``. Open while this object lives.
    public let fileDescriptor: Int32
    private let signalled = Atomic<Bool>(false)

    /// Makes a wake-up that is not signalled.
    /// - Throws: ``ZeroMQError`` when the process has no descriptor left.
    public init() throws(ZeroMQError) {
        fileDescriptor = farm_eventfd()
        guard fileDescriptor >= 0 else {
            let number = errno
            throw ZeroMQError(
                .other, "cannot make an eventfd: \(String(cString: strerror(number))); raise `ulimit -n`",
                errorNumber: number)
        }
    }

    deinit { close(fileDescriptor) }

    /// Wakes the waiting thread, now or at its next wait.
    public func signal() {
        guard !signalled.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var one: UInt64 = 1
        // A full counter (EAGAIN) is readable anyway.
        while write(fileDescriptor, &one, 8) < 0 && errno == EINTR {}
    }

    /// Takes the signal back; call it *before* looking at what was signalled about.
    ///
    /// The descriptor is emptied first, then the flag: the other way round a signal between the two would
    /// leave a set flag over an empty descriptor, and every later signal would be lost.
    public func clear() {
        var count: UInt64 = 0
        while read(fileDescriptor, &count, 8) < 0 && errno == EINTR {}
        signalled.store(false, ordering: .sequentiallyConsistent)
    }

    /// Whether a signal was given and not yet cleared.
    public var isSignalled: Bool { signalled.load(ordering: .acquiring) }
}
