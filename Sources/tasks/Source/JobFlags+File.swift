import FarmBatch
import TaskFarm

// What options on the command line are called in a batch file.

extension JobFlags {
    /// Keys of the file.
    func entries() throws -> [SweepLine.Entry] {
        var entries: [SweepLine.Entry] = []
        func add(_ key: String, _ yaml: String?) {
            if let yaml { entries.append(SweepLine.Entry(key, yaml: yaml)) }
        }
        add("name", name.map(YAMLWriter.text))
        let labels = try labels().map { "\(YAMLWriter.text($0.key)): \(YAMLWriter.text($0.value))" }
        if !labels.isEmpty { add("labels", "{\(labels.joined(separator: ", "))}") }
        add("priority", priority.map(String.init))
        add("weight", weight)
        add("max-running", maxRunning.map(String.init))
        add("max-failures", maxFailures)
        add("canary", canary.map(String.init))
        add("durable", durable.map { "\($0)" })
        return entries
    }
}

extension TaskFlags {
    /// Keys of the task.
    /// - Throws: `BatchError` for what is wrong with `--after` and `--follow`.
    func entries() throws -> [SweepLine.Entry] {
        var entries: [SweepLine.Entry] = []
        func add(_ key: String, _ yaml: String?) {
            if let yaml { entries.append(SweepLine.Entry(key, yaml: yaml)) }
        }
        func texts(_ list: [String]) -> String? {
            list.isEmpty ? nil : "[\(list.map(YAMLWriter.text).joined(separator: ", "))]"
        }
        func mapping(_ members: [(String, String?)]) -> String? {
            let given = members.compactMap { key, value in value.map { "\(key): \($0)" } }
            return given.isEmpty ? nil : "{\(given.joined(separator: ", "))}"
        }
        // What is written as in a file stays so.
        let tries = retry.map {
            OptionTexts.isMapping($0)
                ? String($0.drop { $0 != "{" }.dropFirst().prefix { $0 != "}" }) : "failure: \($0)"
        }
        let more = mapping([
            ("delay", retryDelay.map(YAMLWriter.text)), ("avoid-engine", avoidEngine ? "true" : nil),
            ("out-of-memory", outOfMemory.map(String.init)), ("memory-factor", memoryFactor.map { "\($0)" }),
        ])?.dropFirst().dropLast()
        let parts = [tries, more.map(String.init)].compactMap { $0 }
        add("retry", parts.isEmpty ? nil : "{\(parts.joined(separator: ", "))}")
        add(
            "recovery", recovery.map { OptionTexts.isMapping($0) ? $0 : "{run: \(YAMLWriter.text($0))}" })
        for (key, length) in [
            ("timeout", timeout), ("deadline", deadline), ("start-within", startWithin),
            ("estimate", estimate), ("grace", grace),
        ] { add(key, length.map { YAMLWriter.text($0) }) }
        let named = need.compactMap { text -> (String, String?)? in
            let parts = text.split(separator: "=", maxSplits: 1)
            return parts.count == 2 ? (YAMLWriter.text(String(parts[0])), String(parts[1])) : nil
        }
        add(
            "needs",
            mapping(
                [
                    ("cpus", cpus.map(String.init)), ("memory", memory.map(YAMLWriter.text)),
                    ("gpus", gpus.map(String.init)),
                ] + named + [("tags", texts(tag))]))
        add("targets", texts(target))
        add("lane", lane.map(YAMLWriter.text))
        add("check", check.map(YAMLWriter.text))
        add("speculate", speculate ? "true" : nil)
        add("collective", collective)
        add("mpi", mpi)
        add("after", try OptionTexts.afterInFile(after))
        add("follow", try OptionTexts.followInFile(follow))
        return entries
    }
}
