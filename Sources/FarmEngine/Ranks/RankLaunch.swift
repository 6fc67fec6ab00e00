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
    let place: RankPlace
    /// Where all ranks run, of a command that runs on several hosts; told to the first only.
    var hosts: [String] = []

    /// The ranks of this host.
    var ranks: Range<Int> {
        place.seat * launch.ranksPerHost..<(place.seat + 1) * launch.ranksPerHost
    }

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
        request.variables.append("TASKS_RANKS=\(launch.ranks)")
        guard place.seat == 0 else {
            request.arguments = [
                Self.ownProgram, RankHolder.marker, place.directory, String(ranks.lowerBound),
                String(ranks.count),
            ]
            // The ranks' input and output are their launcher's.
            (request.input, request.output, request.errors) = (.null, .capture, .capture)
            return
        }
        let program = launch.hosts == 1 ? Self.ownProgram : Self.programPath
        request.arguments =
            launch.words(hostFile: hostFile, hostList: runs.map(\.host).joined(separator: ","))
            + [
                program, RankProcess.marker, place.base, String(launch.ranks), String(launch.cpusPerRank),
                String(launch.hosts), Self.mode(request.output), Self.mode(request.errors),
            ] + request.arguments
        request.variables += Self.variables.filter { variable in
            let name = variable.prefix { $0 != "=" } + "="
            return !(task.environment + task.variables).contains { $0.hasPrefix(name) }
        }
        if geteuid() == 0 { request.variables += Self.ofRoot }
        for name in Self.ofAllocation {
            if let value = getenv(name) { request.variables.append("\(name)=\(String(cString: value))") }
        }
    }

    /// Its own file may have been replaced; what runs is still to be had here.
    private static var ownProgram: String { "/proc/\(getpid())/exe" }

    /// Other hosts have to have it there, too.
    private static var programPath: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "tasks"
    }

    private var hostFile: String { "\(place.directory)/hosts" }

    /// Makes the directory, and in that of the first of several hosts the list of them.
    /// - Throws: ``EngineError``, code `cannotStart`.
    func prepare() throws(EngineError) {
        try place.make()
        guard launch.hosts > 1, place.seat == 0 else { return }
        let runs = runs
        let isPlain = hosts.allSatisfy { host in
            !host.isEmpty && !host.hasPrefix("-")
                && !host.contains { $0.isWhitespace || $0 == "," || $0 == "#" }
        }
        guard hosts.count == launch.hosts, isPlain, Set(runs.map(\.host)).count == runs.count else {
            throw EngineError(
                .cannotStart,
                "a command on \(launch.hosts) hosts needs as many engines of one pool, those of a host next to each"
                    + " other; these are on: \(hosts.joined(separator: ", "))")
        }
        let text = runs.map { "\($0.host) slots=\($0.parts * launch.ranksPerHost)\n" }.joined()
        guard FileManager.default.createFile(atPath: hostFile, contents: Data(text.utf8)) else {
            throw EngineError(.cannotStart, "cannot write \(hostFile)")
        }
    }

    /// Hosts in the order of the ranks, and how many of the task's parts each has: engines of one host are a
    /// host each to the task, but not to a launcher.
    private var runs: [(host: String, parts: Int)] {
        var runs: [(host: String, parts: Int)] = []
        for host in hosts {
            if runs.last?.host == host {
                runs[runs.count - 1].parts += 1
            } else {
                runs.append((host, 1))
            }
        }
        return runs
    }

    private static func mode(_ output: StandardOutput) -> String {
        output == .capture ? RankProcess.labelled : "plain"
    }

    /// What the processes over this host's ranks have told, by rank.
    func read() -> [RankEnd] {
        ranks.compactMap { Self.end(of: $0, in: place.directory) }
    }

    /// What is told of one rank; nil if nothing is.
    static func end(of rank: Int, in directory: String) -> RankEnd? {
        guard let bytes = FileManager.default.contents(atPath: "\(directory)/\(rank)"),
            let json = try? JSONValue(parsing: Array(bytes))
        else { return nil }
        return RankEnd(json)
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
