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
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var ledger: LedgerFlags
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
        let launcher = LocalLauncher { event in
            switch event {
            case .started(let name, let pid):
                logger.info("\(name) started with pid \(pid)")
                notes.engine(name, pid: pid)
            case .restarting(let name, let why, _):
                logger.warning("\(name) ended: \(why); it is started again")
            case .ended(let engine):
                logger.info("\(engine.name) ended: \(engine.state)")
                notes.ended(engine.name)
            }
        }
        Interrupt.handle { count, _ in
            ControllerKeeper.end()
            if count == 1 { launcher.stop(now: true) } else { launcher.kill() }
        }
        do {
            try launcher.start(launch.plan(directory, endsWithUs: false))
        } catch {
            launcher.kill()
            notes.remove()
            ReadyPipe.tellError(readyDescriptor, Farewell.failure(error).message)
            throw error
        }
        ReadyPipe.tellReady(readyDescriptor)
        ControllerKeeper.start(directory, policy.arguments + ledger.arguments, notes, logger)
        _ = launcher.waitUntilEnded(seconds: nil)
        ControllerKeeper.finish()
        Subreaper.killDescendants(except: ControllerKeeper.started)
        notes.remove()
    }
}
