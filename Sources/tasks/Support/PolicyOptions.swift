public import ArgumentParser
public import FarmTransport

/// How tasks are given to engines.
struct PolicyOptions: ParsableArguments {
    @Option(
        help:
            "Attempts that an engine may hold for each slot: 1 prefetches nothing, 0 is no limit. Default: by task time."
    )
    var hwm: UInt32?
    @Option(help: "How an engine is chosen among those with room: least-load or lru.")
    var scheme = SchedulerSettings.Scheme.leastLoad
    @Option(
        help:
            "What the whole farm has of something, as in license=4: tasks that need it share it, on whatever engines. May be repeated."
    )
    var limit: [String] = []
    @Option(
        help:
            "Quick failures in a row, while others do better, after which an engine is quarantined; 0 for never. Default: 5."
    )
    var quarantineAfter: UInt32?

    /// Engines have these of their own.
    private static let reserved: Set<String> = ["cpus", "memory", "gpus", "tags", "slots"]

    func validate() throws {
        var names: Set<String> = []
        for text in limit {
            guard let read = Self.amount(text) else {
                throw ValidationError(
                    "--limit \(text): expected a name and a number from 1 to 10^12, as in license=4")
            }
            if Self.reserved.contains(read.name) {
                throw ValidationError(
                    "--limit \(text): '\(read.name)' is what each engine has of its own; say it to `tasks engine start`, "
                        + "and limit something with another name")
            }
            guard names.insert(read.name).inserted else {
                throw ValidationError("--limit \(text): '\(read.name)' is limited twice; say it once")
            }
        }
    }

    private static func amount(_ text: String) -> NamedAmount? {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let amount = UInt64(parts[1]), (1...Needs.mostNamed).contains(amount),
            let first = parts[0].first, first.isLetter, parts[0].utf8.count <= 128,
            parts[0].allSatisfy({ $0.isLetter || $0.isNumber || "-_./".contains($0) })
        else { return nil }
        return NamedAmount(String(parts[0]), amount)
    }

    func apply(to settings: inout SchedulerSettings) {
        settings.highWaterMark = hwm
        settings.scheme = scheme
        settings.limits = limit.compactMap(Self.amount)
        if let quarantineAfter { settings.quarantineFailures = quarantineAfter }
    }

    /// As they stand on a command line.
    var arguments: [String] {
        (hwm.map { ["--hwm", String($0)] } ?? []) + ["--scheme", scheme.rawValue]
            + limit.flatMap { ["--limit", $0] }
            + (quarantineAfter.map { ["--quarantine-after", String($0)] } ?? [])
    }
}

extension SchedulerSettings.Scheme: ExpressibleByArgument {}
