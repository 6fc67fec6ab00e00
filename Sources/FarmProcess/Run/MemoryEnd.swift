/// What memory had to do with the end of a process.
public enum MemoryEnd: Sendable, Equatable {
    /// Nothing, as far as is known.
    case none
    /// It and all that it had started used more than its limit, and were killed for it.
    case overLimit(usedBytes: UInt64, limitBytes: UInt64)
    /// It was killed, by nobody here, and the kernel had killed for want of memory while it ran.
    case killedByKernel
}
