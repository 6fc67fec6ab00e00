import FarmBatch
import Foundation
import Testing

@Suite struct BadFilesTests {
    static let table: [(String, String)] = [
        (
            "tasks: {m: {run: x}, a: {run: 'echo ${{ tasks.m.result }}'}}",
            "b.yaml:1:37: `tasks.m.result` can only stand in a task that waits for “m” to succeed: give it `after: m`"
        ),
        (
            "tasks: {m: {run: x}, a: {after: {all: m, when: ended}, run: ['${{ tasks.m.dir }}']}}",
            "b.yaml:1:63: `tasks.m.dir` can only stand in a task that waits for “m” to succeed: give it `after: m`"
        ),
        (
            "tasks: {m: {sweep: {grid: {i: [1, 2]}}, run: x}, a: {after: m, run: 'echo ${{ tasks.m.result }}'}}",
            "b.yaml:1:61: “m” is 2 tasks, so `${{ tasks.m… }}` does not say whose result is meant: have one task gather them"
        ),
        ("tasks: {a: {runn: x}}", "b.yaml:1:13: `runn` is not a key of a task; did you mean “run”?"),
        (
            "tasks:\n  a:\n    run: x\n    tiemout: 5\n",
            "b.yaml:4:5: `tiemout` is not a key of a task; did you mean “timeout”?"
        ),
        (
            "nmae: x\ntasks: {a: {run: x}}",
            "b.yaml:1:1: `nmae` is not a key of a batch file; did you mean “name”?"
        ),
        ("tasks: {a: {run: x, retry: -1}}", "b.yaml:1:28: `retry` must be 0 to 1000000, found -1"),
        ("tasks: {a: {run: x, retry: many}}", "b.yaml:1:28: `retry` must be a whole number, found “many”"),
        (
            "tasks: {a: {run: x, retry: {failures: 1}}}",
            "b.yaml:1:29: `failures` is not a key of `retry`; did you mean “failure”?"
        ),
        (
            "tasks: {a: {run: x, timeout: -5}}",
            "b.yaml:1:30: `timeout` must be a duration of at most 36 years, found the number -5: a duration cannot be negative"
        ),
        (
            "tasks: {a: {run: x, timeout: 5 parsecs}}",
            "b.yaml:1:30: `timeout` must be a duration of at most 36 years, found “5 parsecs”: write 90, 90s, 1h30m or HH:MM:SS"
        ),
        (
            "tasks: {a: {run: x, timeout: 0}}",
            "b.yaml:1:30: `timeout` must be more than 0, found the number 0; leave it out for no limit"
        ),
        ("tasks: {a: {run: x, needs: {cpus: 0}}}", "b.yaml:1:35: `needs.cpus` must be 1 to 65536, found 0"),
        (
            "tasks: {a: {run: x, needs: {gpu: 1}}}",
            "b.yaml:1:29: `gpu` is not a key of `needs`; did you mean “gpus”?"
        ),
        (
            "tasks: {a: {run: x, retry: {failure: 2, factor: 2}}}",
            "b.yaml:1:41: `factor` needs `delay`: without one there is nothing to change"
        ),
        (
            "tasks: {a: {run: x, retry: {delay: 1s, factor: 0.5}}}",
            "b.yaml:1:48: `retry.factor` must be 1.0 to 1000000.0, found 0.5"
        ),
        (
            "tasks: {a: {run: x, retry: {exit-codes: [busy]}}}",
            "b.yaml:1:42: `retry.exit-codes` must be a whole number, found “busy”"
        ),
        (
            "tasks: {a: {run: x, deadline: tomorrow}}",
            "b.yaml:1:31: `deadline` must be a duration from the submission, as 2h or 36h30m, or a moment with its zone, as 2026-11-23T06:00:00+01:00; found “tomorrow”"
        ),
        (
            "tasks: {a: {run: x, deadline: 9999-01-01T00:00:00Z}}",
            "b.yaml:1:31: `deadline` is too far away: it must be before the year 2223; leave it out for none; found “9999-01-01T00:00:00Z”"
        ),
        (
            "tasks: {a: {run: x, deadline: 1969-01-01T00:00:00Z}}",
            "b.yaml:1:31: `deadline` is before 1970: no task could end by then; found “1969-01-01T00:00:00Z”"
        ),
        (
            "tasks: {a: {run: x, recovery: {after: b, run: y}}}",
            "b.yaml:1:32: `after` is not a key of `recovery`; expected one of run, call, with, python, env, dir, setup, check, shell, stdin, stdout, stderr, result, output-limit, retry, timeout, grace"
        ),
        (
            "tasks: {a: {run: x, recovery: []}}",
            "b.yaml:1:31: `recovery` must be one task, or a list of up to 7 that follow each other"
        ),
        (
            "tasks: {a: {run: x, recovery: {run: \"echo ${{ nothing }}\"}}}",
            "b.yaml:1:43: nothing is called “nothing” here; known: name, index, task_id, job"
        ),
        (
            "tasks: {a: {run: x, mpi: 0}}",
            "b.yaml:1:26: `mpi` must be 1 to 65536, found 0"
        ),
        (
            "tasks: {a: {run: x, mpi: {rank: 4}}}",
            "b.yaml:1:27: `rank` is not a key of `mpi`; did you mean “ranks”?"
        ),
        ("tasks: {a: {run: x, mpi: {cpus-per-rank: 2}}}", "b.yaml:1:26: `mpi` needs `ranks`, a number"),
        (
            "tasks: {a: {run: x, mpi: {ranks: 4, hosts: 3}}}",
            "b.yaml:1:26: 4 ranks cannot be as many on each of 3 hosts: `mpi.ranks` must be a multiple of `mpi.hosts`"
        ),
        (
            "tasks: {a: {run: x, mpi: {ranks: 4, hosts: 2, launch: 'mpirun -n {ranks}'}}}",
            "b.yaml:1:26: `mpi.launch` does not say which hosts the ranks go to: put {hostfile} or {hostlist} into it, as in `mpirun -n {ranks} --hostfile {hostfile} --map-by slot`"
        ),
        (
            "tasks: {a: {run: x, speculate: true, mpi: {ranks: 4, hosts: 2}}}",
            "b.yaml:1:32: `mpi.hosts` above 1 goes with neither `speculate` nor `follow`: its ranks run once, on one pool"
        ),
        (
            "tasks: {a: {run: x, mpi: {ranks: 4, launch: ./start}}}",
            "b.yaml:1:26: `mpi.launch` names no launcher that is known: write mpiexec, mpirun or srun, or the whole line, as `./start -n {ranks}`"
        ),
        (
            "tasks: {a: {run: x, mpi: {ranks: 4, launch: mpirun -n 4}}}",
            "b.yaml:1:26: `mpi.launch` does not say how many ranks there are: put {ranks} into it, as in `mpirun -n {ranks}`"
        ),
        (
            "tasks: {a: {run: x, mpi: {ranks: 65536, cpus-per-rank: 2}}}",
            "b.yaml:1:26: 65536 ranks of 2 CPUs need 131072, and no engine has more than 65536"
        ),
        (
            "tasks: {a: {run: x, mpi: 4, needs: {cpus: 2}}}",
            "b.yaml:1:36: `needs.cpus` is 2, and `mpi` takes 4 × 1 = 4: leave `cpus` out"
        ),
        (
            "tasks: {a: {run: x, mpi: 4, collective: 2}}",
            "b.yaml:1:26: a task has `mpi` or `collective`, not both: how many engines take part is said by `mpi.hosts`"
        ),
        (
            "tasks: {a: {run: x}, b: {python: {code: x, pull: []}}}",
            "b.yaml:1:50: `pull` names no variable: leave it out"
        ),
        (
            "tasks: {a: {python: x, mpi: 4}}",
            "b.yaml:1:24: `mpi` goes with `run`: Python runs in its engine's kernel, which all its tasks share"
        ),
        (
            "tasks: {a: {run: x, skip-unchanged: true}}",
            "b.yaml:1:37: `skip-unchanged` needs `inputs`: the files that the task reads, its program too; [] for none"
        ),
        (
            "tasks: {a: {run: x, inputs: [], skip-unchanged: later}}",
            "b.yaml:1:49: `skip-unchanged` must be true, false, or {env: [VARIABLE, …]}, found “later”"
        ),
        (
            "tasks: {a: {run: x, inputs: [], skip-unchanged: {env: A-B}}}",
            "b.yaml:1:55: `A-B` is not the name of a variable"
        ),
        (
            "tasks: {a: {run: x, inputs: [], collective: 2, skip-unchanged: true}}",
            "b.yaml:1:64: `skip-unchanged` goes not with `collective`: what ranks leave behind is not looked up"
        ),
        (
            "tasks: {a: {run: x, inputs: [], lane: l, targets: e, skip-unchanged: true}}",
            "b.yaml:1:39: the task is in lane 'l' and may be skipped (skip-unchanged): what runs in a lane changes its engine"
        ),
        (
            "tasks: {a: {run: x, outputs: [\"\"]}}",
            "b.yaml:1:31: a path is empty: name a file"
        ),
        (
            "tasks: {a: {run: x, inputs: [\"${{ m }}\"]}}",
            "b.yaml:1:31: nothing is called “m” here; known: name, index, task_id, job"
        ),
        (
            "scheme: lru\ntasks: {a: {run: x}}",
            "b.yaml:1:1: `scheme` is not supported yet: leave it out"
        ),
        (
            "tasks: {a: {run: x, after: b}}",
            "b.yaml:1:28: no task is called “b”; `after` takes the name of a task, a task's number (12.3) or a job's (12); a job that was submitted before is {job: b}"
        ),
        (
            "tasks:\n  mesh: {run: x}\n  b: {run: x, after: mehs}",
            "b.yaml:3:22: no task is called “mehs”; did you mean “mesh”?; `after` takes the name of a task, a task's number (12.3) or a job's (12)"
        ),
        ("tasks: {a: {run: x, after: a}}", "b.yaml:1:28: the task `a` cannot come after itself"),
        (
            "tasks:\n  a: {run: x, after: c}\n  b: {run: x, after: a}\n  c: {run: x, after: [b]}\n",
            "b.yaml:2:22: these tasks wait for one another: a → c → b → a"
        ),
        (
            "tasks: {a: {run: x}, b: {run: y, after: {at-least: 2, of: a}}}",
            "b.yaml:1:41: `at-least: 2` can never be met: tasks of these names: 1"
        ),
        (
            "tasks: {a: {run: x}, b: {run: y, after: {all: a, when: dead}}}",
            "b.yaml:1:56: `when` must be succeeded, failed or ended, found “dead”"
        ),
        (
            "tasks: {a: {run: x}, b: {run: y, after: {of: a}}}",
            "b.yaml:1:41: `after` needs one of `all`, `any`, `at-least` with `of`, `match`, `job` and `label`"
        ),
        (
            "tasks: {a: {run: x}, a: {run: y}}",
            "b.yaml:1:22: the key “a” is given twice; the first is in line 1, column 9"
        ),
        (
            "tasks: {a: {run: 'echo ${{ n }}'}}",
            "b.yaml:1:24: nothing is called “n” here; known: name, index, task_id, job"
        ),
        (
            "tasks:\n  a:\n    sweep: {grid: {alpha: [1]}}\n    run: |\n      echo ${{ alpha }}\n      echo b ${{ alhpa }}\n",
            "b.yaml:6:14: nothing is called “alhpa” here; did you mean “alpha”?; known: alpha, name, index, task_id, job"
        ),
        (
            "tasks: {a: {run: [echo, 'ä${{ b }}']}}",
            "b.yaml:1:27: nothing is called “b” here; known: name, index, task_id, job"
        ),
        (
            "tasks: {a: {run: x, timeout: '${{ n }}'}}",
            "b.yaml:1:30: `${{ }}` cannot stand in `timeout`: what the scheduler reads is the same for all tasks of an array"
        ),
        (
            "tasks: {a: {run: 'echo `echo ${{ index }}`'}}",
            "b.yaml:1:30: a value cannot be put in safely here: it stands inside backquotes (write $(…) instead); give it by `env:` and use \"$NAME\", or use `| raw`"
        ),
        ("tasks: {a: {run: x, call: y}}", "b.yaml:1:21: a task has `run` or `call`, not both"),
        ("tasks: {a: {call: y, stdin: f}}", "b.yaml:1:22: `stdin` goes with `run`: functions have none"),
        (
            "tasks: {a: {run: x, with: 1}}",
            "b.yaml:1:21: `with` goes with `call`: a command gets its parameters by `${{ }}`"
        ),
        (
            "tasks: {a: }",
            "b.yaml:1:9: expected a task, a mapping with the keys run, call, with, python, after, follow, sweep, name, recovery, env, dir, setup, check, shell, stdin, stdout, stderr, result, output-limit, inputs, outputs, skip-unchanged, retry, timeout, grace, needs, targets, lane, priority, deadline, start-within, estimate, speculate, collective, mpi, max-running, max-failures, canary, found nothing"
        ),
        (
            "tasks: {a: {run: {b: c}}}",
            "b.yaml:1:18: `run` must be a shell line or a list of words, found a mapping"
        ),
        ("tasks: {a: {run: ''}}", "b.yaml:1:18: `run` is empty: write a shell line or a list of words"),
        ("tasks: {a: {run: []}}", "b.yaml:1:18: `run` is empty: name a program"),
        ("tasks: {}", "b.yaml:1:8: `tasks` is empty: nothing would run"),
        ("tasks:\n", "b.yaml:1:1: `tasks` must be a mapping of names to tasks, found nothing"),
        ("tasks: [x]", "b.yaml:1:8: `tasks` must be a mapping of names to tasks, found a list"),
        ("name: x", "b.yaml:1:1: the batch file has no `tasks`"),
        ("", "b.yaml: the file is empty: a batch file needs at least `tasks:`"),
        ("# nothing\n", "b.yaml: the file is empty: a batch file needs at least `tasks:`"),
        ("---\n", "b.yaml: the file is empty: a batch file needs at least `tasks:`"),
        (
            "hello",
            "b.yaml:1:1: expected a batch file, a mapping with the keys name, labels, priority, weight, durable, max-running, max-failures, canary, defaults, tasks, engines, schedule, notify, extends, found “hello”"
        ),
        (
            "tasks: {a: {run: x}\n",
            "b.yaml:2:1: not YAML: while parsing a flow mapping: did not find expected ',' or '}'"
        ),
        (
            "tasks:\n\ta: 1\n",
            "b.yaml:2:1: not YAML: while scanning for the next token: found character that cannot start any token"
        ),
        ("tasks: {a: {run: x}}\n---\ntasks: {}\n", "b.yaml:2:1: expected one document, found another “---”"),
        (
            "tasks: {a: {run: !!int 5}}",
            "b.yaml:1:18: the tag “tag:yaml.org,2002:int” is not supported: leave it out"
        ),
        ("tasks: {a: {run: *b}}", "b.yaml:1:18: the alias “*b” names no anchor above it"),
        (
            "tasks: {12: {run: x}}",
            "b.yaml:1:9: “12” would read as the number of a job or task: begin the name with a letter"
        ),
        (
            "tasks: {a/b: {run: x}}",
            "b.yaml:1:9: the name of a task is letters, digits, “_”, “-” and “.”, and begins with a letter or digit; found “a/b”"
        ),
        (
            "name: last\ntasks: {a: {run: x}}",
            "b.yaml:1:7: “last” always means the latest job: choose another name"
        ),
        (
            "tasks: {a: {run: x, sweep: {}}}",
            "b.yaml:1:28: the sweep is empty: give it one of grid, zip, list, csv, range, linspace, logspace, random, include"
        ),
        (
            "tasks: {a: {run: x, sweep: {grid: {n: []}}}}",
            "b.yaml:1:39: the sweep is empty: `n` has no values"
        ),
        (
            "tasks: {a: {run: x, sweep: {grid: {n: 5}}}}",
            "b.yaml:1:39: the values of `n` must be a list or {range: …}, found the number 5"
        ),
        (
            "tasks: {a: {run: x, sweep: {grid: {name: [5]}}}}",
            "b.yaml:1:36: a parameter cannot be called “name”: `${{ name }}` means something else already"
        ),
        (
            "tasks: {a: {run: x, sweep: {match: {n: [5]}}}}",
            "b.yaml:1:29: `match` is not a key of `sweep`; expected one of grid, zip"
        ),
        (
            "tasks: {a: {run: x, sweep: {grdi: {n: [5]}}}}",
            "b.yaml:1:29: `grdi` is not a key of `sweep`; did you mean “grid”?"
        ),
        (
            "tasks: {a: {run: x, sweep: {grid: {n: {linspce: [0, 1, 5]}}}}}",
            "b.yaml:1:40: `linspce` is not a key of the values of `n`; did you mean “linspace”?"
        ),
        (
            "tasks: {a: {run: x, sweep: {range: {from: 1, to: 5}}}}",
            "b.yaml:1:36: `range` has no parameter: write `range: {n: {from: …, to: …}}`"
        ),
        (
            "tasks: {a: {run: x, sweep: {range: {n: {from: 1, to: 5, step: -1}}}}}",
            "b.yaml:1:40: the range is empty: from 1 by steps of -1 never reaches 5"
        ),
        (
            "tasks: {a: {run: x, sweep: {range: {n: {from: 1, to: 1e19}}}}}",
            "b.yaml:1:40: the range has more than 2^62 values"
        ),
        (
            "tasks: {a: {run: x, sweep: {grid: {n: [1], m: {from: 1, to: 3e9}}}}}",
            "b.yaml:1:28: the sweep has 3000000000 points; a job may have 2147483648"
        ),
        (
            "tasks: {a: {run: x, sweep: {grid: {n: {from: 1, to: 6e9}, m: {from: 1, to: 6e9}}}}}",
            "b.yaml:1:28: the grid has more than 2^64 points"
        ),
        (
            "tasks:\n  a: {run: x, sweep: {range: {n: {from: 1, to: 2e9}}}}\n  b: {run: x, sweep: {range: {n: {from: 1, to: 2e9}}}}",
            "b.yaml:2:3: the job has 4000000000 tasks; at most 2147483648 are possible"
        ),
        (
            "tasks: {a: {run: x, sweep: {list: [{n: 1}, {m: 2}]}}}",
            "b.yaml:1:44: this point has no `n`, as the first one has"
        ),
        (
            "tasks: {a: {run: x, sweep: {list: [{n: 1}, {n: 2, nn: 2}]}}}",
            "b.yaml:1:51: the first point has no `nn`; did you mean “n”?"
        ),
        ("tasks: {a: {run: x, env: {TASKS_NAME: x}}}", "b.yaml:1:27: `TASKS_NAME` is set by the engine"),
        (
            "tasks: {a: {run: x, env: {A: }}}",
            "b.yaml:1:27: `env.A` must be a text, found nothing; write \"\" for an empty one"
        ),
        ("tasks: {a: {run: x, env: {A: \"a\\0b\"}}}", "b.yaml:1:30: a NUL character cannot stand in `env.A`"),
        (
            "tasks: {a: {run: x, result: {regex: '('}}}",
            "b.yaml:1:37: `result.regex` is not a regular expression"
        ),
        ("tasks: {a: {run: x, result: {}}}", "b.yaml:1:29: `result` needs either `file` or `regex`"),
        (
            "tasks: {a: {run: x, output-limit: lots}}",
            "b.yaml:1:35: `output-limit` must be a size as 65536, 64KiB or 10MB, found “lots”"
        ),
        (
            "tasks: {a: {run: x}}\nengines: {launcher: a b}",
            "b.yaml:2:21: the name of a launcher is letters, digits, “_”, “-” and “.”, and begins with a letter or digit"
        ),
        (
            "tasks: {a: {run: x, stdout: {file: a, append: on}}}",
            "b.yaml:1:47: `stdout.append` must be true or false, found “on”"
        ),
        ("tasks: {a: {<<: *x, run: x}}", "b.yaml:1:17: the alias “*x” names no anchor above it"),
        (
            "x: &x {run: x}\ntasks: {a: {<<: *x}}",
            "b.yaml:1:1: `x` is not a key of a batch file; expected one of name, labels, priority, weight, durable, max-running, max-failures, canary, defaults, tasks, engines, schedule, notify, extends\nb.yaml:2:13: `<<` is not part of YAML 1.2: put what tasks share into `defaults:`"
        ),
        ("tasks: {a: {run: x, ? [b] : c}}", "b.yaml:1:23: expected a key, found a list"),
        ("a\u{0}b", "b.yaml:1:2: expected text, found a NUL byte"),
        ("a: ä\u{1}b", "b.yaml:1:5: expected text, found control character 1"),
        ("defaults: {run: x}\ntasks: {a: {run: x}}", "b.yaml:1:12: `run` is not a key of `defaults`"),
        ("priority: '${{ n }}'\ntasks: {a: {run: x}}", "b.yaml:1:11: `${{ }}` cannot stand in `priority`"),
    ]

