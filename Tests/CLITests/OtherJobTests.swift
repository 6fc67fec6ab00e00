import Foundation
import Testing

/// Jobs that wait for others by name and label, and options for needs and brakes, through the real binary.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct OtherJobTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    @Test func `C30 a file, lines and a command wait for other jobs by name and label`() throws {
        try yard.ok("cluster", "start", "--slots", "2")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        try yard.ok("submit", "--name", "heat", "--label", "project=heat", "--", "sh", "-c", "exit 3")
        try yard.ok("submit", "--name", "heat", "--label", "project=heat", "--", "true")
        try yard.write(
            "after.yaml",
            """
            name: report
            tasks:
              newest: {run: "echo newest", after: {job: heat}}
              before: {run: "echo before", after: {job: heat~1}}
              ended: {run: "echo ended", after: {label: {project: heat}, when: ended}}
              mixed: {run: "echo mixed", after: [newest, {any: [{job: heat.0}, 1]}]}
            """)
        let run = try yard.tasks("submit", "--wait", "-o", "json", "after.yaml")
        let states = try Dictionary(
            run.objects().map { ($0["name"] as? String ?? "", $0["state"] as? String ?? "") }
        ) { first, _ in first }
        #expect(
            states == [
                "newest": "succeeded", "before": "impossible", "ended": "succeeded", "mixed": "succeeded",
            ])
        #expect(
            try yard.tasks("submit", "--wait", "--after", "heat", "--after", "2.0", "--", "true").code == 0)
        #expect(try yard.tasks("submit", "--wait", "--after", "heat~1", "--", "true").code == 1)
        try yard.write(
            "tasks.jsonl", #"{"run": "true", "after": {"job": "heat"}}"# + "\n" + #"{"run": "true"}"#)
        #expect(try yard.tasks("submit", "--wait", "--after", "heat", "tasks.jsonl").code == 0)
        let before = try yard.tasks("list", "-o", "json").objects().count
        try yard.write(
            "bad.yaml",
            "tasks:\n  a: {run: x}\n  b: {run: y, after: [{job: heta}, {label: {project: cold}}]}\n")
        let refused = try yard.tasks("submit", "bad.yaml")
        #expect(refused.code == 2)
        #expect(refused.errors.contains("bad.yaml:3:29: 'heta' names no job"), "\(refused.errors)")
        #expect(
            refused.errors.contains("bad.yaml:3:44: no job carries the label project=cold"),
            "\(refused.errors)")
        let other = try yard.tasks("submit", "--after", "nobody", "--", "true")
        #expect(other.code == 2 && other.errors.contains("--after nobody: 'nobody' names no job"))
        #expect(try yard.tasks("list", "-o", "json").objects().count == before)
    }

    @Test func `C63 what only the controller finds wrong is told with its place in the file`() throws {
        try yard.ok("cluster", "start", "--slots", "2", "--limit", "license=4")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        try yard.write(
            "seven.yaml", "tasks: {a: {sweep: {range: {i: {from: 1, to: 7, step: 1}}}, run: 'true'}}")
        try yard.ok("submit", "--wait", "seven.yaml")
        try yard.ok("submit", "--wait", "--", "true")
        try yard.ok("purge", "2")
        let jobs = try yard.tasks("list", "-o", "json").objects().count
        for (fields, place, words) in [
            ("after: [999]", "3:3", "waits for job 999"), ("after: 1.99", "3:3", "waits for task 1.99"),
            ("follow: 999", "3:3", "waits for job 999"), ("after: 2", "3:3", "waits for job 2"),
            ("needs: {license: 9}", "3:3", "the whole farm has 4"),
            ("targets: ['77'], lane: x", "3:3", "engine '77'"),
            ("after: {at-least: 9, of: [1]}", "3:41", "can never be met"),
            ("after: {at-least: 9, of: [a, {job: '1'}]}", "3:50", "can never be met"),
            ("after: {at-least: 1, of: [999]}", "3:41", "999"),
        ] {
            try yard.write("late.yaml", "tasks:\n  a: {run: x}\n  e: {run: x, \(fields)}\n")
            let refused = try yard.tasks("submit", "late.yaml")
            #expect(refused.code == 2)
            #expect(refused.errors.contains("late.yaml:\(place): "), "\(fields): \(refused.errors)")
            #expect(refused.errors.contains(words), "\(fields): \(refused.errors)")
        }
        try yard.write(
            "late.jsonl",
            #"{"run": "x"}"# + "\n" + #"{"run": "y", "needs": {"license": 9}}"# + "\n"
                + #"{"name": "e", "run": "z", "after": 999}"#)
        let nameless = try yard.tasks("submit", "late.jsonl")
        #expect(nameless.errors.contains("late.jsonl:2: group 1 needs 9"), "\(nameless.errors)")
        try yard.write("named.jsonl", #"{"run": "x"}"# + "\n" + #"{"name": "e", "run": "z", "after": 999}"#)
        let named = try yard.tasks("submit", "named.jsonl")
        #expect(named.errors.contains("named.jsonl:2: task 'e' waits for job 999"), "\(named.errors)")
        let option = try yard.tasks("submit", "--after", "{at-least: 9, of: [1]}", "--", "true")
        #expect(option.errors.contains("--after:1:20: `at-least: 9` can never be met"), "\(option.errors)")
        #expect(try yard.tasks("list", "-o", "json").objects().count == jobs)
        try yard.write("met.yaml", "tasks: {e: {run: 'true', after: {at-least: 7, of: [1]}}}")
        try yard.ok("submit", "--wait", "met.yaml")
    }

    @Test func `a farm of its own has no other jobs, and says so`() throws {
        try yard.write("after.yaml", "tasks:\n  a: {run: x, after: {job: heat}}\n")
        try yard.write("after.jsonl", #"{"run": "true", "after": {"job": "heat"}}"#)
        for (arguments, place) in [
            (["after.yaml"], "after.yaml:2:28: "), (["after.jsonl"], "after.jsonl:1:34: "),
            (["--after", "heat", "--", "true"], "--after heat: "),
        ] {
            let refused = try yard.start(["run"] + arguments).wait()
            #expect(refused.code == 2, "\(refused.errors)")
            #expect(
                refused.errors.contains(place + "other jobs are found only in a farm"), "\(refused.errors)")
        }
        #expect(yard.processes() == [])
    }

    @Test(arguments: [
        (["--need", "cpu=2"], "did you mean “cpus”?"), (["--need", "license"], "expected NAME=N"),
        (["--need", "a=1", "--need", "a=2"], "given twice"), (["--memory", "lots"], "--memory 'lots'"),
        (["--cpus", "0"], "--cpus 0"), (["--max-failures", "120%"], "--max-failures '120%'"),
        (["--max-running", "0"], "--max-running 0"), (["--weight", "0"], "--weight '0'"),
        (["--memory-factor", "2"], "needs --memory"), (["--estimate", "40000d"], "at most 36 years"),
    ])
    func `options that cannot be are refused`(_ options: [String], _ words: String) throws {
        let refused = try yard.start(["submit"] + options + ["--", "true"]).wait()
        #expect(refused.code == 2 && refused.errors.contains(words), "\(refused.errors)")
    }

    @Test func `what a batch file says itself is no option beside it`() throws {
        try yard.write("a.yaml", "tasks: {a: {run: x}}\n")
        let refused = try yard.tasks("submit", "--retry", "1", "--need", "a=1", "a.yaml")
        #expect(refused.code == 2)
        #expect(refused.errors.contains("--retry, --need: for commands and lines only"), "\(refused.errors)")
    }
}
