import FarmTransport

/// What the kernel's thread is told.
enum KernelCommand: Sendable {
    case job(KernelJob)
    case stop(AttemptToken, StopNotice, graceNanoseconds: Int64)
    case interrupt(AttemptToken)
    /// A Swift function does not wait any more.
    case drop(UInt64)
    case end
}