    @Test(arguments: table)
    func `C63 C2 a bad file is refused with file, line, column and what was meant`(
        _ text: String, _ wanted: String
    ) {
        let found = refusal(text)
        #expect(matches(found, wanted), "\(found)")
    }

    /// Each wanted line begins some line of what was found.
    private func matches(_ found: String, _ wanted: String) -> Bool {
        let lines = found.split(separator: "\n")
        return wanted.split(separator: "\n").allSatisfy { line in lines.contains { $0.hasPrefix(line) } }
    }

    @Test func `C63 all problems are collected, in the order of the file, and at most twenty`() {
        let found = refusal(
            """
            nam: x
            tasks:
              a: {run: x, retyr: 1, timeout: -1}
              b: {run: 'echo ${{ z }}', after: zz}
            """)
        #expect(
            found.split(separator: "\n").map { $0.prefix(11) } == [
                "b.yaml:1:1:", "b.yaml:3:15", "b.yaml:3:34", "b.yaml:4:18", "b.yaml:4:36",
            ])
        let many = "tasks:\n" + (0..<50).map { "  t\($0): {rum: x}\n" }.joined()
        let lines = refusal(many).split(separator: "\n")
        #expect(lines.count == 21)
        #expect(lines.last == "… and more; these first")
    }

    @Test func `a fault in the defaults is told once, where it stands`() {
        let found = refusal(
            """
            defaults: {timeout: soon, env: {A: '${{ nn }}'}}
            tasks: {a: {run: x}, b: {run: y}}
            """)
        #expect(found.split(separator: "\n").count == 2)
        #expect(found.contains("b.yaml:1:21: `timeout`"))
        #expect(found.contains("b.yaml:1:37: nothing is called “nn”"))
    }

    @Test func `missing, directory, forbidden, binary and oversized files are told apart`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "batch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func problem(_ name: String) -> BatchProblem? {
            do throws(BatchError) {
                _ = try BatchReader.read(yaml: folder.path + name)
                return nil
            } catch { return error.problems.first }
        }
        try Data("tasks: {a: {run: x}}".utf8).write(to: folder.appendingPathComponent("batch.yaml"))
        try Data([0x61, 0x0A, 0x62, 0xFF, 0xFE]).write(to: folder.appendingPathComponent("binary.yaml"))
        #expect(problem("/batch.yaml") == nil)
        #expect(problem("/bacth.yaml")?.code == .unreadable)
        #expect(problem("/bacth.yaml")?.message == "there is no such file; did you mean “batch.yaml”?")
        #expect(problem("")?.message == "this is a directory: name the batch file in it")
        #expect(problem("/binary.yaml")?.code == .notText)
        #expect(problem("/binary.yaml")?.line == 2)
        #expect(problem("/binary.yaml")?.column == 2)
        #expect(problem("/binary.yaml")?.message.hasPrefix("expected UTF-8, found the byte 0xff") == true)
        let huge = folder.appendingPathComponent("huge.yaml")
        try Data().write(to: huge)
        let handle = try FileHandle(forWritingTo: huge)
        try handle.truncate(atOffset: 65 << 20)
        try handle.close()
        #expect(problem("/huge.yaml")?.code == .limit)
    }

    @Test(.timeLimit(.minutes(1)))
    func `alias bombs, chains and deep nesting are refused at once`() {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for i in 1..<12 {
            bomb += "a\(i): &a\(i) [\(Array(repeating: "*a\(i - 1)", count: 10).joined(separator: ", "))]\n"
        }
        #expect(refusal(bomb).contains("aliases make this file stand for more than"))
        #expect(refusal(bomb + "? *a11 : 1\n").contains("aliases make this file stand for more than"))
        var chain = "a0: &a0 [x]\n"
        for i in 1..<5_000 { chain += "a\(i): &a\(i) [*a\(i - 1)]\n" }
        #expect(refusal(chain).contains("more than 64 levels"))
        let deep = "tasks: " + String(repeating: "[", count: 900)
        #expect(refusal(deep).contains("more than 64 levels"))
        #expect(refusal("a: " + String(repeating: "{b: ", count: 100_000)) != "accepted")
    }
}
