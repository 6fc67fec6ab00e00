import ArgumentParser
import FarmBatch
import FarmLaunch
import FarmTransport

/// `tasks cluster autoscale`.
struct ClusterAutoscale: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "autoscale",
        abstract:
            "Start a cluster whose engines come as there is work for them, and leave when there is none.",
        usage: """
            tasks cluster autoscale --launcher slurm --min 0 --max 64 [-- SLURM-OPTIONS]
            tasks cluster autoscale --max 4 --slots 2
            """,
        discussion: """
            More engines are started when the work that waits is more than --backlog for each slot (by \
            estimates, else by what tasks of the kind have taken), or has waited for that long; for --nodes \
            and -n engines at a time. Those that have had nothing to do for --idle leave; what they are \
            given at the last moment they finish. What cannot be started is tried again, ever later. Else as \
            `tasks cluster start`; `tasks cluster status` says how it goes, `tasks cluster stop` ends it.
            """)

    @Option(help: "Engines that are kept though there is nothing to do.")
    var min = 0
    @Option(help: "Never more engines than these.")
    var max: Int
    @Option(help: "An engine that has had nothing to do for so long leaves: 90, 90s, 1h30m.")
    var idle = "5m"
    @Option(help: "Work that may wait for each slot before more engines are started.")
    var backlog = "2m"
    @OptionGroup var launch: LaunchOptions
    @OptionGroup var launcher: LauncherFlags
    @OptionGroup var listening: ListenFlags
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var ledger: LedgerFlags
    @Option(help: "The farm's profile: a name below $TASKS_HOME (~/.tasks), or a directory.")
    var profile: String?
    @Argument(parsing: .postTerminator, help: "Options of what starts the engines: sbatch, qsub.")
    var options: [String] = []

    func validate() throws {
        guard (1...100_000).contains(max) else {
            throw ValidationError("--max \(max): expected a number from 1 to 100000")
        }
        guard (0...max).contains(min) else {
            throw ValidationError("--min \(min): expected a number from 0 to --max, which is \(max)")
        }
        guard !launch.pool, launch.mpi == nil else {
            throw ValidationError(
                "--pool and --engine-mpi are not for engines by need: the ranks of a pool start together, by `tasks cluster start`"
            )
        }
        for (name, text) in [("--idle", idle), ("--backlog", backlog)]
        where Quantity.nanoseconds(text) ?? 0 == 0 {
            throw ValidationError("\(name) \(text): expected a time, as in 90s, 5m or 1h30m")
        }
    }

    private var limits: ScalingLimits {
        func seconds(_ text: String) -> Double { Double(Quantity.nanoseconds(text) ?? 0) / 1e9 }
        return ScalingLimits(
            least: min, most: max, idleSeconds: seconds(idle), backlogSeconds: seconds(backlog))
    }

    func run() async throws {
        let directory = ProfileDirectory(profile.map(FarmOptions.absolute))
        let choice = try LauncherChoice.find(launcher, directory)
        try choice.check(limits, count: launch.count)
        var arguments = profile.map { ["--profile", FarmOptions.absolute($0)] } ?? []
        arguments += launch.arguments + launcher.arguments + listening.arguments + policy.arguments
        arguments += ledger.arguments + ScalingFlags.arguments(limits)
        if !options.isEmpty { arguments += ["--"] + options }
        try await ClusterStart.parse(arguments).run()
    }
}

extension LauncherChoice {
    /// - Throws: `CommandFailure` if engines of this launcher cannot come and go, or not in such numbers.
    func check(_ limits: ScalingLimits, count: Int?) throws {
        switch settings.kind {
        case .local where (count ?? 1) > 1:
            throw CommandFailure(
                .refused, "-n \(count ?? 1): engines of this machine come one by one; say --min and --max")
        case .local, .slurm, .pbs, .command: break
        case .ssh, .srun, .mpi:
            throw CommandFailure(
                .refused,
                "engines of the launcher \(settings.name), of kind \(settings.kind.rawValue), are all started at once;"
                    + " those of kind local, slurm, pbs and command can come and go")
        }
        let size = settings.kind == .local ? 1 : (settings.nodes ?? 1) * (count ?? engines ?? 1)
        guard size <= limits.most else {
            throw CommandFailure(
                .refused,
                "--max \(limits.most): \(size) engines are started at a time (--nodes times -n), which is more; raise --max, or"
                    + " ask for fewer at a time")
        }
    }
}
