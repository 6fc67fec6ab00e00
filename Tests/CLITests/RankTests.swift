import Foundation
import Testing

/// Commands that are started as several ranks, by the Open MPI that is installed.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct RankTests {
    let yard: Farmyard

    init() throws {
        yard = try Farmyard()
        let start = try yard.tasks("cluster", "start", "-n", "1", "--slots", "4")
        guard start.code == 0 else { throw Farmyard.Trouble(start.errors) }
    }

    private func stop() { _ = try? yard.tasks("cluster", "stop", "--now") }

    private func logs(_ arguments: String...) throws -> [String] {
        try yard.start(["logs"] + arguments).wait().output.split(separator: "\n").map(String.init)
    }

    /// Adds the ranks' numbers up over MPI, and ends with 7 on the rank that is named.
    private func build() throws {
        try yard.write(
            "sum.c",
            #"""
            #include <mpi.h>
            #include <stdio.h>
            #include <stdlib.h>
            int main(int count, char **words) {
                int rank, size, sum;
                MPI_Init(&count, &words);
                MPI_Comm_rank(MPI_COMM_WORLD, &rank);
                MPI_Comm_size(MPI_COMM_WORLD, &size);
                MPI_Allreduce(&rank, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
                printf("%d of %d: %d\n", rank, size, sum);
                fflush(stdout);
                if (count > 1 && rank == atoi(words[1])) {
                    fprintf(stderr, "no convergence\n");
                    return 7;
                }
                MPI_Barrier(MPI_COMM_WORLD);
                if (count == 1) MPI_Finalize();
                return 0;
            }
            """#)
        let built = try yard.shell("mpicc sum.c -o sum")
        guard built.code == 0 else { throw Farmyard.Trouble(built.errors) }
    }

    @Test func `C58 ranks of a command are one MPI world; output, places and ends are told by rank`() throws {
        defer { stop() }
        try build()
        try yard.write(
            "ranks.yaml",
            #"""
            name: ranks
            defaults: {mpi: 2}
            tasks:
              sum:
                run: |
                  ./sum
                  echo "{\"rank\": $TASKS_RANK, \"of\": $TASKS_RANKS}" > $TASKS_RESULT_FILE
              fails: {run: [./sum, "1"]}
              argv: {run: [./sum], mpi: {ranks: 4, launch: 'mpiexec --tag-output -n {ranks}'}}
            """#)
        #expect(try yard.tasks("submit", "--wait", "ranks.yaml").code == 1)
        #expect(try logs("1.0").sorted() == ["[0] 0 of 2: 1", "[1] 1 of 2: 1"])
        #expect(try logs("1.0", "--rank", "1") == ["1 of 2: 1"])
        #expect(
            try yard.tasks("results", "1.0", "--columns", "rank,of", "-o", "csv").output == "rank,of\n0,2\n")
        #expect(try logs("1.2").sorted() == (0..<4).map { "[\($0)] \($0) of 4: 6" })
        let failed = try yard.tasks("show", "1.1").output
        #expect(failed.contains("rank 1 of 2: exit code 7: no convergence"))
        #expect(failed.contains(/rank 1 at .*\(pid \d+\): exit 7, after/))
        #expect(failed.contains(/rank 0 at .*: (killed by signal|its end was not seen)/))
        #expect(try yard.tasks("results", "1.1", "--columns", "exit", "-o", "csv").output == "exit\n7\n")
    }

    @Test func `C58 a timeout and a cancel end all ranks`() throws {
        defer { stop() }
        try yard.write(
            "long.yaml",
            """
            tasks:
              late: {run: 'exec -a \(yard.mark)-rank sleep 600', mpi: 2, timeout: 1s, grace: 1s}
              stubborn: {run: ['sh', '-c', "trap '' TERM; while :; do sleep 0.1; done"], mpi: 2, timeout: 1s, grace: 1s}
            """)
        #expect(try yard.tasks("submit", "--wait", "long.yaml").code == 1)
        #expect(
            try yard.tasks("results", "--columns", "cause", "-o", "csv").output == "cause\ntimeout\ntimeout\n"
        )
        #expect(yard.processes("\(yard.mark)-rank").isEmpty)
        #expect(try yard.tasks("submit", "--mpi", "2", "--", "sleep", "600").code == 0)
        try yard.eventually("the command runs") { try yard.tasks("status").output.contains("1 running") }
        #expect(try yard.tasks("cancel", "last").code == 0)
        #expect(try yard.tasks("wait", "last").code == 1)
    }

    @Test func `ranks have cores of their own, and two commands at once share none`() throws {
        defer { stop() }
        try yard.write("cores.sh", #"echo $TASKS_CPUS $(taskset -cp $$ | sed 's/.*: //') $OMP_NUM_THREADS"#)
        let cpus = ProcessInfo.processInfo.activeProcessorCount
        try yard.write(
            "cores.yaml",
            """
            tasks:
              left: {run: &line 'sh cores.sh; sleep 1', mpi: 1}
              right: {run: *line, mpi: 1}
              both: {run: *line, mpi: {ranks: 2, cpus-per-rank: 1}, after: [left, right]}
            """)
        _ = try yard.tasks("cluster", "stop", "--now")
        guard cpus > 1 else { return }
        #expect(try yard.tasks("cluster", "start", "-n", "1", "--slots", "\(cpus)").code == 0)
        #expect(try yard.tasks("submit", "--wait", "cores.yaml").code == 0)
        let (left, right) = (try logs("1.0"), try logs("1.1"))
        let both = try logs("1.2").sorted()
        #expect(left != right)
        for line in left + right + both {
            let words = line.dropFirst(4).split(separator: " ")
            #expect(words.count == 3 && words[0] == words[1] && words[2] == "1", "\(line)")
        }
        #expect(both.count == 2 && both[0].dropFirst(4) != both[1].dropFirst(4))
    }

    @Test func `a launcher that is missing, starts too few, or is none of MPI's is told as such`() throws {
        defer { stop() }
        try yard.write(
            "bad.yaml",
            """
            tasks:
              missing: {run: 'true', mpi: {ranks: 2, launch: 'no-such-mpiexec -n {ranks}'}}
              few: {run: 'true', mpi: {ranks: 3, launch: 'mpiexec -n 2 -x N={ranks}'}}
              many: {run: 'true', mpi: {ranks: 1, launch: 'mpiexec -n 2 -x N={ranks}'}}
              none: {run: 'true', mpi: {ranks: 2, launch: 'env N={ranks}'}}
            """)
        #expect(try yard.tasks("submit", "--wait", "bad.yaml").code == 1)
        let told = try yard.tasks("results", "--columns", "name,task_error", "-o", "jsonl").output
        #expect(told.contains("no program 'no-such-mpiexec'"), "\(told)")
        #expect(told.contains("2 of 3 ranks were started: see `mpi.launch`"), "\(told)")
        #expect(
            try yard.tasks("logs", "1.2", "--stderr").output.contains("started a rank 1, and there are 1"))
        #expect(told.contains("the launcher told no rank"), "\(told)")
        #expect(try yard.tasks("logs", "1.0", "--rank", "0").code == 2)
        let refused = try yard.tasks("submit", "--mpi", "{rank: 2}", "--", "true")
        #expect(refused.code == 2)
        #expect(refused.errors.contains("--mpi:1:2: `rank` is not a key of `mpi`; did you mean “ranks”?"))
        try yard.write(
            "lines.jsonl",
            #"{"run": "true"}"# + "\n" + #"{"run": "true", "mpi": 3}"# + "\n" + #"{"python": "1"}"# + "\n")
        let planned = try yard.tasks("plan", "--mpi", "2", "lines.jsonl", "-o", "json").output
        #expect(planned.contains("mpiexec -n 2") && planned.contains("mpiexec -n 3"), "\(planned)")
        #expect(planned.components(separatedBy: "\"cpus\"").count == 3, "\(planned)")
        let both = try yard.tasks("submit", "--mpi", "2", "--cpus", "3", "--", "true")
        #expect(both.code == 2)
    }

    @Test func `ranks that end badly are told, whatever they leave behind`() throws {
        defer { stop() }
        try build()
        try yard.write(
            "bad.yaml",
            """
            defaults: {mpi: 2, timeout: 30s}
            tasks:
              behind: {run: 'yes & exit 0'}
              missing: {run: [./nosuch]}
              alone: {run: 'printf abc >&2; exit 4', mpi: 1}
              renamed: {run: 'echo $TASKS_RANK > t.$TASKS_RANK; mv t.$TASKS_RANK $TASKS_RESULT_FILE'}
              here: {run: 'true', check: 'exit 1'}
              once: {run: 'test -z "$TASKS_RANK"', mpi: ~}
            """)
        #expect(try yard.tasks("submit", "--wait", "bad.yaml").code == 1)
        let told = try yard.results("last")
        #expect(told["behind"]?["state"] as? String == "succeeded")
        #expect(
            (told["missing"]?["error"] as? String)?.contains("exit code 127: tasks: no program './nosuch'")
                == true)
        #expect(told["alone"]?["error"] as? String == "rank 0 of 1: exit code 4: abc")
        #expect(told["renamed"]?["value"] as? Int == 0)
        #expect(told["once"]?["state"] as? String == "succeeded")
        #expect(try logs("1.2", "--stderr", "--rank", "0") == ["abc"])
        #expect(try yard.shell("ls $XDG_RUNTIME_DIR/tasks-engine*").output.contains("ranks") == false)
    }
}
