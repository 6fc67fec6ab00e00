import Dispatch
import FarmFunctions
import FarmProcess
import FarmTransport
import Logging
import Synchronization

/// An engine's namespace and the Python kernel that holds it once one is needed.
///
/// A thread of its own does all there is to do (`KernelLoop`); it is started with the first wish. Calls come
/// from any thread and only leave a note for it.
final class PythonKernel: Sendable {
    private let mailbox: ThreadMailbox<KernelCommand>
    private let start: @Sendable () -> Void
    private let hasStarted = Atomic<Bool>(false)
    private let functions = Atomic<UInt64>(0)

    /// - Throws: `SpawnError` when there is no descriptor left.
    /// - Parameter rank: a kernel that is there already, and stays the only one.
    init(
        _ program: KernelProgram, rank: KernelRank? = nil, host: any AttemptHost, clock: FarmClock,
        logger: Logger
    ) throws(SpawnError) {
        let mailbox = try ThreadMailbox<KernelCommand>()
        self.mailbox = mailbox
        weak let host = host
        start = {
            // Python's own stack is the process's: this thread only talks.
            EngineThread.start("python", stackBytes: 1 << 20) {
                KernelLoop(program, mailbox, rank: rank, host: host, clock: clock, logger: logger).run()
            }
        }
    }

    /// Begins to look after a kernel that is there already.
    func begin() {
        if !hasStarted.exchange(true, ordering: .acquiringAndReleasing) { start() }
    }

    private func send(_ command: KernelCommand) {
        mailbox.send(command)
        begin()
    }

    /// Runs an attempt. The host holds its lock, so that a stop or an interrupt comes behind it.
    func run(_ work: AttemptWork) { send(.job(KernelJob(work))) }

    /// Tells an attempt to end: INT, and after the grace the kernel is killed. Of others nothing comes.
    func stop(_ token: AttemptToken, _ notice: StopNotice, graceNanoseconds: Int64) {
        guard hasStarted.load(ordering: .acquiring) else { return }
        mailbox.send(.stop(token, notice, graceNanoseconds: graceNanoseconds))
    }

    /// Sends INT to what an attempt runs. Of others nothing comes.
    func interrupt(_ token: AttemptToken) {
        guard hasStarted.load(ordering: .acquiring) else { return }
        mailbox.send(.interrupt(token))
    }

    /// Has a rank of MPI's world leave it in good order, and waits for that, which waits for the other ranks.
    func leave() {
        guard hasStarted.load(ordering: .acquiring) else { return }
        let hasLeft = DispatchSemaphore(value: 0)
        mailbox.send(.leave { hasLeft.signal() })
        hasLeft.wait()
    }

    /// Kills the kernel and ends the thread.
    func end() {
        guard hasStarted.load(ordering: .acquiring) else { return }
        mailbox.send(.end)
    }
}

/// What Swift functions see of it.
extension PythonKernel: NamespaceStorage {
    func set(_ payload: [UInt8], for name: String) async throws { _ = try await ask(.set(name, payload)) }

    func get(_ name: String) async throws -> [UInt8] {
        let bundle = try PayloadBundle(decoding: Array(try await ask(.get(name)).dropFirst()))
        return bundle[name] ?? [PayloadCodec.nothing.rawValue]
    }

    func keys() async throws -> [String] {
        try PayloadCodec.decode([String].self, from: try await ask(.keys))
    }

    func remove(_ name: String) async throws { _ = try await ask(.remove(name)) }

    /// - Throws: `NamespaceError`; `CancellationError` when the function is cancelled.
    private func ask(_ wish: KernelJob.Wish) async throws -> [UInt8] {
        let number = functions.wrappingAdd(1, ordering: .relaxed).newValue
        let answer = PendingValue()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                answer.await(continuation)
                send(.job(KernelJob(asker: .function(number) { answer.resume($0) }, wish: wish)))
            }
        } onCancel: {
            send(.drop(number))
            answer.resume(.failure(CancellationError()))
        }
    }
}
