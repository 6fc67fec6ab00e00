import FarmProcess
import Foundation
import TaskFarm

/// How units that come and go are numbered: the lowest number that is free, so that their logs do not pile
/// up.
struct UnitNumbers {
    /// What their names are before the number, and those of their engines, too.
    let series: String

    init(_ settings: LauncherSettings, _ plan: EnginePlan) {
        series = settings.kind == .local ? plan.series : settings.name
    }

    /// So many numbers that no unit of these names has, lowest first.
    func free(_ count: Int, beside names: [String]) -> [Int] {
        let taken = Set(names.compactMap { Int($0.dropFirst(series.count + 1)) })
        return Array((0...).lazy.filter { !taken.contains($0) }.prefix(count))
    }
}

extension LauncherSettings {
    /// Engines of one unit of the plan.
    func unitSize(_ plan: EnginePlan) -> Int {
        switch kind {
        case .local: 1
        case .slurm, .pbs: (nodes ?? 1) * plan.count
        case .mpi, .ssh, .srun, .command: plan.count
        }
    }

    /// What one engine will offer, before one is there.
    func offering(_ plan: EnginePlan) -> EngineOffering {
        var offering = EngineOffering()
        // A node's CPUs are known when there is one.
        offering.slots = kind.isElsewhere ? plan.statedSlots ?? 1 : plan.slots
        offering.cpus = UInt32(clamping: max(offering.slots, kind == .local ? HostInfo.cpus.count : 1))
        offering.tags = plan.tags
        offering.series = kind == .local ? plan.series : name
        for (flag, value) in zip(plan.offers, plan.offers.dropFirst()) where flag == "--resource" {
            let parts = value.split(separator: "=")
            if parts.count == 2 { offering.named[String(parts[0])] = UInt64(parts[1]) }
        }
        return offering
    }
}

extension Instant {
    static var ofThisMoment: Instant {
        Instant(nanoseconds: Int64(clamping: MonotonicClock.nanoseconds()))
    }
}

/// A call that blocks, on a thread that may be blocked.
struct BlockingCall<Value: Sendable>: Sendable {
    private let task: Task<Value, Never>

    init(_ body: @escaping @Sendable () -> Value) {
        task = Task {
            await withCheckedContinuation { continuation in
                let thread = Thread { continuation.resume(returning: body()) }
                thread.name = "starts units"
                thread.stackSize = 512 << 10
                thread.start()
            }
        }
    }

    var value: Value { get async { await task.value } }
}
