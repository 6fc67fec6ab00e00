/// The end of a process that a `ProcessRunner` ran, and of all that it had started.
public struct ProcessExit: Sendable {
    /// As given to `start`.
    public let token: UInt64
    /// How the main process ended.
    public let ending: ProcessEnding
    /// What memory had to do with it.
    public let memory: MemoryEnd
    /// What it used, with the children it waited for and the leftovers that were killed.
    public let usage: ResourceUsage
    /// Before the process was made, by `MonotonicClock`.
    public let startedAtNanoseconds: UInt64
    /// When the end of the main process was seen.
    public let endedAtNanoseconds: UInt64
    /// Captured standard output.
    public let output: CapturedOutput
    /// Captured standard error.
    public let errors: CapturedOutput
    /// How many processes it had left behind that were still there once its process group had been killed.
    public let leftoversKilled: Int
    /// Whether some of it was still there when waiting for its death was given up (stuck in the kernel).
    public let leftoversRemain: Bool
}
