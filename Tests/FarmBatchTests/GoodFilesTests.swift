import FarmBatch
import FarmTemplate
import Testing

func read(_ text: String) throws -> Batch {
    try BatchReader.read(bytes: Array(text.utf8), file: "b.yaml")
}

/// What a file is refused with, a line a problem.
func refusal(_ text: String) -> String {
    do {
        _ = try read(text)
        return "accepted"
    } catch let error as BatchError {
        return error.description
    } catch {
        return "\(error)"
    }
}

@Suite struct GoodFilesTests {
    @Test func `C63 the file of the design, as far as it is supported, is read whole`() throws {
        let batch = try read(
            """
            name: heat
            labels: {project: heat, night: 7}
            defaults: {retry: 2, timeout: 10m, needs: {cpus: 1}, env: {A: 1}}
            tasks:
              report: {after: {all: solve, when: ended}, run: [python3, report.py]}
              mesh:   {run: ./mesh.sh > mesh.txt}
              solve:
                after: mesh
                sweep:
                  grid: {n: [64, 128], alpha: {linspace: [0.0, 1.0, 11]}}
                  exclude: [{n: 128, alpha: 0.0}]
                run: ./solve --n ${{ n }} --alpha ${{ alpha }} > $HOME/log.${{ n }}
                retry: {failure: 1, engine-lost: 3}
                needs: {cpus: 4}
                env: {B: 0755}
            engines: {launcher: local, slots: 4}
            schedule: {cron: "0 2 * * *"}
            """)
        #expect(batch.name == "heat")
        #expect(batch.labels == [Label(key: "project", value: "heat"), Label(key: "night", value: "7")])
        #expect(batch.groups.map(\.name) == ["mesh", "solve", "report"])
        #expect(batch.groups.map(\.count) == [1, 21, 1])
        #expect(batch.taskCount == 23)
        #expect(batch.groups[1].after == [Dependency([.group(0)])])
        #expect(batch.groups[2].after == [Dependency([.group(1)], when: .ended)])
        #expect(batch.groups[1].policy.retry == RetryPolicy(failure: 1, timeout: 0, engineLost: 3))
        #expect(batch.groups[0].policy.retry.failure == 2)
        #expect(batch.groups[0].policy.timeoutNanoseconds == .seconds(600))
        #expect(batch.groups[1].policy.needs.cpus == 4)
        #expect(batch.templates[1].environment == [.init("A", "1"), .init("B", "0755")])
        let engines = try #require(batch.engines)
        #expect(engines.launcher == "local" && engines.slots == 4 && engines.count == nil)
        #expect(
            batch.warnings.map(\.description) == [
                "b.yaml:17:1: `schedule` has no effect here: the batch is run now and once; `tasks schedule add` takes it"
            ])
        let solve = try CompiledTemplate(
            batch.templates[1], name: "solve", surroundings: .init(directory: "/s"))
        let task = try solve.render(task: TaskID(JobID(1), 4), index: 3)
        #expect(task.name == "solve/n=64,alpha=0.3")
        #expect(
            task.body
                == .shell(line: "./solve --n 64 --alpha 0.3 > $HOME/log.64", shell: [], arguments: []))
    }

    @Test func `every field of a task arrives`() throws {
        let batch = try read(
            """
            priority: 3
            tasks:
              a:
                run: true
                name: first
                dir: runs/${{ name }}
                setup: [module load x, 'export A="b"']
                shell: bash -eu
                stdin: {text: "a\\n"}
                stdout: {file: out, append: true}
                stderr: err
                result: {regex: 'err = (?<err>\\S+)'}
                output-limit: 64KiB
                timeout: 01:00:30
                grace: 0
                targets: [fast, 3]
              b: {call: simulate, with: {n: 1, x: [0.10, on, ~]}, priority: -1, after: [a, 12.3, 7]}
              c: {run: [./c, 1, 0x1F], after: {at-least: 2, of: [a, b], when: failed}, result: {file: c.json}}
              d: {run: x, after: [a, {any: [b, c]}]}
            """)
        let a = batch.templates[0]
        #expect(a.body == .shell("true"))
        #expect(a.namePattern == "first")
        #expect(a.setup == ["module load x", "export A=\"b\""])
        #expect(a.shell == ["bash", "-eu"])
        #expect(a.stdin == .text("a\n"))
        #expect(a.stdout == .init(file: "out", isAppended: true))
        #expect(a.stderr == .init(file: "err"))
        #expect(a.result == .regex(#"err = (?<err>\S+)"#))
        #expect(a.outputLimitBytes == 65_536)
        let policy = batch.groups[0].policy
        #expect(policy.priority == 3)
        #expect(policy.timeoutNanoseconds == .seconds(3_630))
        #expect(policy.graceNanoseconds == 0)
        #expect(policy.targets == ["fast", "3"])
        #expect(
            batch.templates[1].body
                == .function(
                    "simulate",
                    with: .object([
                        JSONMember("n", .number("1")),
                        JSONMember("x", .array([.number("0.10"), .string("on"), .null])),
                    ])))
        #expect(batch.groups[1].policy.priority == -1)
        #expect(
            batch.groups[1].after == [Dependency([.group(0), .task(TaskID(JobID(12), 3)), .job(JobID(7))])])
        #expect(batch.templates[2].body == .arguments(["./c", "1", "0x1F"]))
        #expect(
            batch.groups[2].after == [Dependency([.group(0), .group(1)], quorum: .atLeast(2), when: .failed)])
        #expect(
            batch.groups[3].after == [
                Dependency([.group(0)]), Dependency([.group(1), .group(2)], quorum: .any),
            ])
    }

    @Test func `how a task is tried again, and until when, arrives`() throws {
        let batch = try read(
            """
            defaults: {retry: {failure: 5, delay: 10s}, estimate: 3m}
            tasks:
              a:
                run: x
                retry: {exit-codes: [7, -9], errors: Busy, factor: 2, max-delay: 1h, jitter: 0.25}
                deadline: 2026-11-23T06:00:00+01:00
                start-within: 30m
                sweep: {grid: {n: [1, 2]}}
                recovery:
                  - {run: "y ${{ n }}", retry: 1, timeout: 5s}
                  - {call: last, grace: 0}
              b: {run: x, deadline: 2h, after: a}
            """)
        let a = batch.groups[0].policy
        #expect(
            a.retry
                == RetryPolicy(
                    failure: 5, exitCodes: [7, -9], errors: ["Busy"], delayNanoseconds: .seconds(10),
                    factor: 2, maximumDelayNanoseconds: .seconds(3_600), jitter: 0.25))
        #expect(a.deadline == .at(Instant(nanoseconds: .seconds(1_795_410_000))))
        #expect(a.startWithinNanoseconds == .seconds(1_800) && a.estimateNanoseconds == .seconds(180))
        #expect(
            a.recoveries == [
                Recovery(template: 1, retry: RetryPolicy(failure: 1), timeoutNanoseconds: .seconds(5)),
                Recovery(template: 2, graceNanoseconds: 0),
            ])
        #expect(
            batch.templates.map(\.body) == [
                .shell("x"), .shell("y ${{ n }}"), .function("last", with: nil), .shell("x"),
            ])
        #expect(batch.templates[1].sweep == batch.templates[0].sweep)
        #expect(batch.groups[1].template == 3 && batch.groups[1].policy.deadline == .after(.seconds(7_200)))
        #expect(batch.groups[1].policy.retry.delayNanoseconds == .seconds(10))
    }

    @Test func `sweep kinds side by side are multiplied, and values keep their text`() throws {
        let batch = try read(
            """
            tasks:
              s:
                run: echo ${{ m }} ${{ x }} ${{ i }}
                sweep:
                  list: [{m: 0755, x: 0.10}, {x: 0o17, m: "a b"}]
                  range: {i: {from: 1, to: 3}}
            """)
        let sweep = try #require(batch.templates[0].sweep)
        #expect(sweep.count == 6)
        #expect(sweep.names == ["m", "x", "i"])
        #expect(sweep.point(4).map(\.text) == ["a b", "0o17", "2"])
        #expect(sweep.point(4)[1].value == .number("15"))
        #expect(sweep.point(0).map(\.value) == [.string("0755"), .number("0.10"), .number("1")])
    }

    @Test func `anchors work, and JSON is YAML`() throws {
        let batch = try read("tasks: {a: {run: x, env: &e {A: 1}}, b: {run: y, env: *e}}")
        #expect(batch.templates[0].environment == batch.templates[1].environment)
        let json = try read(#"{"tasks": {"a": {"run": ["x", "y"]}}}"#)
        #expect(json.templates == [TaskTemplate(.arguments(["x", "y"]))])
        #expect(try read("\u{FEFF}tasks: {a: {run: x}}\r\n").taskCount == 1)
    }

    @Test func `a million points are read at once`() throws {
        let batch = try read(
            "tasks: {a: {run: 'echo ${{ x }}', sweep: {grid: {x: {range: [1, 1000]}, y: {from: 1, to: 1000}}}}}"
        )
        #expect(batch.taskCount == 1_000_000)
    }

    @Test func `parts are sealed, bounded and in order`() throws {
        var text = "name: big\ntasks:\n"
        for i in 0..<3_000 {
            text += "  t\(i): {run: 'echo \(String(repeating: "x", count: 200))'"
            text += i > 0 ? ", after: t\(i - 1)}\n" : "}\n"
        }
        let batch = try read(text)
        let parts = batch.parts(key: UniqueKey(high: 1, low: 2), surroundings: Surroundings(directory: "/"))
        #expect(parts.count > 3)
        #expect(parts.map(\.part) == (0..<UInt32(parts.count)).map { $0 })
        #expect(parts.filter(\.isLast).count == 1 && parts.last?.isLast == true)
        #expect(parts[0].header?.name == "big" && parts.dropFirst().allSatisfy { $0.header == nil })
        #expect(parts.flatMap(\.groups) == batch.groups)
        #expect(try parts.flatMap(\.templates).map { try TaskTemplate(decoding: $0) } == batch.templates)
        var templates = 0
        for part in parts {
            templates += part.templates.count
            #expect(part.groups.allSatisfy { $0.template < templates })
        }
    }

    @Test func `a single command is a job of one task`() throws {
        let batch = try BatchReader.command(["/bin/ls", "-l", "a b", "${x}"])
        #expect(batch.groups.map(\.name) == ["ls"])
        #expect(batch.templates == [TaskTemplate(.arguments(["/bin/ls", "-l", "a b", "${x}"]))])
        #expect(throws: BatchError.self) { try BatchReader.command([]) }
        #expect(throws: BatchError.self) { try BatchReader.command(["a", "${{ b }}"]) }
    }

    @Test func `the recovery of the last task is handed in with its template`() throws {
        let batch = try BatchReader.read(
            bytes: Array("tasks: {a: {run: x, recovery: [{run: y}, {run: z}]}}".utf8), file: "b.yaml")
        let parts = batch.parts(key: UniqueKey(high: 1, low: 2), surroundings: Surroundings(directory: "/"))
        #expect(parts.flatMap(\.templates).count == 3)
        #expect(parts.flatMap(\.groups).flatMap(\.policy.recoveries).map(\.template) == [1, 2])
    }
}
