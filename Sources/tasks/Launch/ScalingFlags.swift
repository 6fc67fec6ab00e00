import ArgumentParser
import FarmBatch
import FarmLaunch

/// Engines by need: how `tasks cluster autoscale` tells it to the process that does it.
struct ScalingFlags: ParsableArguments {
    @Option(help: .hidden)
    var scaleMin: Int?
    @Option(help: .hidden)
    var scaleMax: Int?
    @Option(help: .hidden)
    var scaleIdle: Double?
    @Option(help: .hidden)
    var scaleBacklog: Double?

    /// Nil: engines are started once, all of them.
    var limits: ScalingLimits? {
        guard let scaleMin, let scaleMax, let scaleIdle, let scaleBacklog else { return nil }
        return ScalingLimits(
            least: scaleMin, most: scaleMax, idleSeconds: scaleIdle, backlogSeconds: scaleBacklog)
    }

    /// As they stand on a command line.
    var arguments: [String] { limits.map(Self.arguments) ?? [] }

    static func arguments(_ limits: ScalingLimits) -> [String] {
        [
            "--scale-min", String(limits.least), "--scale-max", String(limits.most), "--scale-idle",
            String(limits.idleSeconds), "--scale-backlog", String(limits.backlogSeconds),
        ]
    }
}
