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

    func apply(to settings: inout SchedulerSettings) {
        settings.highWaterMark = hwm
        settings.scheme = scheme
    }

    /// As they stand on a command line.
    var arguments: [String] {
        (hwm.map { ["--hwm", String($0)] } ?? []) + ["--scheme", scheme.rawValue]
    }
}

extension SchedulerSettings.Scheme: ExpressibleByArgument {}
