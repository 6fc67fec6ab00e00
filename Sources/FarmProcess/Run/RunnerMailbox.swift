internal import CSystem
internal import Glibc
internal import Synchronization

/// What a runner is asked to do.
enum RunnerCommand: Sendable {
    case start(SpawnRequest, token: UInt64)
    case signal(Int32, token: UInt64)
    case terminate(Int32, graceNanoseconds: UInt64, token: UInt64)
    case stop
}

/// The way to a runner's thread: a list under a lock, and an eventfd that is written only when the thread may
/// sleep.
final class RunnerMailbox: Sendable {
    let descriptor: Int32
    private let commands = Mutex<[RunnerCommand]>([])
    private let isRaised = Atomic<Bool>(false)
    private let thread = Atomic<UInt>(0)

    init() throws(SpawnError) {
        descriptor = farm_eventfd()
        guard descriptor >= 0 else {
            throw SpawnError(
                .resourcesExhausted, "cannot make an eventfd; raise ulimit -n", errorNumber: errno)
        }
    }

    deinit { close(descriptor) }

    /// To be called by the thread that takes the commands; from there no wake-up is needed.
    func claim() { thread.store(pthread_self(), ordering: .relaxed) }

    var isOnThread: Bool { thread.load(ordering: .relaxed) == pthread_self() }

    func send(_ command: RunnerCommand) {
        commands.withLock { $0.append(command) }
        if isOnThread || isRaised.exchange(true, ordering: .acquiringAndReleasing) { return }
        var one: UInt64 = 1
        write(descriptor, &one, 8)
    }

    /// Lowers the flag; commands are taken after this, so none is missed.
    func acknowledge() {
        var count: UInt64 = 0
        read(descriptor, &count, 8)
        isRaised.store(false, ordering: .sequentiallyConsistent)
    }

    /// Exchanges the list for `taken`, which is empty but keeps its room.
    func take(_ taken: inout [RunnerCommand]) {
        commands.withLock { commands in
            if !commands.isEmpty {
                let list = commands
                commands = []
                taken = list
            }
        }
    }
}
