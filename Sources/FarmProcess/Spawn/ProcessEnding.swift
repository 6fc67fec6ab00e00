/// How a process came to its end.
public enum ProcessEnding: Sendable {
    /// By itself, with this exit code.
    case exited(Int32)
    /// By this signal.
    case signalled(Int32, dumpedCore: Bool)
    /// It never ran.
    case notStarted(SpawnError)
    /// Other code in this process took its exit status, or made the kernel discard it (SIGCHLD ignored).
    case lost

    /// From what wait4 answered.
    init(reaped: Int32, status: Int32) {
        guard reaped > 0 else {
            self = .lost
            return
        }
        let signal = status & 0x7f
        self =
            signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal, dumpedCore: status & 0x80 != 0)
    }

    /// Whether it exited with code 0.
    public var isSuccess: Bool {
        if case .exited(0) = self { return true }
        return false
    }
}
