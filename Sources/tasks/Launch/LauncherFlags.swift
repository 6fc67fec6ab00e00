import ArgumentParser
import FarmBatch
import FarmLaunch

/// Who starts engines, where they are not to be processes of this machine.
struct LauncherFlags: ParsableArguments {
    @Option(
        help:
            "Who starts the engines: local, mpi, ssh, slurm, pbs, srun, or a name of PROFILE/launchers.yaml. Default: local."
    )
    var launcher: String?
    @Option(help: "A host of an ssh launcher; may be repeated.")
    var host: [String] = []
    @Option(
        help: "A file with the hosts of an ssh launcher: a line a host, 'HOST slots=8'.", completion: .file())
    var hosts: String?
    @Option(help: "Nodes of an allocation (slurm, pbs, srun). Default: 1, with srun all that there are.")
    var nodes: Int?
    @Option(
        help:
            "A word for what starts the engines (ssh, mpiexec, sbatch, qsub, srun), as in --launcher-option=-p; may be repeated."
    )
    var launcherOption: [String] = []

    func validate() throws {
        if let nodes, !(1...100_000).contains(nodes) {
            throw ValidationError("--nodes \(nodes): expected a number from 1 to 100000")
        }
        if !host.isEmpty, hosts != nil {
            throw ValidationError("--host and --hosts: give one of them")
        }
        if host.contains(where: { $0.isEmpty || $0.hasPrefix("-") || $0.contains(where: \.isWhitespace) }) {
            throw ValidationError("--host: expected a host as ssh takes it, as in node7 or ada@node7")
        }
    }

    /// As they stand on a command line.
    var arguments: [String] {
        var result: [String] = []
        if let launcher { result += ["--launcher", launcher] }
        for host in host { result += ["--host", host] }
        if let hosts { result += ["--hosts", WorkingDirectory.absolute(hosts)] }
        if let nodes { result += ["--nodes", String(nodes)] }
        for option in launcherOption { result.append("--launcher-option=\(option)") }
        return result
    }
}
