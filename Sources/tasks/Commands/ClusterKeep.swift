import ArgumentParser
import FarmLaunch
import FarmProcess
import FarmTransport
import Glibc
import Logging
import Synchronization

/// `tasks cluster keep`: the background process over the engines of `cluster start`.
///
/// As the subreaper of its engines it gets whatever is orphaned when an engine's nanny and worker die
/// together, and it starts such an engine again; and the controller, should it die. It ends when its engines
/// have left.
struct ClusterKeep: ParsableCommand, Interruptible {
    static let configuration = CommandConfiguration(commandName: "keep", shouldDisplay: false)

    @OptionGroup var launch: LaunchOptions
    @OptionGroup var launcher: LauncherFlags
    @OptionGroup var listening: ListenFlags
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var ledger: LedgerFlags
    @OptionGroup var scaling: ScalingFlags
    @Option(help: .hidden)
    var profile: String
    @Option(help: .hidden)
    var readyDescriptor: Int32?

    func run() throws {
        if let readyDescriptor { _ = fcntl(readyDescriptor, F_SETFD, FD_CLOEXEC) }
        let directory = ProfileDirectory(profile)
        let logger = try LogOptions.logger("launcher", "\(directory.logPath)/launcher.log", .info)
        Subreaper.adoptOrphans()
        let notes: KeeperNotes
        do { notes = try KeeperNotes(directory, logger) } catch {
            ReadyPipe.tellError(readyDescriptor, Farewell.failure(error).message)
            throw error
        }
        let choice: LauncherChoice
        do { choice = try LauncherChoice.find(self.launcher, directory) } catch {
            notes.remove()
            ReadyPipe.tellError(readyDescriptor, Farewell.failure(error).message)
            throw error
        }
        let launcher = choice.launcher { event in
            switch event {
            case .started(let unit):
                logger.info("\(unit.name) started\(unit.pid > 0 ? " with pid \(unit.pid)" : "")")
                notes.unit(unit)
            case .waiting(let unit):
                let (state, why) = unit.state.words
                logger.warning(
                    "\(unit.name) is \(state): \(why)\(state == "failing" ? "; it is tried again" : "")")
                notes.unit(unit)
            case .said(let name, let words): logger.info("\(name): \(words)")
            case .ended(let unit):
                logger.info("\(unit.name) ended: \(unit.state)")
                notes.unit(unit)
            }
        }
        let isEnding = Atomic(false)
        Interrupt.handle { count, _ in
            ControllerKeeper.end()
            isEnding.store(true, ordering: .relaxed)
            if count == 1 { launcher.stop(now: true) } else { launcher.kill() }
        }
        let plan: EnginePlan
        do {
            plan = try self.plan(directory, choice)
            if scaling.limits == nil { try launcher.start(plan) }
        } catch {
            launcher.kill()
            notes.remove()
            ReadyPipe.tellError(readyDescriptor, Farewell.failure(error).message)
            throw error
        }
        ReadyPipe.tellReady(readyDescriptor)
        ControllerKeeper.start(
            directory, listening.arguments + policy.arguments + ledger.arguments, notes, logger)
        let agent = LauncherAgent(launcher, choice.settings, plan, limits: scaling.limits) {
            logger.info("\($0)")
        }
        let talk = Task { await agent.run() }
        if scaling.limits == nil { _ = launcher.waitUntilEnded(seconds: nil) }
        // Others may come, as by another allocation: the controller is looked after until it is stopped.
        while choice.settings.kind.isElsewhere || plan.count == 0 || scaling.limits != nil,
            !isEnding.load(ordering: .relaxed)
        {
            if case .stopped = ClusterState(directory) { break }
            usleep(200_000)
        }
        talk.cancel()
        if scaling.limits != nil {
            // What is asked for and not there yet nobody wants any more.
            launcher.stop(now: true)
            _ = launcher.waitUntilEnded(seconds: nil)
        }
        ControllerKeeper.finish()
        Subreaper.killDescendants(except: ControllerKeeper.started)
        notes.remove()
    }

    /// The engines of the cluster, or those of one unit where they come by need.
    private func plan(_ directory: ProfileDirectory, _ choice: LauncherChoice) throws -> EnginePlan {
        let plan = try launch.plan(
            directory, count: choice.engines, slots: choice.slots, endsWithUs: false)
        if scaling.limits != nil { try choice.settings.check(plan, tasksProgram: OwnProgram.file) }
        return plan
    }
}
