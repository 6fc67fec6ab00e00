import ArgumentParser
import FarmProcess
import FarmTransport
import Glibc
import TaskFarm

/// `tasks cluster stop`.
struct ClusterStop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Stop the cluster of this machine: controller and engines.",
        discussion: """
            Waits until the engines have finished what they run; what waits in the queue stays in the \
            ledger and goes on when the cluster is started again. Exit code 3 if nothing runs.
            """)

    @Flag(
        help:
            "Stop what runs (it runs again after the next start); end by force what does not answer.")
    var now = false
    @OptionGroup var farm: FarmOptions

    private static let patienceSeconds = 30.0

    func run() async throws {
        try farm.requireHere("cluster stop")
        let directory = farm.directory
        switch now ? ClusterState(directory) : Self.settled(directory) {
        case .stopped:
            guard directory.launcher != nil || directory.keeper?.living.isEmpty == false else {
                throw CommandFailure(
                    .noController, "already stopped: no controller runs in profile \(directory)")
            }
            directory.endKeeper(seconds: Self.patienceSeconds)
            Terminal.write("stopped: engines without a controller had been left\n")
        case .stale(let record):
            let hadKeeper = directory.keeper != nil
            Self.clean(directory)
            let engines =
                hadKeeper
                ? "the engines are ended"
                : Hint.completed(
                    "engines that still run go to the next controller; `tasks engine stop` ends them then")
            Terminal.write(
                "stale profile cleaned: its controller (pid \(record.pid)) had died without a word; \(engines)\n"
            )
        case .elsewhere(let record):
            throw CommandFailure(
                .refused,
                "the controller of profile \(directory) runs on \(record.host) (pid \(record.pid)); stop it there"
            )
        case .running(let record):
            try await stop(record, directory)
            // Those that a dead keeper has left have been told to leave by the controller.
            directory.endKeeper(seconds: 5, graceSeconds: 10)
            Terminal.write("stopped: controller (pid \(record.pid)) and engines\n")
        }
    }

    /// A controller that has just died is started again by the cluster's keeper: then it is stopped as it
    /// should.
    private static func settled(_ directory: ProfileDirectory) -> ClusterState {
        for _ in 0..<100 {
            guard case .stale = ClusterState(directory), directory.launcher != nil else { break }
            usleep(100_000)
        }
        return ClusterState(directory)
    }

    private func stop(_ controller: ProcessRecord, _ directory: ProfileDirectory) async throws {
        let launcher = directory.launcher
        do {
            // One that has its lock and does not listen yet will in a moment.
            let client = try await farm.connectAsAdmin(patience: controller.isStopped ? .zero : .seconds(5))
            try await client.stopController(now: now)
            await client.close()
        } catch let error as TaskClientError where error.code == .noController || error.code == .noProfile {
            // It may have ended so fast that its answer was lost.
            guard now || controller.waitUntilGone(seconds: 2) else {
                let words = SilentController(directory)?.words ?? error.message
                throw CommandFailure(.refused, "\(words); --now ends it by force")
            }
        }
        if !now { Self.waitForWork(launcher, controller) }
        let engines = launcher?.waitUntilGone(seconds: 10) ?? true
        if !engines { launcher?.end(seconds: 5) }
        if controller.waitUntilGone(seconds: 5) { return }
        controller.end(seconds: 5)
        if controller.isAlive {
            throw CommandFailure(
                .refused,
                "the controller (pid \(controller.pid)) cannot be ended; see \(directory.controllerLog)")
        }
    }

    /// What runs takes as long as it takes.
    private static func waitForWork(_ launcher: ProcessRecord?, _ controller: ProcessRecord) {
        if controller.waitUntilGone(seconds: 2) { return }
        Terminal.say(
            "waiting until the engines have finished what they run; Ctrl-C leaves that to them, --now stops it"
        )
        _ = controller.waitUntilGone(seconds: .infinity)
    }

    /// Takes away what a dead cluster has left.
    static func clean(_ directory: ProfileDirectory) {
        directory.endKeeper(seconds: patienceSeconds)
        Subreaper.sweepDeadEngines()
        // An empty record says that nothing runs. The file itself stays: another may be about to lock it.
        truncate(directory.lockPath, 0)
    }
}
