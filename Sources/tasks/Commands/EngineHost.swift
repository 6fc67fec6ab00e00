import ArgumentParser
import FarmEngine
import FarmLaunch
import FarmProcess
import FarmTransport
import Foundation
import Glibc

/// `tasks engine host`: the process over a host's engines, where a launcher on another machine has it
/// started: by ssh, or on each node of an allocation.
///
/// Its engines end with it. It ends when they have left, when it is told to, and when whoever has started it
/// is gone.
struct EngineHost: ParsableCommand, Interruptible {
    static let configuration = CommandConfiguration(
        commandName: "host", abstract: "Start the engines of one host.", shouldDisplay: false)

    @OptionGroup var launch: LaunchOptions
    @Option(help: "What the engines are called; of several with a number behind it.")
    var series: String?
    @Option(help: "The farm's profile: a name below $TASKS_HOME (~/.tasks), or a directory.")
    var profile: String?
    @Flag(
        name: .customLong("over-ssh"),
        help: "Take the capability and orders from standard input, as an ssh launcher gives them.")
    var overSSH = false

    func run() throws {
        Subreaper.adoptOrphans()
        overSSH ? try serveLauncher() : try serveHere()
    }

    /// On a node of an allocation, where the profile is to be seen: the controller ends the engines, or the
    /// batch system does.
    private func serveHere() throws {
        let directory = ProfileDirectory(profile.map(FarmOptions.absolute))
        var launch = launch
        // Asked once for all engines of the node.
        if launch.until == nil { launch.until = AllocationEnd.find()?.text }
        var plan = try launch.plan(directory, cpus: Allotment.cpus, endsWithUs: true)
        plan.series = [series ?? "host", Allotment.job, Allotment.rank ?? HostInfo.hostname]
            .compactMap { $0 }.joined(separator: "-")
        plan.namesOnePlainly = true
        let launcher = Self.launcher { Terminal.say($0) }
        // What is around us passes on what it gets; the controller says when to leave.
        signal(SIGUSR1, SIG_IGN)
        Interrupt.handle { count, _ in count == 1 ? launcher.stop(now: true) : launcher.kill() }
        do { try launcher.start(plan) } catch {
            launcher.kill()
            throw error
        }
        _ = launcher.waitUntilEnded(seconds: nil)
        Subreaper.killDescendants()
        try Self.judge(launcher)
    }

    private func serveLauncher() throws {
        let agent = HostAgent()
        do {
            let capability = try agent.capability()
            let directory = try ScratchDirectory.make("host")
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let path = "\(directory)/engine.json"
            try PrivatePath.write(capability, to: path)
            var plan = try launch.plan(ProfileDirectory(directory), endsWithUs: true)
            plan.capability = path
            plan.series = series ?? HostInfo.hostname
            plan.namesOnePlainly = true
            plan.logsToErrors = true
            let launcher = Self.launcher { agent.say($0) }
            Interrupt.handle { count, _ in count == 1 ? launcher.stop(now: true) : launcher.kill() }
            do { try launcher.start(plan) } catch {
                launcher.kill()
                throw error
            }
            agent.serve(
                launcher, program: "tasks \(Version.text)", capability: path, leaveSeconds: plan.leaveSeconds
            ) { bytes, path in try? PrivatePath.write(bytes, to: path) }
            Subreaper.killDescendants()
            try Self.judge(launcher)
        } catch {
            let failure = Farewell.failure(error)
            if !failure.message.isEmpty { agent.tellFailure(failure.message) }
            throw error
        }
    }

    private static func launcher(_ say: @escaping @Sendable (String) -> Void) -> any Launcher {
        LauncherChoice.local.launcher { event in
            switch event {
            case .started(let unit): say("\(unit.name) started with pid \(unit.pid)")
            case .waiting(let unit): say("\(unit.name) ended: \(unit.state.words.why); it is started again")
            case .said(let name, let words): say("\(name): \(words)")
            case .ended(let unit):
                let (state, why) = unit.state.words
                say("\(unit.name) \(state)\(why.isEmpty ? "" : ": \(why)")")
            }
        }
    }

    private static func judge(_ launcher: any Launcher) throws {
        for unit in launcher.units {
            guard case .failed(let why) = unit.state else { continue }
            Terminal.complain("\(unit.name): \(why)")
            throw CommandFailure.silent(
                unit.exitCode == ExitStatus.notPermitted.rawValue ? .notPermitted : .someFailed)
        }
    }
}

/// What an allocation has given this process, as the batch system says it.
enum Allotment {
    /// CPUs; nil: it says nothing of them.
    static var cpus: Int? {
        ["SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE", "NCPUS"].lazy.compactMap { number($0) }.first
    }

    /// The allocation's number.
    static var job: String? {
        let id = ["SLURM_JOB_ID", "PBS_JOBID"].lazy.compactMap { text($0) }.first
        return id.map { String($0.prefix { $0.isNumber }) }
    }

    /// Which of those that were started together it is.
    static var rank: String? {
        ["SLURM_PROCID", "PBS_NODENUM", "OMPI_COMM_WORLD_RANK", "PMI_RANK"].lazy.compactMap { number($0) }
            .first
            .map { String($0) }
    }

    private static func number(_ name: String) -> Int? { text(name).flatMap { Int($0) } }

    private static func text(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
