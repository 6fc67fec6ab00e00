import Foundation
import Glibc
import Testing

/// An interpreter with mpi4py, where one is to be had.
enum MPI4Py {
    static let python: String? = {
        guard MPIPool.isThere else { return nil }
        for python in ["python3", "/usr/bin/python3"] {
            guard let yard = try? Farmyard(),
                let ended = try? yard.program(python, ["-c", "import mpi4py"]).wait()
            else { continue }
            if ended.code == 0 { return python }
        }
        print("skipped: Python on ranks: there is no python3 with mpi4py; `.ci/deps --tests` installs one")
        return nil
    }()

    static var isThere: Bool { python != nil }
}

/// Pools whose Python is the rank: what docs/mpi.md says of `--mpi`.
@Suite(.serialized, .enabled(if: MPI4Py.isThere), .timeLimit(.minutes(5)))
struct MPI4PyTests {
    let yard: Farmyard
    let controller: Running

    init() throws {
        yard = try Farmyard()
        controller = try yard.start(["controller"])
        try yard.awaitController()
    }

    private func mpiexec(
        _ ranks: Int, _ mpi: String = "mpi4py", python: String? = MPI4Py.python
    ) throws -> Running {
        try Running(
            "/usr/bin/env",
            [
                "mpiexec", "-n", "\(ranks)", Farmyard.binary, "engine", "start", "--slots", "1", "--name",
                "mpi",
                "--mpi=\(mpi)", "--python", python ?? "python3",
            ], input: "", directory: yard.directory, environment: yard.environment(MPIPool.environment),
            scratch: yard.home)
    }

    /// Submits one Python task and gives what `submit --wait` came to.
    private func run(
        _ code: String, ranks: String? = "all", more: String = "", wait: Bool = true
    ) throws -> Ended {
        let lines = code.split(separator: "\n").map { "        \($0)\n" }.joined()
        let file = try yard.write(
            "task-\(UUID().uuidString).yaml",
            "tasks:\n  work:\n    python:\n      pull: value\n      code: |\n\(lines)"
                + (ranks.map { "    collective: \($0)\n" } ?? "") + (more.isEmpty ? "" : "    \(more)\n"))
        return try yard.start(["submit"] + (wait ? ["--wait"] : []) + [file]).wait(seconds: 90)
    }

    private func end(_ pool: Running) throws {
        controller.signal(SIGTERM)
        let ended = try pool.wait()
        #expect(ended.code == 0, "the pool leaves with its farm: \(ended.errors)")
        #expect(try controller.wait().code == 0)
        try yard.eventually("nothing is left") { yard.processes().isEmpty }
    }

