import ArgumentParser
import FarmLaunch
import FarmTransport
import TaskFarm

/// `tasks cluster start`.
struct ClusterStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Start a controller on this machine, and engines here or elsewhere, in the background.",
        usage: """
            tasks cluster start [-n ENGINES] [--slots N]
            tasks cluster start -n 0        (engines come later: tasks engine start)
            tasks cluster start --host node1 --host node2 [-- SSH-OPTIONS]
            tasks cluster start --launcher slurm --nodes 8 --slots 64 -- -p std -t 04:00:00
            """,
        discussion: """
            With engines elsewhere the controller listens on all interfaces, unless --listen says on which. \
            Logs are in PROFILE/log. What an earlier cluster of the profile had not finished goes on. Exit \
            code 2 if the profile's cluster runs already.
            """)

    @OptionGroup var launch: LaunchOptions
    @OptionGroup var launcher: LauncherFlags
    @OptionGroup var listening: ListenFlags
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var ledger: LedgerFlags
    @OptionGroup(visibility: .hidden) var scaling: ScalingFlags
    @Option(help: "The farm's profile: a name below $TASKS_HOME (~/.tasks), or a directory.")
    var profile: String?
    @Argument(
        parsing: .postTerminator,
        help: "Options of what starts the engines: ssh, mpiexec, sbatch, qsub, srun.")
    var options: [String] = []

    /// How long engines may take to come; they take a tenth of a second on an idle machine.
    private static let registrationSeconds = 60.0

    private var directory: ProfileDirectory { ProfileDirectory(profile.map(FarmOptions.absolute)) }

    func run() async throws {
        let directory = directory
        var launcher = launcher
        launcher.launcherOption += options
        let choice = try LauncherChoice.find(launcher, directory)
        let plan = try launch.plan(directory, count: choice.engines, slots: choice.slots, endsWithUs: false)
        guard plan.count > 0 || choice.settings.kind == .local else {
            throw CommandFailure(
                .refused,
                "-n 0 starts no engines, so that there is nothing to do for the launcher \(choice.settings.name); leave one of"
                    + " them out")
        }
        var listening = listening
        // Engines elsewhere would not reach it otherwise; who comes needs a key in any case.
        if choice.settings.kind.isElsewhere, listening.tcp == nil { listening.listen = "*" }
        try directory.make()
        try Self.clear(directory)
        let flags = listening.arguments + policy.arguments + ledger.arguments
        let controller = try Daemon.start(
            ["controller", "--profile", directory.path, "--log", directory.controllerLog] + flags,
            log: directory.controllerLog)
        try Self.await(controller, "the controller", directory.controllerLog)
        do {
            let launcherLog = "\(directory.logPath)/launcher.log"
            let keeper = try Daemon.start(
                ["cluster", "keep", "--profile", directory.path] + launch.arguments + launcher.arguments
                    + flags + scaling.arguments, log: launcherLog)
            try Self.await(keeper, "the engines' launcher", launcherLog)
            let log = choice.firstLog(plan)
            let engines =
                scaling.limits != nil || plan.count == 0
                ? [] : try await Self.engines(keeper.record, directory, log: log)
            say(controller.record, engines, directory)
        } catch {
            // Half a cluster helps nobody.
            directory.endKeeper(seconds: 5)
            controller.record.end(seconds: 5)
            throw error
        }
    }

    /// Makes room: refuses if a cluster runs, and takes away what a dead one has left.
    private static func clear(_ directory: ProfileDirectory) throws {
        switch ClusterState(directory) {
        case .running(let record):
            throw CommandFailure(
                .refused,
                "already running: the controller of profile \(directory) has pid \(record.pid); "
                    + "`tasks cluster status` shows it, `tasks cluster stop` ends it")
        case .elsewhere(let record):
            throw CommandFailure(
                .refused,
                "profile \(directory) is in use by a controller on \(record.host) (pid \(record.pid)); stop it there, or "
                    + "take another profile")
        case .stale(let record):
            Terminal.say(
                "stale profile: its controller (pid \(record.pid)) had died without a word; cleaning up")
            directory.endKeeper(seconds: 10)
        case .stopped:
            // Engines may have been left by a launcher whose controller was ended by hand.
            directory.endKeeper(seconds: 10)
        }
    }

    private static func await(_ daemon: Daemon, _ what: String, _ log: String) throws {
        switch daemon.answer() {
        case .ready: return
        case .refused(let words): throw CommandFailure(.refused, words)
        case .died:
            throw CommandFailure(
                .refused, "\(what) ended at its start; the end of \(log) is above",
                details: LogFile(log).lastLines(5))
        }
    }

    /// The engines that come by themselves, soon: not those of an allocation that is still waited for.
    private static func engines(
        _ keeper: ProcessRecord, _ directory: ProfileDirectory, log: String
    ) async throws -> [EngineStatus] {
        let client = try await TaskClient.connect(profile: directory.path, patience: .seconds(5))
        defer { Task { await client.close() } }
        return try await Registration.wait(
            at: client, seconds: registrationSeconds,
            for: {
                // A launcher that has lost all that it had is about to end.
                guard let units = directory.keeper?.units, units.contains(where: { $0.state != "failed" })
                else { return .max }
                return units.expectedEngines
            }
        ) {
            let units = directory.keeper?.units ?? []
            if !units.isEmpty, units.allSatisfy({ $0.state == "failed" && !$0.release.isEmpty }) {
                throw CommandFailure(.refused, units.map(\.why).joined(separator: "\n"))
            }
            guard !keeper.isAlive else { return }
            throw CommandFailure(
                .refused, "the engines ended at their start; the end of \(log) is above",
                details: LogFile(log).lastLines(5))
        }
    }

    private func say(_ controller: ProcessRecord, _ engines: [EngineStatus], _ directory: ProfileDirectory) {
        let slots = engines.reduce(0) { $0 + $1.slots }
        let words = Hint.profile
        let units = directory.keeper?.units ?? []
        for unit in units where unit.state != "pending" { unit.trouble.map { Terminal.complain($0) } }
        let waiting = units.filter { $0.state == "pending" }.compactMap(\.trouble)
            .map { "waiting: \($0)\n" }.joined()
        let there =
            scaling.limits.map { "\($0.least) to \($0.most) engines by need" }
            ?? "\(counted(engines.count, "engine")) with \(counted(slots, "slot")) in all"
        Terminal.write(
            """
            started: controller with pid \(controller.pid), \(there)
            \(waiting)\
            logs:    \(directory.logPath)
            next:    tasks submit\(words) FILE.yaml       hand in a batch file
                     tasks status\(words)                 see how it goes
                     tasks results\(words) last           see what came out
                     tasks cluster stop\(words)           end it

            """)
    }
}
