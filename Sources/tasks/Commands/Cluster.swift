import ArgumentParser

/// `tasks cluster`.
struct Cluster: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Start and stop a farm on this machine that goes on when you log out.",
        subcommands: [
            ClusterStart.self, ClusterAutoscale.self, ClusterStop.self, ClusterStatus.self, ClusterKeep.self,
        ])
}
