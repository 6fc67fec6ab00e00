import Foundation
import Testing

/// Tasks of which nothing has changed are skipped, through the real binary.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct UnchangedTests {
    let yard: Farmyard

    init() throws {
        yard = try Farmyard()
        try yard.write("in.txt", "7\n")
        try yard.write(
            "heat.yaml",
            """
            name: heat
            defaults: {skip-unchanged: true}
            tasks:
              mesh:
                inputs: in.txt
                outputs: [mesh.txt]
                # Others may be reading it, where several runs are under way.
                run: "echo mesh >> ran; cp in.txt mesh.$$; mv mesh.$$ mesh.txt; cat mesh.txt > $TASKS_RESULT_FILE"
              solve:
                after: mesh
                inputs: [mesh.txt]
                sweep: {grid: {n: [1, 2, 3]}}
                run: "echo ${{ name }} >> ran; echo $(( ${{ n }} * $(cat mesh.txt) )) > $TASKS_RESULT_FILE"
              total:
                after: [mesh, solve]
                inputs: []
                skip-unchanged: {env: OMP_NUM_THREADS}
                run: "echo total >> ran; echo ${{ tasks.mesh.result }} > $TASKS_RESULT_FILE"
            """)
    }

    /// What has been run since the last call, sorted.
    private func ran() throws -> [String] {
        let lines = (yard.read("ran") ?? "").split(separator: "\n").map(String.init).sorted()
        try yard.write("ran", "")
        return lines
    }

    private func rows(_ json: Ended) throws -> [String: [String: Any]] {
        try Dictionary(json.objects().map { ($0["name"] as? String ?? "", $0) }) { first, _ in first }
    }

    private static let all = ["mesh", "solve/n=1", "solve/n=2", "solve/n=3", "total"]

    @Test func `a run of a file takes the values of the one before, and says whose they are`() throws {
        #expect(try rows(yard.ok("run", "-o", "json", "heat.yaml")).count == 5)
        #expect(try ran() == Self.all)
        let second = try yard.ok("run", "-o", "json", "heat.yaml")
        #expect(try ran() == [])
        #expect(second.errors.contains("5 succeeded (5 unchanged)"), "\(second.errors)")
        let row = try rows(second)["solve/n=3"]
        #expect(row?["state"] as? String == "succeeded" && row?["cause"] as? String == "unchanged")
        #expect(row?["source"] as? String == "1.3" && row?["value"] as? Int == 21)
        // The third takes them from where they were computed.
        #expect(
            try rows(yard.ok("run", "-o", "json", "heat.yaml"))["solve/n=3"]?["source"] as? String == "1.3")
        #expect(try yard.ok("run", "--force", "heat.yaml").errors.contains("5 succeeded;"))
        #expect(try ran() == Self.all)
        #expect(try rows(yard.ok("run", "-o", "json", "heat.yaml"))["mesh"]?["source"] as? String == "4.0")
    }

    @Test func `only what depends on a change is run again`() throws {
        try yard.ok("cluster", "start", "-n", "2")
        try yard.ok("submit", "--wait", "heat.yaml")
        _ = try ran()
        let steps: [(String, () throws -> Void, [String])] = [
            ("nothing", {}, []),
            ("the time of an input", { _ = try yard.shell("touch in.txt mesh.txt") }, []),
            ("an input", { try yard.write("in.txt", "8\n") }, Self.all),
            ("and back: what is left behind is another's", { try yard.write("in.txt", "7\n") }, ["mesh"]),
            ("an output is gone", { _ = try yard.shell("rm mesh.txt") }, ["mesh"]),
            ("an output was changed", { try yard.write("mesh.txt", "9\n") }, ["mesh"]),
        ]
        for (what, change, expected) in steps {
            try change()
            try yard.ok("submit", "--wait", "heat.yaml")
            #expect(try ran() == expected, "\(what)")
        }
        // A variable that is declared, and one that is not.
        #expect(
            try yard.tasks("submit", "--wait", "heat.yaml", environment: ["OMP_NUM_THREADS": "2"]).code == 0)
        #expect(try ran() == ["total"])
        let more = ["OMP_NUM_THREADS": "2", "LANGUAGE": "de", "OTHER": "2"]
        #expect(try yard.tasks("submit", "--wait", "heat.yaml", environment: more).code == 0)
        #expect(try ran() == [])
        let shown = try yard.ok("show", "last.0").output
        #expect(shown.contains("source") && shown.contains("succeeded (unchanged)"), "\(shown)")
        try yard.ok("cluster", "stop", "--now")
    }

    @Test func `values are found again after the controller was killed, and not once they are purged`() throws
    {
        try yard.ok("cluster", "start")
        try yard.ok("submit", "--wait", "heat.yaml")
        #expect(try ran().count == 5)
        try yard.killController()
        try yard.awaitController()
        try yard.ok("submit", "--wait", "heat.yaml")
        #expect(try ran() == [])
        try yard.ok("purge", "1")
        try yard.ok("submit", "--wait", "heat.yaml")
        #expect(try ran() == [])
        try yard.ok("purge", "2", "3")
        try yard.ok("submit", "--wait", "heat.yaml")
        #expect(try ran().count == 5)
        try yard.ok("cluster", "stop", "--now")
    }

    @Test func `a plan tells what would be skipped, and touches nothing`() throws {
        try yard.ok("cluster", "start")
        func unchanged() throws -> [String: Int?] {
            try Dictionary(
                yard.ok("plan", "-o", "json", "heat.yaml").objects().map {
                    ($0["task"] as? String ?? "", $0["unchanged"] as? Int)
                }
            ) { first, _ in first }
        }
        #expect(try unchanged() == ["mesh": 0, "solve": nil, "total": nil])
        try yard.ok("submit", "--wait", "heat.yaml")
        // What takes a result is seen when it is ready.
        #expect(try unchanged() == ["mesh": 1, "solve": 3, "total": nil])
        try yard.write("mesh.txt", "9\n")
        #expect(try unchanged() == ["mesh": 0, "solve": nil, "total": nil])
        #expect(try ran().count == 5)
        try yard.ok("cluster", "stop", "--now")
    }

    @Test func `a failure is not kept, a missing output is one, and so is a missing input`() throws {
        try yard.write(
            "bad.yaml",
            """
            defaults: {skip-unchanged: true, inputs: []}
            tasks:
              fails: {run: "echo fails >> ran; exit 3"}
              leaves: {run: "echo leaves >> ran", outputs: ["made-*.txt"]}
              reads: {run: "echo reads >> ran", inputs: [in.txt, gone.txt]}
              plain: {run: "echo plain >> ran", inputs: nothing, skip-unchanged: false}
            """)
        for _ in 0..<2 {
            let run = try yard.tasks("run", "bad.yaml")
            #expect(run.code == 1)
            #expect(run.errors.contains("its output \(yard.directory)/made-*.txt matches no file"))
            #expect(run.errors.contains("its input \(yard.directory)/gone.txt is not there"))
            #expect(run.errors.contains("its input \(yard.directory)/nothing is not there"))
            #expect(try ran() == ["fails", "leaves"])
        }
    }

    @Test func `lines of a JSON Lines file may be skipped, too`() throws {
        try yard.write(
            "lines.jsonl",
            (1...3).map {
                #"{"run": "echo ${{ n }} >> ran", "params": {"n": \#($0)}, "#
                    + #""inputs": [], "skip-unchanged": true}"#
            }.joined(separator: "\n"))
        try yard.ok("run", "lines.jsonl")
        #expect(try ran() == ["1", "2", "3"])
        try yard.ok("run", "lines.jsonl")
        #expect(try ran() == [])
        try yard.ok("run", "--force", "lines.jsonl")
        #expect(try ran() == ["1", "2", "3"])
    }

    @Test func `an interrupted run keeps what it has, and its rest is not run by the next`() throws {
        try yard.write(
            "long.yaml",
            """
            defaults: {skip-unchanged: true, inputs: []}
            tasks:
              quick: {run: "echo quick >> ran"}
              slow: {run: "echo slow >> ran; while [ ! -e go ]; do sleep 0.05; done"}
            engines: {slots: 2}
            """)
        let run = try yard.start(["run", "long.yaml"])
        try yard.eventually("both have begun") { yard.lines("ran") == 2 }
        run.signal(SIGINT)
        #expect(try run.wait().code == 130)
        #expect(yard.processes() == [])
        _ = try ran()
        try yard.write("go", "")
        try yard.ok("run", "long.yaml")
        // What had ended is known, whether its end was safe is not.
        #expect(try ran().filter { $0 == "slow" } == ["slow"])
        try yard.ok("run", "long.yaml")
        #expect(try ran() == [])
    }

    @Test func `a name tells, a run that fails forgets nothing, and a directory that is gone is made again`()
        throws
    {
        try yard.write(
            "names.yaml",
            """
            defaults: {skip-unchanged: true, inputs: in.txt}
            tasks:
              a: {run: "echo $TASKS_NAME >> ran", stdout: /dev/null}
              b: {after: a, run: "echo $TASKS_NAME >> ran", stdin: /dev/null}
              c: {dir: runs/c, inputs: ../../in.txt, run: "echo c >> ../../ran; echo 1 > $TASKS_RESULT_FILE"}
            """)
        try yard.ok("run", "names.yaml")
        #expect(try ran() == ["a", "b", "c"])
        _ = try yard.shell("mv in.txt away")
        #expect(try yard.tasks("run", "names.yaml").code == 1)
        _ = try yard.shell("mv away in.txt; rm -r runs")
        try yard.ok("run", "names.yaml")
        #expect(try ran() == ["c"])
        try yard.ok("run", "names.yaml")
        #expect(try ran() == [])
    }

    @Test func `a ledger of earlier runs that is damaged keeps none from running`() throws {
        try yard.ok("run", "heat.yaml")
        _ = try ran()
        let damage =
            "for f in \(yard.home)/farm/runs/*/ledger/ledger.sqlite; do"
            + " head -c 65536 /dev/urandom | dd of=$f bs=4096 seek=1 conv=notrunc status=none; done"
        _ = try yard.shell(damage)
        let run = try yard.ok("run", "heat.yaml")
        #expect(run.errors.contains("nothing can be taken from them"), "\(run.errors)")
        #expect(try ran() == Self.all)
        try yard.ok("run", "heat.yaml")
        #expect(try ran() == [])
    }

    @Test func `runs of one file that begin at once all run, and one keeps what it has`() throws {
        let runs = try (0..<3).map { _ in try yard.start(["run", "heat.yaml"]) }
        for run in runs {
            let ended = try run.wait()
            #expect(ended.code == 0, "\(ended.errors)")
        }
        _ = try ran()
        try yard.ok("run", "heat.yaml")
        // They have written one file by turns; what reads nothing of it is known.
        #expect(try !ran().contains("total"))
    }
}
