extension Needs {
    /// What an engine has declared too little of for a task that needs this, in words; empty if it has
    /// enough.
    ///
    /// - Parameter named: those of the named needs that are the engine's; the others are the farm's.
    public func shortfalls(of engine: EngineInfo, named: [NamedAmount]) -> [String] {
        var words: [String] = []
        if cpus > engine.cpus { words.append("has \(engine.cpus) of \(cpus) CPUs") }
        if memoryBytes > engine.memoryBytes {
            words.append("has \(Self.mebibytes(engine.memoryBytes)) of \(Self.mebibytes(memoryBytes))")
        }
        if gpus > engine.gpus { words.append("has \(engine.gpus) of \(gpus) GPUs") }
        for need in named {
            let declared = engine.named.first { $0.name == need.name }?.amount ?? 0
            if need.amount > declared { words.append("has \(declared) of \(need.amount) \(need.name)") }
        }
        return words
    }

    /// The tags that an engine lacks, in words; nil if none.
    public func missingTags(of engine: EngineInfo) -> String? {
        let missing = tags.filter { !engine.tags.contains($0) }
        return missing.isEmpty ? nil : "has no tag \(missing.joined(separator: ", "))"
    }

    static func mebibytes(_ bytes: UInt64) -> String { "\((bytes + 0xF_FFFF) >> 20) MiB" }
}

extension EngineInfo {
    /// Whether a task for these targets may go to the engine of this number: one of them is its name, its
    /// number or a tag of it, or there are none.
    public func isTarget(of targets: [String], id: EngineID) -> Bool {
        targets.isEmpty || targets.contains(name) || targets.contains(id.description)
            || tags.contains { targets.contains($0) }
    }
}
