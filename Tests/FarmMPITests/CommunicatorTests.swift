import Foundation
import Testing

/// Communicators in real worlds, without a farm: each check is `Tests/FarmMPIProbe`'s of that name.
@Suite(.serialized, .enabled(if: MPIRun.isThere), .timeLimit(.minutes(3)))
struct CommunicatorTests {
    private func check(_ name: String, ranks: Int, environment: [String: String] = [:]) throws {
        let ended = try MPIRun.run(
            ["mpiexec", "-n", "\(ranks)", MPIRun.binary("FarmMPIProbe"), name], environment: environment)
        #expect(ended.code == 0, "\(name) on \(ranks) ranks: \(ended.said)")
    }

    @Test(arguments: [2, 4], ["messages", "collective", "parts", "values", "split"])
    func `every operation gives what it should`(ranks: Int, check name: String) throws {
        try check(name, ranks: ranks)
    }

    @Test(arguments: [2, 4])
    func `what cannot be is refused with words, and a message too long is an error`(ranks: Int) throws {
        try check("refused", ranks: ranks)
    }

    @Test(arguments: [2, 4])
    func `messages that nobody received are an error, and seen by no later attempt`(ranks: Int) throws {
        try check("unreceived", ranks: ranks)
    }

    @Test(arguments: [2, 4])
    func `C58 ranks that wait for one that threw leave when they are told, and work together again`(
        ranks: Int
    ) throws {
        try check("stopped", ranks: ranks)
    }

    @Test(arguments: [2, 4])
    func `ranks whose peers never come leave when they are told`(ranks: Int) throws {
        try check("alone", ranks: ranks)
    }

    @Test func `C57 halves run side by side, and ranks meet in ever other sets`() throws {
        try check("subsets", ranks: 4)
    }

    @Test(arguments: [2, 4])
    func `a communicator that was left clean is used again`(ranks: Int) throws {
        try check("again", ranks: ranks)
    }

    @Test func `three thousand attempts use up nothing`() throws {
        try check("many", ranks: 3)
        try check("leftovers", ranks: 2)
    }

    @Test func `an odd number of ranks meets, too`() throws {
        for name in ["collective", "parts", "stopped", "again"] { try check(name, ranks: 3) }
    }

    @Test func `an MPI without threads is told at once`() throws {
        let directory = NSTemporaryDirectory() + "mpi-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        // Open MPI as it was before version 4, as far as this can be seen.
        let source = """
            #include <mpi.h>
            int MPI_Init_thread(int *argc, char ***argv, int required, int *provided) {
                return PMPI_Init_thread(argc, argv, MPI_THREAD_SERIALIZED, provided)
                    || (*provided = MPI_THREAD_SERIALIZED, MPI_SUCCESS);
            }
            """
        try Data(source.utf8).write(to: URL(fileURLWithPath: directory + "/old.c"))
        let library = directory + "/old.so"
        let built = try MPIRun.run(["mpicc", "-shared", "-fPIC", "-o", library, directory + "/old.c"])
        try #require(built.code == 0, "\(built.said)")
        let ended = try MPIRun.run(
            ["mpiexec", "-n", "2", "-x", "LD_PRELOAD=\(library)", MPIRun.binary("FarmMPIProbe"), "messages"])
        #expect(ended.code == 3, "\(ended.said)")
        #expect(ended.said.contains("does not let several threads call it"), "\(ended.said)")
        #expect(ended.said.contains("use one that does, as Open MPI 4 or later"), "\(ended.said)")
    }
}
