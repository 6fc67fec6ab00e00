import Foundation
import Glibc
import Testing

/// Stock engines, which know nothing of MPI, as the ranks of one `mpiexec`.
@Suite(.serialized, .enabled(if: MPIPool.isThere), .timeLimit(.minutes(5)))
struct RankEngineTests {
    let yard: Farmyard
    private static let mpi = MPIPool.environment

    init() throws { yard = try Farmyard() }

    private func mpiexec(_ ranks: Int, _ arguments: String...) throws -> Running {
        let words = ["mpiexec", "-n", "\(ranks)", Farmyard.binary, "engine", "start", "--slots", "1"]
        return try Running(
            "/usr/bin/env", words + arguments, input: "", directory: yard.directory,
            environment: yard.environment(Self.mpi), scratch: yard.home)
    }

    private func pools() throws -> [[String: Any]] {
        try yard.engines().compactMap { $0["pool"] as? [String: Any] }
    }

    @Test
    func `C57 engines that mpiexec has started are one pool, whose controller may have been alone before`()
        throws
    {
        let started = try yard.ok("cluster", "start", "-n", "0").output
        #expect(started.contains("0 engines with 0 slots in all"), "\(started)")
        let pool = try mpiexec(3, "--name", "mpi")
        try yard.awaitEngines(3)
        #expect(Set(try pools().compactMap { $0["rank"] as? Int }) == [0, 1, 2])
        #expect(Set(try pools().compactMap { $0["key"] as? String }).count == 1)
        #expect(
            try yard.engines().compactMap { $0["name"] as? String }.sorted() == ["mpi-0", "mpi-1", "mpi-2"])
        // Each waits for what the next one writes: one alone would wait for ever.
        let meet = """
            echo $TASKS_POOL_RANKS > rank.$TASKS_RANK; next=$(((TASKS_RANK + 1) % 3))
            while ! test -s rank.$next; do sleep 0.02; done
            """
        let met = try yard.tasks("submit", "--collective", "all", "--wait", "--", "sh", "-c", meet)
        #expect(met.code == 0, "\(met.errors)")
        #expect(yard.read("rank.0") == "0,1,2\n")
        // A second one is a pool of its own; one that says so is none.
        let second = try mpiexec(2)
        let apart = try mpiexec(1, "--pool", "none")
        try yard.awaitEngines(6)
        #expect(Set(try pools().compactMap { $0["key"] as? String }).count == 2)
        #expect(try pools().count == 5)
        try yard.ok("cluster", "stop")
        for running in [pool, second, apart] { #expect(try running.wait().code == 0) }
        try yard.eventually("nothing is left") { yard.processes().isEmpty }
    }

    @Test func `a pool is lost as a unit when mpiexec dies, and the next one takes its place`() throws {
        try yard.ok("cluster", "start", "-n", "0")
        let pool = try mpiexec(2)
        try yard.awaitEngines(2)
        let line = "echo $$ >> begun.$TASKS_RANK; while ! test -e go; do sleep 0.02; done"
        try yard.ok("submit", "--collective", "all", "--", "sh", "-c", line)
        try yard.eventually("both ranks have begun") {
            yard.lines("begun.0") == 1 && yard.lines("begun.1") == 1
        }
        for pid in yard.processes("mpiexec", "-n") { kill(pid, SIGKILL) }
        #expect(try pool.wait().code != 0)
        try yard.eventually("its engines have left") { yard.workers.isEmpty }
        let next = try mpiexec(2)
        try yard.eventually("both have begun anew") {
            yard.lines("begun.0") == 2 && yard.lines("begun.1") == 2
        }
        try yard.write("go", "")
        try yard.ok("wait", "1")
        try yard.ok("cluster", "stop")
        #expect(try next.wait().code == 0)
    }

    @Test func `engines of a cluster are no ranks of the mpiexec that it was started under`() throws {
        let rank = ["OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "1", "PMIX_NAMESPACE": "12"]
        let started = try yard.start(
            ["cluster", "start", "-n", "2", "--slots", "1"], environment: rank
        ).wait()
        #expect(started.code == 0, "\(started.errors)")
        #expect(try pools().isEmpty)
        try yard.ok("cluster", "stop")
    }

    @Test func `what makes no pool is refused with what does`() throws {
        let alone = try yard.tasks("engine", "start", "--pool", "ranks")
        #expect(alone.code == 2)
        #expect(alone.errors.contains("neither mpiexec nor srun has started this engine"), "\(alone.errors)")
        let nothing = try yard.tasks("cluster", "start", "-n", "0", "--launcher", "mpi")
        #expect(nothing.code == 2 && nothing.errors.contains("-n 0 starts no engines"), "\(nothing.errors)")
        try FileManager.default.createDirectory(
            atPath: "\(yard.home)/farm/default", withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try "own: {kind: command, run: \"{engine}\"}\n".write(
            toFile: "\(yard.home)/farm/default/launchers.yaml", atomically: true, encoding: .utf8)
        let command = try yard.tasks("cluster", "start", "--launcher", "own", "--pool")
        #expect(command.code == 2)
        #expect(command.errors.contains("--pool is not for the launcher own"), "\(command.errors)")
        let python = try yard.tasks("cluster", "start", "--engine-mpi", "mpi4py")
        #expect(python.code == 2)
        #expect(python.errors.contains("take one of kind mpi (--launcher mpi)"), "\(python.errors)")
        let run = try yard.tasks("run", "-n", "0", "--", "true")
        #expect(run.code == 2 && run.errors.contains("-n 0"), "\(run.errors)")
        #expect(yard.processes().isEmpty)
    }
}
