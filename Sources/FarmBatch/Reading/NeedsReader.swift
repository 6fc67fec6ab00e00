import FarmTemplate

/// Reads `needs:`: what has a key of its own, and any number of named quantities.
struct NeedsReader {
    let log: ProblemLog

    /// Key by key: what is not named stays as it is.
    func read(_ item: Item, into needs: inout Needs) {
        guard case .mapping(let entries) = item.content else {
            log.add(
                .wrongType, at: item.position,
                "`needs` must be a mapping with the keys \(BatchKeys.needs.joined(separator: ", ")) and names of"
                    + " quantities, found \(item.found)")
            return
        }
        for entry in entries {
            let item = entry.value
            switch entry.key {
            case "cpus":
                if let value = log.integer(item, "needs.cpus", 1...Int(Needs.mostUnits)) {
                    needs.cpus = UInt32(value)
                }
            case "gpus":
                if let value = log.integer(item, "needs.gpus", 0...Int(Needs.mostUnits)) {
                    needs.gpus = UInt32(value)
                }
            case "memory": if let bytes = memory(item) { needs.memoryBytes = bytes }
            case "tags":
                let tags = log.words(item, "needs.tags", "a tag", "none")
                needs.tags = Set(tags).sorted()
            default: readQuantity(entry, into: &needs)
            }
        }
        if needs.named.count > Names.most {
            log.add(.limit, at: item.position, "`needs` names more than \(Names.most) quantities")
        }
    }

    private func memory(_ item: Item) -> UInt64? {
        guard let text = log.fixed(item, "needs.memory", "a size") else { return nil }
        guard let bytes = Quantity.bytes(text), bytes > 0 else {
            log.add(
                .badValue, at: item.position,
                "`needs.memory` must be a size as 512MiB or 4GiB, above 0 and at most 1PiB, found \(item.found)"
            )
            return nil
        }
        return UInt64(bytes)
    }

    private func readQuantity(_ entry: Item.Entry, into needs: inout Needs) {
        if let fault = Self.fault(inQuantity: entry.key) {
            log.add(.unknownKey, at: entry.position, fault)
            return
        }
        let most = Int(Needs.mostNamed)
        guard let amount = log.integer(entry.value, "needs." + entry.key, 1...most) else { return }
        let others = needs.named.filter { $0.name != entry.key }
        needs = Needs(
            cpus: needs.cpus, memoryBytes: needs.memoryBytes, gpus: needs.gpus,
            named: others + [NamedAmount(entry.key, UInt64(amount))], tags: needs.tags)
    }

    /// What is wrong with the name of a quantity; nil if nothing is.
    ///
    /// One that looks like a slip for a key with a meaning of its own is refused: a task that asks for so
    /// many `cpu` would wait for ever for an engine that offers them.
    static func fault(inQuantity name: String) -> String? {
        if let meant = slips[name.lowercased()] ?? Spelling.nearest(name, in: BatchKeys.needs) {
            return "`\(name)` is not a key of `needs`; did you mean “\(meant)”?"
        }
        return Names.fault(inQuantity: name)
    }

    /// Those that are too far off in letters.
    private static let slips = [
        "core": "cpus", "cores": "cpus", "cpu": "cpus", "mem": "memory", "ram": "memory", "gpu": "gpus",
        "tag": "tags",
    ]
}
