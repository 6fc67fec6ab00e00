internal import CSystem
internal import Glibc
internal import Synchronization

/// The way to a thread that waits for descriptors: a list under a lock, and an eventfd that is written only
/// when the thread may sleep.
public final class ThreadMailbox<Command: Sendable>: Sendable {
    /// Readable when there is something to take.
    public let descriptor: Int32
    private let commands = Mutex<[Command]>([])
    private let isRaised = Atomic<Bool>(false)
    private let thread = Atomic<UInt>(0)

    /// An empty one.
    public init() throws(SpawnError) {
        descriptor = farm_eventfd()
        guard descriptor >= 0 else {
            throw SpawnError(
                .resourcesExhausted, "cannot make an eventfd; raise ulimit -n", errorNumber: errno)
        }
    }

    deinit { close(descriptor) }

    /// To be called by the thread that takes the commands; from there no wake-up is needed.
    public func claim() { thread.store(pthread_self(), ordering: .relaxed) }

    /// Whether this is called on the thread that takes.
    public var isOnThread: Bool { thread.load(ordering: .relaxed) == pthread_self() }

    /// Hands something over. Costs well under a microsecond while the thread has not taken what came before.
    public func send(_ command: Command) {
        commands.withLock { $0.append(command) }
        if isOnThread || isRaised.exchange(true, ordering: .acquiringAndReleasing) { return }
        var one: UInt64 = 1
        write(descriptor, &one, 8)
    }

    /// Lowers the flag; commands are taken after this, so none is missed.
    public func acknowledge() {
        var count: UInt64 = 0
        read(descriptor, &count, 8)
        isRaised.store(false, ordering: .sequentiallyConsistent)
    }

    /// Waits until something comes, or it is `deadline` by `MonotonicClock`.
    public func wait(until deadline: UInt64) {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&event, 1, MonotonicClock.milliseconds(until: deadline))
    }

    /// Exchanges the list for `taken`, which is empty but keeps its room.
    public func take(_ taken: inout [Command]) {
        commands.withLock { commands in
            if !commands.isEmpty {
                let list = commands
                commands = []
                taken = list
            }
        }
    }
}
