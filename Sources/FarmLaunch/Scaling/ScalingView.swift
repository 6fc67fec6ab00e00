import TaskFarm

/// What a scaler sees of the farm at one moment.
struct ScalingView {
    /// A unit of its launcher that has not ended.
    struct Unit: Equatable {
        var name: String
        /// Engines that it stands for.
        var engineCount: Int
        /// It has been asked for, and does not run yet.
        var isPending: Bool
        /// Those of its engines that are attached.
        var engines: [Engine] = []
    }

    /// An attached engine of such a unit.
    struct Engine: Equatable {
        var id: EngineID
        /// It holds nothing, and its lanes are empty.
        var isIdle: Bool
        var isDraining = false
    }

    var units: [Unit] = []
    /// Units that have ended since the last look without ever having served: why.
    var failures: [String] = []
    /// Slots of attached engines that are none of its.
    var otherSlots = 0
    /// Tasks that wait for an engine.
    var work: [WaitingWork] = []
}

/// What one engine of a launcher offers, as far as it is known before one is there.
struct EngineOffering: Equatable {
    var slots = 1
    var cpus: UInt32 = 1
    /// Nil: not known.
    var memory: UInt64?
    var gpus: UInt32?
    var named: [String: UInt64] = [:]
    var tags: [String] = []
    /// What names begin with.
    var series = ""

    /// How many tasks that need this run at the same moment on one of them; 0: none ever.
    func places(for work: WaitingWork) -> Int {
        guard work.tags.allSatisfy(tags.contains), work.cpus <= cpus, work.ranks == nil,
            work.targets.isEmpty
                || work.targets.contains(where: { tags.contains($0) || $0.hasPrefix(series + "-") }),
            memory.map({ work.memory <= $0 }) ?? true, gpus.map({ work.gpus <= $0 }) ?? true,
            work.named.allSatisfy({ $0.value <= named[$0.key] ?? 0 })
        else { return 0 }
        var places = min(slots, Int(cpus / max(1, work.cpus)))
        if let gpus, work.gpus > 0 { places = min(places, Int(gpus / work.gpus)) }
        if let memory, work.memory > 0 { places = min(places, Int(clamping: memory / work.memory)) }
        for (name, amount) in work.named where amount > 0 {
            places = min(places, Int(clamping: (named[name] ?? 0) / amount))
        }
        return max(1, places)
    }
}
