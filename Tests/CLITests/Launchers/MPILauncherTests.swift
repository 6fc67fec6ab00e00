import Foundation
import Glibc
import Testing

enum OpenMPI {
    static let isInstalled = access("/usr/bin/mpiexec", X_OK) == 0
}

/// Engines that one `mpiexec` has started.
@Suite(
    .serialized, .timeLimit(.minutes(5)),
    .enabled(if: OpenMPI.isInstalled, "needs Open MPI: apt-get install openmpi-bin"))
struct MPILauncherTests {
    /// More ranks than CPUs, and as root, as in a container.
    private static let environment = [
        "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    ]

    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private func tasks(_ arguments: String..., seconds: Double = 120) throws -> Ended {
        try yard.start(arguments, environment: Self.environment).wait(seconds: seconds)
    }

    @Test func `engines under mpiexec do the compression sweep to its end`() throws {
        let file = try yard.copyCompressionSweep()
        let start = try tasks(
            "cluster", "start", "--launcher", "mpi", "-n", "3", "--slots", "1", "--", "--oversubscribe")
        #expect(start.code == 0, "\(start.errors)")
        #expect(start.output.contains("3 engines with 3 slots"))
        let done = try tasks("submit", "--wait", file, seconds: 240)
        #expect(done.code == 0, "\(done.errors)")
        #expect(yard.hasCompressionTable)
        #expect(try yard.units()["mpi-0"]?.state == "running")
        let stop = try tasks("cluster", "stop")
        #expect(stop.code == 0, "\(stop.errors)")
        try yard.eventually("nothing is left") { yard.processes("tasks").isEmpty }
    }

    @Test func `an mpiexec that dies is started again with all its engines`() throws {
        let start = try tasks(
            "cluster", "start", "--launcher", "mpi", "-n", "2", "--slots", "1", "--", "--oversubscribe")
        #expect(start.code == 0, "\(start.errors)")
        defer { _ = try? tasks("cluster", "stop", "--now") }
        let old = Set(yard.processes("engine start").filter { yard.startTime($0) != nil })
        for pid in yard.processes("mpiexec") { kill(pid, SIGKILL) }
        try yard.eventually("all engines are others") {
            try Set(yard.processes("engine start")).isDisjoint(with: old) && yard.attachedEngines().count == 2
        }
        #expect(try tasks("submit", "--wait", "--", "true").code == 0)
    }

    @Test func `a machine without mpiexec, and options that it does not know, are said at once`() throws {
        let missing = try yard.start(
            ["cluster", "start", "--launcher", "mpi"], environment: ["PATH": "\(yard.home)/bin"]
        ).wait()
        #expect(missing.code == 2 && missing.errors.contains("mpiexec"), "\(missing.errors)")
        let bad = try tasks("cluster", "start", "--launcher", "mpi", "--", "--no-such-option")
        #expect(bad.code == 2 && bad.errors.contains("no-such-option"), "\(bad.errors)")
        #expect(yard.processes("tasks").isEmpty)
    }
}
