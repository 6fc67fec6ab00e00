import Foundation
import Glibc
import Testing

/// Commands whose ranks are on several hosts: two engines of a pool, the second, for who may make one, in a
/// namespace with a host name of its own, into which Open MPI's remote shell leads.
@Suite(.serialized, .timeLimit(.minutes(5)), .enabled(if: MPIPool.isThere))
struct HostRankTests {
    private static let isRoot = geteuid() == 0
    private static let key = "0123456789abcdef0123456789abcdef"
    let yard: Farmyard

    init() throws {
        yard = try Farmyard()
        try yard.ok("cluster", "start", "-n", "1", "--slots", "1")
        try yard.write("sum.c", Self.program)
        let built = try yard.shell("mpicc sum.c -o sum")
        guard built.code == 0 else { throw Farmyard.Trouble(built.errors) }
        // As ssh does: without a variable of the caller's.
        try yard.write(
            "remote",
            """
            #!/bin/sh
            host=$1; shift
            exec unshare --uts env -i PATH="$PATH" HOME="$HOME" sh -c 'hostname "$0" && cd / && eval "$*"' "$host" "$@"
            """)
        chmod("\(yard.directory)/remote", 0o755)
    }

    /// Adds the ranks' numbers up over MPI, and ends with 7 on the rank that is named.
    private static let program = #"""
        #include <mpi.h>
        #include <stdio.h>
        #include <stdlib.h>
        int main(int count, char **words) {
            int rank, sum;
            MPI_Init(&count, &words);
            MPI_Comm_rank(MPI_COMM_WORLD, &rank);
            MPI_Allreduce(&rank, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
            printf("%d %s\n", sum, getenv("MARK"));
            fflush(stdout);
            if (count > 1 && rank == atoi(words[1])) {
                fprintf(stderr, "no convergence\n");
                return 7;
            }
            MPI_Barrier(MPI_COMM_WORLD);
            MPI_Finalize();
            return 0;
        }
        """#

    /// Engines of one pool, on a host each.
    private func pool() throws -> [Running] {
        let engine = [Farmyard.binary, "engine", "start", "--slots", "2", "--pool"]
        let there = "hostname node-b && exec \"$@\""
        let first = try run(engine + ["\(Self.key):0/2", "--name", "a"])
        let second = try run(
            (Self.isRoot ? ["unshare", "--uts", "sh", "-c", there, "sh"] : [])
                + engine + ["\(Self.key):1/2", "--name", "b"])
        try yard.awaitEngines(3)
        return [first, second]
    }

    private func run(_ words: [String]) throws -> Running {
        try Running(
            "/usr/bin/env", words, input: "", directory: yard.directory,
            environment: yard.environment([:]), scratch: yard.home)
    }

    private func write(_ tasks: String) throws {
        try yard.write(
            "hosts.yaml",
            """
            defaults:
              mpi: {ranks: 4, hosts: 2}
              env: {MARK: here, OMPI_MCA_plm_rsh_agent: '\(yard.directory)/remote'}
            tasks:
            \(tasks)
            """)
    }

    private func end(_ engines: [Running]) throws {
        try yard.ok("cluster", "stop", "--now")
        for engine in engines { _ = try engine.wait() }
    }

    @Test func `C58 ranks on two hosts are one MPI world, each with its host's environment and place`() throws
    {
        try write(
            """
              sum:
                run: |
                  ./sum
                  echo "{\\"rank\\": $TASKS_RANK, \\"of\\": $TASKS_RANKS}" > $TASKS_RESULT_FILE
              fails: {run: [./sum, "3"]}
              first: {run: [./sum, "0"]}
            """)
        let engines = try pool()
        #expect(try yard.tasks("submit", "--wait", "hosts.yaml").code == 1)
        let lines = try yard.ok("logs", "1.0").output.split(separator: "\n").sorted()
        #expect(lines == ["[0] 6 here", "[1] 6 here", "[2] 6 here", "[3] 6 here"])
        #expect(try yard.ok("logs", "1.0", "--rank", "2").output == "6 here\n")
        #expect(
            try yard.tasks("results", "1.0", "--columns", "rank,of", "-o", "csv").output == "rank,of\n0,4\n")
        let row = try yard.tasks("show", "-o", "json", "1.0").objects().first ?? [:]
        let ranks = row["ranks"] as? [String] ?? []
        #expect(ranks.count == 4 && ranks.allSatisfy { $0.contains(": exit 0, after") }, "\(ranks)")
        if Self.isRoot {
            #expect(ranks.map { $0.contains(" at node-b") } == [false, false, true, true], "\(ranks)")
        }
        let failed = try yard.ok("show", "1.1").output
        #expect(failed.contains("rank 3 of 4: exit code 7: no convergence"), "\(failed)")
        #expect(try yard.ok("show", "1.2").output.contains("rank 0 of 4: exit code 7: no convergence"))
        #expect(try yard.tasks("results", "1", "--columns", "exit", "-o", "csv").output == "exit\n0\n7\n7\n")
        try end(engines)
    }

    @Test func `C58 a timeout ends the ranks of all hosts, and a launcher that puts them wrongly is told`()
        throws
    {
        try write(
            """
              late: {run: 'exec -a \(yard.mark)-rank sleep 600', timeout: 2s, grace: 1s}
              none:
                run: [./sum]
                mpi: {ranks: 4, hosts: 2, launch: [sh, -c, exit 3, '{ranks}', '{hostfile}']}
              few:
                run: [./sum]
                mpi: {ranks: 4, hosts: 2, launch: 'mpiexec -n {ranks-per-host} --hostfile {hostfile}'}
              wrong:
                run: [./sum]
                mpi:
                  ranks: 2
                  hosts: 2
                  launch: [sh, -c, 'shift 2; OMPI_COMM_WORLD_RANK=1 "$@"', '{ranks}', '{hostlist}', x]
            """)
        let engines = try pool()
        #expect(try yard.tasks("submit", "--wait", "hosts.yaml").code == 1)
        #expect(
            try yard.tasks("results", "--columns", "cause", "-o", "csv").output
                == "cause\ntimeout\nfailure\nfailure\nfailure\n")
        #expect(yard.processes("\(yard.mark)-rank").isEmpty)
        #expect(try yard.ok("show", "1.1").output.contains("exit code 3"))
        #expect(try yard.ok("logs", "1.2", "--stderr").output.contains("started 2 ranks, and there are 4"))
        #expect(yard.processes("--hold-farm-ranks").isEmpty)
        try end(engines)
    }

    @Test func `hosts that no pool has are waited for, and why says so`() throws {
        try yard.ok("submit", "--mpi", "{ranks: 4, hosts: 2}", "--", "true")
        let why = try yard.ok("why", "1.0").output
        #expect(why.contains("pool"), "\(why)")
        try yard.ok("cluster", "stop", "--now")
    }
}
