internal import CSystem
internal import Glibc
internal import Synchronization

/// A child started by hand: a worker by its nanny, an engine by the launcher. For many at once with their
/// output and leftovers looked after, use `ProcessRunner`.
///
/// Ends with `wait()`; the descriptors are closed with the value.
public struct ChildProcess: ~Copyable {
    /// The child's process id, good until `wait()` has returned.
    public let pid: Int32
    /// A pidfd, which polls readable when the child has ended.
    public let pidDescriptor: Int32
    /// The nonblocking read end of captured standard output, or -1.
    public let outputDescriptor: Int32
    /// The nonblocking read end of captured standard error, or -1.
    public let errorDescriptor: Int32
    let serial: UInt64

    init(_ child: SpawnedChild, serial: UInt64) {
        pid = child.pid
        pidDescriptor = child.pidDescriptor
        outputDescriptor = child.output
        errorDescriptor = child.errors
        self.serial = serial
    }

    deinit {
        close(pidDescriptor)
        if outputDescriptor >= 0 { close(outputDescriptor) }
        if errorDescriptor >= 0 { close(errorDescriptor) }
    }

    /// Starts one child with a spawner of its own; `mark` as in `Spawner.spawn`.
    public static func start(
        _ request: SpawnRequest, mark: EngineMark? = nil
    ) throws(SpawnError) -> ChildProcess {
        var spawner = try Spawner()
        return try spawner.spawn(request, mark: mark)
    }

    /// Sends a signal to the child alone. False when it has ended.
    @discardableResult
    public func signal(_ signal: Int32) -> Bool {
        farm_pidfd_signal(pidDescriptor, signal) == 0
    }

    /// Sends a signal to the child's whole process group; only for a child with a new session, before
    /// `wait()`.
    @discardableResult
    public func signalGroup(_ signal: Int32) -> Bool {
        kill(-pid, signal) == 0
    }

    /// Waits for the end of the child, without bound, and takes it off the process table.
    public consuming func wait() -> (ending: ProcessEnding, usage: ResourceUsage) {
        var status: Int32 = 0
        var usage = farm_usage()
        let reaped = farm_wait(pid, 1, &status, &usage)
        ProcessTable.shared.withLock { $0.leave(pid: pid, serial: serial) }
        return (ProcessEnding(reaped: reaped, status: status), ResourceUsage(usage, isOfChild: true))
    }

    /// Whether the child has ended; it stays a zombie until `wait()`.
    public var hasEnded: Bool {
        var event = pollfd(fd: pidDescriptor, events: Int16(POLLIN), revents: 0)
        return poll(&event, 1, 0) > 0
    }
}
