import FarmProcess
import FarmTemplate
import Foundation

/// Makes of a command one that starts its ranks: the launcher's words, then, for each rank, this executable
/// as the process over it, then the command.
///
/// The launcher places and connects the ranks; which cores each has, what it is called and what became of it
/// is seen to by the process over it, in the same way whatever the launcher is.
struct RankLaunch {
    let launch: RankedLaunch
    /// For what the processes over the ranks tell of them.
    let directory: String

    /// Whoever has asked for cores, and for so many ranks on them, means it.
    private static let variables = [
        "OMPI_MCA_rmaps_base_oversubscribe=1", "OMPI_MCA_hwloc_base_binding_policy=none",
        "PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe", "PRTE_MCA_hwloc_default_binding_policy=none",
        "I_MPI_PIN=0", "SLURM_CPU_BIND=none",
    ]
    /// Open MPI refuses to be run by root without them; an engine that is, is meant to be.
    private static let ofRoot = ["OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1"]
    /// What steps of a batch system's job are started within.
    private static let ofAllocation = ["SLURM_JOB_ID", "SLURM_CONF"]

    /// - Parameters:
    ///   - request: the command as it would be started once.
    ///   - task: whose own variables are left as they are.
    func apply(to request: inout SpawnRequest, of task: RenderedTask) {
        request.arguments =
            launch.words
            + [
                // Its own file may have been replaced; what runs is still to be had here.
                "/proc/\(getpid())/exe", RankProcess.marker, directory, String(launch.ranks),
                String(launch.cpusPerRank), Self.mode(request.output),
                Self.mode(request.errors),
            ] + request.arguments
        request.variables.append("TASKS_RANKS=\(launch.ranks)")
        request.variables += Self.variables.filter { variable in
            let name = variable.prefix { $0 != "=" } + "="
            return !(task.environment + task.variables).contains { $0.hasPrefix(name) }
        }
        if geteuid() == 0 { request.variables += Self.ofRoot }
        for name in Self.ofAllocation {
            if let value = getenv(name) { request.variables.append("\(name)=\(String(cString: value))") }
        }
    }

    private static func mode(_ output: StandardOutput) -> String {
        output == .capture ? RankProcess.labelled : "plain"
    }

    /// What the processes over the ranks have told, by rank.
    func read() -> [RankEnd] {
        (0..<launch.ranks).compactMap { rank in
            guard let bytes = FileManager.default.contents(atPath: "\(directory)/\(rank)"),
                let json = try? JSONValue(parsing: Array(bytes))
            else { return nil }
            return RankEnd(json)
        }
    }

    /// The rank that failed first: it is the reason for the others' ends. Nil if none did, or none was seen
    /// to.
    static func culprit(_ ends: [RankEnd]) -> RankEnd? {
        let first = ends.filter { $0.exitCode.map { $0 != 0 } ?? false }.min {
            $0.endedAtNanoseconds < $1.endedAtNanoseconds
        }
        guard let first, first.exitCode == -Int(Signals.terminate) else { return first }
        // That is how launchers end ranks: for one whose end nobody saw, or that left the others too soon.
        let isInnocent = ends.contains {
            $0.exitCode == nil || $0.exitCode == 0 && $0.endedAtNanoseconds < first.endedAtNanoseconds
        }
        return isInnocent ? nil : first
    }
}
