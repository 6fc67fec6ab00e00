/// Names an attempt between the engine agent and the worker that runs it: a slot of the agent's table and the
/// slot's generation, so that what is said of an attempt that is gone is told from its successor's.
public struct AttemptToken: Hashable, Sendable {
    /// Generation in the high 32 bits, slot in the low: for messages between processes.
    public var raw: UInt64

    /// A token that was taken apart before.
    public init(raw: UInt64) { self.raw = raw }

    init(slot: Int32, generation: UInt32) {
        raw = UInt64(generation) << 32 | UInt64(UInt32(bitPattern: slot))
    }

    var slot: Int32 { Int32(truncatingIfNeeded: raw) }
    var generation: UInt32 { UInt32(truncatingIfNeeded: raw >> 32) }
}