    @Test
    func `C57 a collective Python task has comm over exactly its ranks, halves of the pool side by side`()
        throws
    {
        let pool = try mpiexec(4)
        try yard.awaitEngines(4)
        #expect(
            Set(try yard.engines().compactMap { ($0["pool"] as? [String: Any])?["rank"] as? Int }).count == 4)
        let who = try run("value = comm.allgather(comm.Get_rank())")
        #expect(who.code == 0, "\(who.errors)")
        #expect(try yard.value(1)?.filter { $0.isNumber } == "0123")
        let hold = """
            import os, time
            from mpi4py import MPI
            world = MPI.COMM_WORLD.Get_rank()
            open("begun.%d" % world, "w").write("x\\n")
            while not os.path.exists("go"):
                time.sleep(0.01)
            comm.Barrier()
            value = [comm.Get_size(), comm.allreduce(1)]
            """
        for _ in 0..<2 { _ = try run(hold, ranks: "2", wait: false) }
        try yard.eventually("four ranks have begun") { (0..<4).allSatisfy { yard.lines("begun.\($0)") == 1 } }
        try yard.write("go", "")
        try yard.ok("wait", "2", "3")
        #expect(try yard.value(2)?.filter { $0.isNumber } == "22")
        #expect(try yard.value(3)?.filter { $0.isNumber } == "22")
        // An ordinary task is a rank alone; what is executed on all of them has all.
        #expect(try run("value = comm.Get_size()", ranks: nil).code == 0)
        #expect(try yard.value(4) == "1")
        let executed = try yard.ok("multi", "exec", "print(comm.allreduce(comm.Get_rank()))").output
        #expect(executed.components(separatedBy: "6").count == 5, "\(executed)")
        #expect(try yard.ok("multi", "keys").output.contains("comm") == false)
        try end(pool)
    }

    @Test func `C58 a rank that raises ends the task on all, and the pool goes on`() throws {
        let pool = try mpiexec(2)
        try yard.awaitEngines(2)
        let workers = Set(yard.workers)
        let waits = [
            "comm.allreduce(1)", "comm.Barrier()", "comm.recv(source=1)", "comm.send(bytes(1 << 20), 1)",
            "comm.Bcast(bytearray(8), 1)", "comm.sendrecv(1, 1, source=1)",
        ]
        for (number, wait) in waits.enumerated() {
            let failed = try run(
                "if comm.Get_rank() == 1: raise ValueError('rank 1 has had enough')\n\(wait)\nvalue = 0")
            #expect(failed.code == 1)
            #expect((failed.output + failed.errors).contains("rank 1 has had enough"), "\(failed.errors)")
            let ranks = try yard.ranks(2 * number + 1)
            #expect(
                ranks.count == 2 && ranks[0].contains("cancelled") && ranks[1].contains("failed"), "\(ranks)")
            #expect(try run("value = comm.allreduce(1)").code == 0, "after \(wait)")
        }
        let left = try run("if comm.Get_rank() == 0: comm.send(1, 1, tag=5)\nvalue = 0")
        #expect(left.code == 1)
        let words = "a message was left unreceived by rank 1 (from rank 0, tag 5)"
        #expect((left.output + left.errors).contains(words), "\(left.errors)")
        // A rank that leaves early and well is not waited for but at the end.
        let well = try run(
            "import sys\nvalue = comm.allreduce(1)\nif comm.Get_rank() == 1: sys.exit(0)")
        #expect(well.code == 0, "\(well.errors)")
        #expect(try yard.value(2 * waits.count + 2) == "2")
        #expect(Set(yard.workers) == workers, "nothing was started anew")
        try end(pool)
    }

    @Test func `C58 a rank that is stuck in MPI is killed when its grace is over, and the pool with it`()
        throws
    {
        let pool = try mpiexec(2)
        try yard.awaitEngines(2)
        // In a call of MPI's own, which nothing interrupts.
        let stuck = try run(
            """
            from mpi4py import MPI
            if comm.Get_rank() == 1: MPI.COMM_WORLD.Barrier()
            value = comm.allreduce(1)
            """, more: "timeout: 500ms\n    grace: 1s")
        #expect(stuck.code == 1, "\(stuck.errors)")
        let ended = try pool.wait(seconds: 60)
        #expect(ended.code != 0)
        try yard.eventually("nothing of the pool is left") { yard.workers.isEmpty }
        let again = try mpiexec(2)
        try yard.awaitEngines(2)
        #expect(try run("value = comm.allreduce(1)").code == 0)
        try end(again)
    }

    @Test func `C56 a kernel that dies takes its pool along, and its task is done by the next`() throws {
        let pool = try mpiexec(2)
        try yard.awaitEngines(2)
        let code = """
            import os
            if comm.Get_rank() == 0 and not os.path.exists("died"):
                open("died", "w").close()
                os.kill(os.getpid(), 9)
            value = comm.allreduce(1)
            """
        _ = try run(code, more: "retry: 1", wait: false)
        #expect(try pool.wait(seconds: 60).code != 0)
        let again = try mpiexec(2)
        let waited = try yard.tasks("wait", "1")
        #expect(waited.code == 0, "\(waited.errors)")
        #expect(try yard.value(1) == "2")
        // One kernel alone cannot be started again.
        let file = try yard.write("restart.yaml", "tasks: {again: {call: namespace.restart}}\n")
        let restart = try yard.tasks("submit", "--wait", file)
        #expect(restart.code == 1)
        let words = "this kernel is a rank under MPI"
        #expect((restart.output + restart.errors).contains(words), "\(restart.errors)")
        try end(again)
    }

    @Test func `the start-up of the profile makes the rank, and what is wrong with one is said`() throws {
        let directory = "\(yard.home)/farm/default/mpi"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try "from mpi4py import MPI\nunits = 'metres'\n".write(
            toFile: directory + "/lab.py", atomically: true, encoding: .utf8)
        try "1 / 0\n".write(toFile: directory + "/broken.py", atomically: true, encoding: .utf8)
        let pool = try mpiexec(2, "lab")
        try yard.awaitEngines(2)
        #expect(try run("value = units").code == 0)
        #expect(try yard.value(1) == "metres")

        let broken = try mpiexec(2, "broken").wait(seconds: 60)
        #expect(broken.code == 2, "\(broken.errors)")
        #expect(broken.errors.contains("ZeroDivisionError: division by zero"), "\(broken.errors)")
        let unknown = try mpiexec(1, "mpi4yp").wait()
        #expect(unknown.code == 2)
        #expect(unknown.errors.contains("there is no start-up of that name"), "\(unknown.errors)")
        #expect(unknown.errors.contains("mpi4py, pytrilinos, broken, lab"), "\(unknown.errors)")
        let alone = try yard.tasks("engine", "start", "--mpi", "mpi4py")
        #expect(alone.code == 2)
        #expect(alone.errors.contains("mpiexec -n 4 tasks engine start --mpi mpi4py"), "\(alone.errors)")
        try end(pool)
    }

    @Test func `an interpreter without mpi4py is named at the start, and what to install`() throws {
        // A bare one: nothing is installed for it.
        let made = try yard.program("python3", ["-m", "venv", "--without-pip", "\(yard.home)/bare"]).wait()
        #expect(made.code == 0, "\(made.errors)")
        let python = "\(yard.home)/bare/bin/python"
        let missing = try mpiexec(2, python: python).wait(seconds: 60)
        #expect(missing.code == 2, "\(missing.errors)")
        #expect(missing.errors.contains("\(python): No module named 'mpi4py'"), "\(missing.errors)")
        #expect(missing.errors.contains("pip install mpi4py"), "\(missing.errors)")
        #expect(try yard.engines().isEmpty)
        controller.signal(SIGTERM)
        _ = try controller.wait()
    }
}
