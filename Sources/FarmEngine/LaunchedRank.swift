import Glibc

/// Which of the processes that one `mpiexec` has started this one is, as its environment says.
struct LaunchedRank: Equatable {
    var rank: UInt32
    var size: UInt32

    /// Pairs of variables, by who sets them: Open MPI, MPICH and its kin, Slurm.
    private static let variables = [
        ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE"),
        ("SLURM_PROCID", "SLURM_NTASKS"),
    ]

    /// Nil if nobody says so.
    init?(_ value: (String) -> String?) {
        for (rank, size) in Self.variables {
            guard let rank = value(rank).flatMap({ UInt32($0) }),
                let size = value(size).flatMap({ UInt32($0) }),
                rank < size
            else { continue }
            self.rank = rank
            self.size = size
            return
        }
        return nil
    }

    /// That of this process.
    /// - Throws: ``EngineError`` with code `cannotStart` if it is none.
    static func required() throws(EngineError) -> LaunchedRank {
        if let own = LaunchedRank({ name in getenv(name).map { String(cString: $0) } }) { return own }
        throw EngineError(
            .cannotStart,
            "this engine is a rank of a pool and is started by mpiexec, as in `mpiexec -n 4 \(CommandLine.arguments.first ?? "engine")`; an engine without MPI is `tasks engine start`"
        )
    }

    /// All ranks are started by one command line: what has to differ gets the rank behind it.
    /// - Throws: ``EngineError`` with code `badArgument` for a place in another pool.
    func apply(to options: inout EngineOptions) throws(EngineError) {
        guard options.pool == nil else {
            throw EngineError(
                .badArgument, "`--pool`: the ranks that mpiexec starts are a pool; leave it out")
        }
        if let name = options.name { options.name = "\(name)-\(rank)" }
        if let log = options.log { options.log = Self.numbered(log, rank) }
    }

    /// `log/mpi.log` → `log/mpi-3.log`.
    private static func numbered(_ path: String, _ rank: UInt32) -> String {
        let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        guard let dot = path[start...].lastIndex(of: "."), dot != start else { return "\(path)-\(rank)" }
        return "\(path[..<dot])-\(rank)\(path[dot...])"
    }
}
