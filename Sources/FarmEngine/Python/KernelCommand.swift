import FarmTransport

/// What the kernel's thread is told.
enum KernelCommand: Sendable {
    case job(KernelJob)
    case stop(AttemptToken, StopNotice, graceNanoseconds: Int64)
    case interrupt(AttemptToken)
    /// A Swift function does not wait any more.
    case drop(UInt64)
    /// A rank of MPI's world leaves that in good order; then who waits for it is told.
    case leave(@Sendable () -> Void)
    case end
}
