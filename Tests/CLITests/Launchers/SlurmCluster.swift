import Foundation
import Glibc

/// A Slurm of one node on this machine: munged, slurmctld and slurmd with files, keys and ports of their own,
/// in the foreground, so that they end with the test.
final class SlurmCluster {
    private static let programs = [
        "/usr/sbin/slurmctld", "/usr/sbin/slurmd", "/usr/sbin/munged", "/usr/bin/sbatch", "/usr/bin/qsub",
    ]

    /// Whether tests with it can run; else they are skipped, saying so. Its daemons want to be root.
    static let isInstalled = getuid() == 0 && programs.allSatisfy { access($0, X_OK) == 0 }
    static let missing =
        "needs root and Slurm: apt-get install slurmctld slurmd munge slurm-client slurm-wlm-torque (as root, `make test` does it)"

    let yard: Farmyard
    private let directory: String
    private var daemons: [Running] = []
    private var controller: Running?
    private let host: String

    /// What commands that speak to it need in their environment.
    var environment: [String: String] { ["SLURM_CONF": "\(directory)/slurm.conf"] }

    init(_ yard: Farmyard, cpus: Int = 4) throws {
        self.yard = yard
        directory = yard.home + "/slurm"
        for name in ["", "/state", "/spool"] {
            try FileManager.default.createDirectory(
                atPath: directory + name, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
        host = String(ProcessInfo.processInfo.hostName.split(separator: ".").first ?? "localhost")
        let ports = [try FreePort.find(), try FreePort.find()]
        let configuration = """
            ClusterName=test
            SlurmctldHost=\(host)(127.0.0.1)
            SlurmctldPort=\(ports[0])
            SlurmdPort=\(ports[1])
            SlurmUser=root
            SlurmdUser=root
            AuthType=auth/munge
            AuthInfo=socket=\(directory)/munge.sock
            CredType=cred/munge
            StateSaveLocation=\(directory)/state
            SlurmdSpoolDir=\(directory)/spool
            SlurmctldPidFile=\(directory)/slurmctld.pid
            SlurmdPidFile=\(directory)/slurmd.pid
            SlurmctldLogFile=\(directory)/slurmctld.log
            SlurmdLogFile=\(directory)/slurmd.log
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_Core
            SchedulerParameters=sched_interval=1,batch_sched_delay=0,bf_interval=1
            SlurmdParameters=config_overrides
            MpiDefault=none
            JobAcctGatherType=jobacct_gather/none
            ReturnToService=2
            KillWait=2
            NodeName=\(host) NodeAddr=127.0.0.1 CPUs=\(cpus) State=UNKNOWN
            PartitionName=std Nodes=ALL Default=YES MaxTime=INFINITE State=UP
            PartitionName=short Nodes=ALL MaxTime=00:01:00 State=UP

            """
        try configuration.write(toFile: "\(directory)/slurm.conf", atomically: true, encoding: .utf8)
        try startMunge()
        try startController()
        daemons.append(
            try daemon("/usr/sbin/slurmd", ["-D", "-c", "-N", host, "-f", "\(directory)/slurm.conf"]))
        try yard.eventually("the node is idle") { try ask("sinfo", "-h", "-o", "%T").output.contains("idle") }
    }

    deinit {
        for daemon in (daemons + [controller].compactMap { $0 }).reversed() { daemon.signal(SIGKILL) }
    }

    private func startMunge() throws {
        let key = Data((0..<128).map { _ in UInt8.random(in: 0...255) })
        guard
            FileManager.default.createFile(
                atPath: "\(directory)/munge.key", contents: key, attributes: [.posixPermissions: 0o600])
        else { throw Farmyard.Trouble("cannot write munge's key") }
        daemons.append(
            try daemon(
                "/usr/sbin/munged",
                [
                    "--foreground", "--force", "--num-threads=2", "--socket=\(directory)/munge.sock",
                    "--key-file=\(directory)/munge.key", "--pid-file=\(directory)/munged.pid",
                    "--log-file=\(directory)/munged.log", "--seed-file=\(directory)/munged.seed",
                ]))
        try yard.eventually("munged listens") { access("\(directory)/munge.sock", F_OK) == 0 }
    }

    /// slurmctld, as it is also to be started again.
    func startController() throws {
        controller = try daemon("/usr/sbin/slurmctld", ["-D", "-f", "\(directory)/slurm.conf"])
        try yard.eventually("slurmctld answers") { try ask("scontrol", "ping").output.contains("UP") }
    }

    func stopController() throws {
        controller?.signal(SIGKILL)
        _ = try controller?.wait()
        controller = nil
    }

    private func daemon(_ program: String, _ arguments: [String]) throws -> Running {
        try Running(
            program, arguments, input: "", directory: directory, environment: yard.environment(environment),
            scratch: yard.home)
    }

    /// One of Slurm's commands.
    func ask(_ command: String, _ arguments: String...) throws -> Ended {
        try Running(
            "/usr/bin/env", [command] + arguments, input: "", directory: yard.directory,
            environment: yard.environment(environment), scratch: yard.home
        ).wait()
    }

    /// Jobs that wait or run, by number.
    func jobs() throws -> [String] {
        try ask("squeue", "-h", "-o", "%i").output.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// `tasks` among those who can speak to it.
    func tasks(_ arguments: String..., seconds: Double = 120) throws -> Ended {
        try yard.start(arguments, environment: environment).wait(seconds: seconds)
    }

    /// The same with more in its environment.
    func start(_ arguments: [String], more: [String: String]) throws -> Ended {
        try yard.start(arguments, environment: environment.merging(more) { $1 }).wait(seconds: 60)
    }

    @discardableResult
    func ok(_ arguments: String...) throws -> Ended {
        let ended = try yard.start(arguments, environment: environment).wait(seconds: 120)
        guard ended.code == 0 else {
            throw Farmyard.Trouble(
                "tasks \(arguments.joined(separator: " ")): \(ended.code): \(ended.errors)\(ended.output)")
        }
        return ended
    }
}
