import FarmContent
import FarmTransport
import Glibc

/// Which of the processes that one `mpiexec` or `srun` has started this one is, as its environment says.
struct LaunchedRank: Equatable {
    enum Launcher {
        /// Open MPI's `mpiexec`.
        case openMPI
        /// That of MPICH and its kin.
        case pmi
        /// `srun`.
        case slurm
    }

    var launcher: Launcher
    var rank: UInt32
    var size: UInt32
    /// Words that are the same for all ranks of the job, and no other's; empty if the launcher says none.
    var job: [String] = []

    /// Nil if nobody says so.
    init?(_ value: (String) -> String?) {
        let pmi = LaunchedRank(.pmi, "PMI_RANK", "PMI_SIZE", value)
        // Of the step that runs this, not of the job, which also a batch script has.
        var slurm = LaunchedRank(.slurm, "SLURM_PROCID", "SLURM_STEP_NUM_TASKS", value)
        if let job = value("SLURM_JOB_ID"), let step = value("SLURM_STEP_ID") {
            let more = [value("SLURM_CLUSTER_NAME"), value("SLURM_RESTART_COUNT")].compactMap(\.self)
            slurm?.job = ["slurm", job, step] + more
        }
        // An mpiexec in a Slurm job has Slurm start one process a node for it, and then ranks of its own.
        let isStep = pmi == nil || (slurm?.rank == pmi?.rank && slurm?.size == pmi?.size)
        guard var found = LaunchedRank(.openMPI, "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", value) else {
            guard let found = isStep ? slurm ?? pmi : pmi else { return nil }
            self = found
            return
        }
        // The first is short in Open MPI 4; the second is random, and 5 has it no more.
        let words = ["PMIX_NAMESPACE", "OMPI_MCA_orte_precondition_transports"].compactMap(value)
        if !words.isEmpty { found.job = ["ompi"] + words }
        self = found
    }

    private init?(
        _ launcher: Launcher, _ rankName: String, _ sizeName: String, _ value: (String) -> String?
    ) {
        guard let rank = value(rankName).flatMap({ UInt32($0) }),
            let size = value(sizeName).flatMap({ UInt32($0) }), rank < size
        else { return nil }
        (self.launcher, self.rank, self.size) = (launcher, rank, size)
    }

    /// That of this process; nil if it is none.
    static var own: LaunchedRank? { LaunchedRank { name in getenv(name).map { String(cString: $0) } } }

    /// The place in the pool that all ranks of the job make, without a word between them; nil if the launcher
    /// does not say which job it is.
    var seat: PoolSeat? {
        guard !job.isEmpty else { return nil }
        let digest = ContentDigest(of: job.joined(separator: "\n")).bytes
        let number = { (bytes: ArraySlice<UInt8>) in bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        return PoolSeat(
            key: UniqueKey(high: number(digest[..<8]), low: number(digest[8..<16])), rank: rank, size: size)
    }

    /// All ranks are started by one command line: what has to differ gets the rank behind it.
    func number(_ options: inout EngineOptions) {
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
