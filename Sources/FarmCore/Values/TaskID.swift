/// A job's number: rises with each accepted submission, from 1; never used again within a profile.
public struct JobID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var raw: UInt32

    public init(_ raw: UInt32) { self.raw = raw }

    public static func < (a: JobID, b: JobID) -> Bool { a.raw < b.raw }
    public var description: String { String(raw) }
}

/// Names one task: job number in the high 32 bits, index within the job (from 0) in the low 32.
/// Reads `JOB.INDEX`, as in `12.345`. Ids rise in submission order.
public struct TaskID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var raw: UInt64

    public init(raw: UInt64) { self.raw = raw }
    public init(_ job: JobID, _ index: UInt32) { raw = UInt64(job.raw) << 32 | UInt64(index) }

    public var job: JobID { JobID(UInt32(truncatingIfNeeded: raw >> 32)) }
    public var index: UInt32 { UInt32(truncatingIfNeeded: raw) }

    public static func < (a: TaskID, b: TaskID) -> Bool { a.raw < b.raw }
    public var description: String { "\(job.raw).\(index)" }
}
