import Foundation
import Glibc
import Testing

/// Pools under the real `mpiexec`: what is said of them in docs/mpi.md.
@Suite(.serialized, .enabled(if: MPIPool.isThere), .timeLimit(.minutes(5)))
struct MPIPoolTests {
    let yard: Farmyard
    let controller: Running

    init() throws {
        yard = try Farmyard()
        controller = try yard.start(["controller"])
        try yard.awaitController()
    }

    private func end(_ pool: Running) throws {
        controller.signal(SIGTERM)
        #expect(try pool.wait().code == 0, "the pool leaves with its farm")
        #expect(try controller.wait().code == 0)
        try yard.eventually("nothing is left") { yard.processes().isEmpty }
    }

    @Test func `C57 a collective function runs on exactly its ranks, halves of the pool side by side`() throws
    {
        let pool = try yard.mpiexec(4)
        try yard.awaitEngines(4)
        let seats = try yard.engines().compactMap { $0["pool"] as? [String: Any] }
        #expect(Set(seats.compactMap { $0["rank"] as? Int }) == [0, 1, 2, 3])
        #expect(Set(seats.compactMap { $0["key"] as? String }).count == 1)
        #expect(
            Set(try yard.engines().compactMap { $0["name"] as? String }) == [
                "mpi-0", "mpi-1", "mpi-2", "mpi-3",
            ])

        let all = try yard.call("who")
        #expect(all.code == 0, "\(all.errors)")
        #expect(try yard.value(1)?.filter { $0.isNumber } == "0123")
        #expect(try yard.ok("logs", "--stderr", "1.0").output == "rank 0 of 4\n")

        // Two of two ranks each at once, a wide one behind them, narrow ones behind that.
        for _ in 0..<2 { _ = try yard.call("hold", with: "\"\(yard.directory)\"", ranks: "2", wait: false) }
        try yard.eventually("four ranks have begun") {
            (0..<4).allSatisfy { yard.lines("begun.\($0)") == 1 }
        }
        _ = try yard.call("who", wait: false)
        try yard.ok("submit", "--", "true")
        let why = try yard.ok("why", "4.0").output
        #expect(why.contains("rank"), "\(why)")
        try yard.write("go", "")
        try yard.ok("wait", "2", "3", "4", "5")
        #expect(try yard.value(2) == "2" && yard.value(3) == "2")
        #expect(try yard.value(4)?.filter { $0.isNumber } == "0123")
        try end(pool)
    }

    @Test func `C58 a rank that throws ends the attempt on all, and the pool goes on`() throws {
        let pool = try yard.mpiexec(2)
        try yard.awaitEngines(2)
        let workers = Set(yard.workers)
        let failed = try yard.call("fail-on", with: "1")
        #expect(failed.code == 1)
        #expect((failed.output + failed.errors).contains("rank 1 has had enough"), "\(failed.errors)")
        let ranks = try yard.ranks(1)
        #expect(ranks.count == 2 && ranks[0].contains("cancelled") && ranks[1].contains("failed"), "\(ranks)")

        let left = try yard.call("leave-message")
        #expect(left.code == 1)
        let words = "1 message was left unreceived by rank 1 (the first from rank 0, tag 5, 8 bytes)"
        #expect((left.output + left.errors).contains(words), "\(left.errors)")

        let well = try yard.call("sum", with: "100000")
        #expect(well.code == 0, "\(well.errors)")
        #expect(try yard.value(3) == "2.0")
        #expect(Set(yard.workers) == workers, "nothing was started anew")
        try end(pool)
    }

    @Test
    func `C58 a rank that is stuck in MPI ends its process when its grace is over, and the pool with it`()
        throws
    {
        let pool = try yard.mpiexec(2)
        try yard.awaitEngines(2)
        let stuck = try yard.call("stuck-on", with: "1", more: "timeout: 500ms")
        #expect(stuck.code == 1)
        // 75: whoever has started it starts it anew.
        let ended = try pool.wait(seconds: 60)
        #expect(ended.code == 75, "\(ended.errors)")
        let log = ended.errors + ended.output
        #expect(log.contains("rank 1 of 2, in send, ignores cancellation"), "\(log)")
        try yard.eventually("nothing of the pool is left") { yard.workers.isEmpty }
        let again = try yard.mpiexec(2)
        try yard.awaitEngines(2)
        #expect(try yard.call("sum", with: "10").code == 0)
        try end(again)
    }

    @Test(arguments: ["worker", "nanny", "mpiexec", "stopped"])
    func `C56 a pool is lost as a unit whichever process dies, and its task runs again on the next`(
        victim: String
    ) throws {
        let pool = try yard.mpiexec(2)
        try yard.awaitEngines(2)
        _ = try yard.call("hold", with: "\"\(yard.directory)\"", wait: false)
        try yard.eventually("both ranks have begun") {
            yard.lines("begun.0") == 1 && yard.lines("begun.1") == 1
        }
        let worker = try #require(yard.read("begun.1").flatMap { Int32($0.dropLast()) })
        switch victim {
        case "worker": kill(worker, SIGKILL)
        case "nanny": kill(Farmyard.parent(worker), SIGKILL)
        case "stopped": kill(worker, SIGSTOP)
        default:
            let root = try #require(yard.processes("mpiexec", "-n").first)
            kill(root, SIGKILL)
        }
        #expect(try pool.wait(seconds: 60).code != 0)
        try yard.eventually("nothing of the pool is left", seconds: 60) {
            yard.processes("FarmPoolProbe").isEmpty
        }
        let again = try yard.mpiexec(2)
        try yard.eventually("both ranks have begun anew", seconds: 60) {
            yard.lines("begun.0") == 2 && yard.lines("begun.1") == 2
        }
        try yard.write("go", "")
        let waited = try yard.tasks("wait", "1")
        #expect(waited.code == 0, "\(waited.errors)")
        #expect(try yard.value(1) == "2")
        try end(again)
    }

    @Test
    func `C56 a function that kills its rank is tried again within its budget, when there is a pool again`()
        throws
    {
        let pool = try yard.mpiexec(2)
        try yard.awaitEngines(2)
        _ = try yard.call(
            "die-on", with: "{rank: 0, path: \"\(yard.directory)/died\"}", wait: false)
        #expect(try pool.wait(seconds: 60).code != 0)
        let again = try yard.mpiexec(2)
        let waited = try yard.tasks("wait", "1")
        #expect(waited.code == 0, "\(waited.errors)")
        let story = try yard.ok("show", "1.0").output
        #expect(story.contains("engine-lost"), "\(story)")
        try end(again)
    }

    @Test func `the stock engine says what is wrong with how it was started`() throws {
        let engine = Farmyard.beside("tasks-mpi-engine")
        let alone = try Running(
            engine, [], input: "", directory: yard.directory, environment: yard.environment([:]),
            scratch: yard.home
        ).wait()
        #expect(alone.code == 2)
        #expect(alone.errors.contains("is started by mpiexec, as in `mpiexec -n 4"), "\(alone.errors)")
        let seat = "0123456789abcdef0123456789abcdef:0/2"
        let pool = try yard.mpiexec(1, "tasks-mpi-engine", "--pool", seat).wait()
        #expect(pool.errors.contains("`--pool`: the ranks that mpiexec starts are a pool"), "\(pool.errors)")
        // A function of MPI's on an engine without it.
        controller.signal(SIGTERM)
        _ = try controller.wait()
    }
}
