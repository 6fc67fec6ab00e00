import FarmTransport
import Testing

@testable import FarmEngine

/// Which rank an engine is, as the environment of its process says, and what comes of that.
struct LaunchedRankTests {
    private static let openMPI = [
        "OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "4", "PMIX_NAMESPACE": "1984364545",
        "OMPI_MCA_orte_precondition_transports": "c1fcba2eb1b56ebc-4b7003ff27fddfb6",
    ]
    private static let step = [
        "SLURM_JOB_ID": "7", "SLURM_STEP_ID": "0", "SLURM_PROCID": "1", "SLURM_STEP_NUM_TASKS": "2",
    ]
    private static let mpich = ["PMI_RANK": "3", "PMI_SIZE": "8"]

    private func rank(_ variables: [String: String]...) -> LaunchedRank? {
        let all = variables.reduce(into: [:]) { $0.merge($1) { $1 } }
        return LaunchedRank { all[$0] }
    }

    private func found(_ pool: EngineOptions.Pool, _ rank: LaunchedRank?) throws -> EngineOptions {
        var options = EngineOptions()
        (options.pool, options.name, options.log) = (pool, "mpi", "log/mpi.log")
        _ = try LaunchedRank.findPool(&options, rank)
        return options
    }

    @Test func `what mpiexec has started is one pool, and its ranks are told apart by name and log`() throws {
        let options = try found(.automatic, rank(Self.openMPI))
        #expect(options.pool.seat?.rank == 2 && options.pool.seat?.size == 4)
        #expect(options.name == "mpi-2" && options.log == "log/mpi-2.log")
        let other = try found(.launched, rank(Self.openMPI, ["OMPI_COMM_WORLD_RANK": "0"]))
        #expect(other.pool.seat?.key == options.pool.seat?.key && other.name == "mpi-0")
        // Of another job it is another one, also where the job's short number comes again.
        let later = rank(Self.openMPI, ["OMPI_MCA_orte_precondition_transports": "1-2"])
        #expect(try found(.automatic, later).pool.seat?.key != options.pool.seat?.key)
        #expect(try found(.alone, rank(Self.openMPI)).pool == .alone)
        let seat = try #require(EngineOptions.Pool("0123456789abcdef0123456789abcdef:1/2"))
        let said = try found(seat, rank(Self.openMPI))
        #expect(said.pool == seat && said.name == "mpi")
    }

    @Test func `what srun has started is a pool only if that is asked for`() throws {
        #expect(try found(.automatic, rank(Self.step)).pool == .alone)
        let asked = try found(.launched, rank(Self.step))
        #expect(asked.pool.seat?.rank == 1 && asked.pool.seat?.size == 2 && asked.name == "mpi-1")
        let second = rank(Self.step, ["SLURM_STEP_ID": "1"])
        #expect(try found(.launched, second).pool.seat?.key != asked.pool.seat?.key)
        // A batch script is no step.
        #expect(rank(["SLURM_JOB_ID": "7", "SLURM_PROCID": "0", "SLURM_NTASKS": "4"]) == nil)
    }

    @Test func `an mpiexec that Slurm has started one process a node for numbers ranks itself`() {
        #expect(rank(Self.step, Self.mpich)?.launcher == .pmi)
        #expect(rank(Self.step, ["PMI_RANK": "1", "PMI_SIZE": "2"])?.launcher == .slurm)
        #expect(rank(Self.step, Self.openMPI)?.launcher == .openMPI)
    }

    @Test func `a pool that cannot be told is refused where it is asked for`() throws {
        #expect(try found(.automatic, nil).pool == .alone)
        #expect(try found(.automatic, rank(Self.mpich)).pool == .alone)
        let none = #expect(throws: EngineError.self) { try found(.launched, nil) }
        #expect(none?.message.contains("neither mpiexec nor srun has started this engine") == true)
        let unnamed = #expect(throws: EngineError.self) { try found(.launched, rank(Self.mpich)) }
        #expect(unnamed?.message.contains("`--pool KEY:3/8`") == true)
    }

    @Test(arguments: ["ranks", "none", "0123456789abcdef0123456789abcdef:0/2"])
    func `what --pool says is read and written`(_ text: String) throws {
        let options = try EngineOptions(arguments: ["--pool", text])
        #expect(options.pool.text == text)
        #expect(try EngineOptions(arguments: options.arguments) == options)
        #expect(throws: EngineError.self) { try EngineOptions(arguments: ["--pool", "0123:0/2"]) }
    }
}
