/// What decides where a task may go: tasks with equal needs and targets are one class.
struct PlacementClass: Hashable {
    var needs: Needs
    /// Names and numbers of engines, sorted; empty for any.
    var targets: [String]

    /// Any engine will do and one CPU is enough.
    var isPlain: Bool { targets.isEmpty && needs.cpus <= 1 }

    func admits(_ engine: EngineRecord) -> Bool {
        guard !targets.isEmpty else { return true }
        return targets.contains(engine.info.name) || targets.contains(engine.id.description)
            || engine.info.tags.contains { targets.contains($0) }
    }
}

/// An engine's place in the order of choice: load first, in 1/65536 of its slots or CPUs, then last use.
struct EngineKey: Comparable {
    var load: UInt64
    var lastUsed: UInt64

    static func < (a: EngineKey, b: EngineKey) -> Bool {
        a.load != b.load ? a.load < b.load : a.lastUsed < b.lastUsed
    }

    /// The load of an engine all of whose slots (or CPUs) are taken.
    static let full: UInt64 = 1 << 16
}
