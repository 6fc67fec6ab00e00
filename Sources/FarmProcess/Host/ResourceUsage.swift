internal import CSystem
internal import Synchronization

/// What a process has used of the machine.
public struct ResourceUsage: Sendable, Equatable {
    /// Processor time in the program.
    public var userNanoseconds: UInt64 = 0
    /// Processor time in the kernel.
    public var systemNanoseconds: UInt64 = 0
    /// The most memory resident at once, in KiB; of a process with children, the most of any one of them.
    public var peakResidentKiB: Int = 0
    /// The kernel counts a child's peak from before exec, when it still shares its parent's memory: a peak no
    /// higher than the parent's own says only that the child needed at most that.
    public var isPeakUpperBound = false

    /// Nothing used.
    public init() {}

    /// Processor time in all.
    public var cpuNanoseconds: UInt64 { userNanoseconds + systemNanoseconds }

    /// What this process has used so far.
    public static func ofThisProcess() -> ResourceUsage {
        var usage = farm_usage()
        _ = farm_self_usage(&usage)
        return ResourceUsage(usage, isOfChild: false)
    }

    init(_ usage: farm_usage, isOfChild: Bool) {
        userNanoseconds = usage.user_ns
        systemNanoseconds = usage.system_ns
        peakResidentKiB = Int(usage.max_resident_kib)
        isPeakUpperBound = isOfChild && peakResidentKiB <= Self.ownPeakKiB(atLeast: peakResidentKiB)
    }

    /// Own peak, asked of the kernel only when the one known does not settle the question: it only ever
    /// grows.
    private static func ownPeakKiB(atLeast wanted: Int) -> Int {
        let known = knownOwnPeakKiB.load(ordering: .relaxed)
        guard known < wanted else { return known }
        let now = ofThisProcess().peakResidentKiB
        knownOwnPeakKiB.store(now, ordering: .relaxed)
        return now
    }

    private static let knownOwnPeakKiB = Atomic<Int>(0)

    /// Adds what a process of the same tree used.
    mutating func add(_ other: ResourceUsage) {
        userNanoseconds += other.userNanoseconds
        systemNanoseconds += other.systemNanoseconds
        if other.peakResidentKiB > peakResidentKiB {
            peakResidentKiB = other.peakResidentKiB
            isPeakUpperBound = other.isPeakUpperBound
        }
    }
}
