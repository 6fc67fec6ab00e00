import FarmBatch
import FarmTemplate
import Testing

/// What a file says of needs, tries, brakes and places.
@Suite struct PolicyFileTests {
    /// Files that hold every key; the schema's tests read them, too.
    static let whole = [
        """
        name: night
        labels: {project: heat, night: 7}
        priority: 5
        weight: 2.5
        durable: false
        max-running: 100
        max-failures: 2.25%
        canary: 3
        defaults:
          needs: {cpus: 2, memory: 1GiB, license: 1, tags: [ssd]}
          retry: {out-of-memory: 2, avoid-engine: true}
          max-running: 50
          check: test -d /scratch
        tasks:
          mesh: {run: ./mesh, needs: {gpus: 1}}
          solve:
            sweep: {grid: {n: [1, 2]}}
            run: ./solve ${{ n }}
            check: test -e /data/${{ n }}
            follow: mesh
            speculate: true
            needs: {memory: 4GiB, license: 2, fpga.x: 1000000000000, tags: [bigmem, avx, bigmem]}
            retry: {memory-factor: 1.5}
            max-failures: 5
            canary: 1
            recovery: {run: ./rough, retry: {out-of-memory: 1, memory-factor: 2, avoid-engine: true}}
          called: {call: f, follow: {any: [mesh, 12.3, 7]}, after: solve, max-failures: 0}
        engines: {launcher: local, slots: 2, count: 2}
        schedule: {cron: "0 2 * * *"}
        """,
        "tasks: {a: {run: x, needs: {gpus: 0, tags: big}, max-failures: 100%, timeout: 00:01:00, grace: 0}}",
    ]

    @Test func `a lane is read with its engine, and what makes no sense in one is refused where it stands`()
        throws
    {
        let batch = try read("tasks: {a: {run: x, targets: [engine-0], lane: setup}, b: {run: x}}")
        #expect(batch.groups.map(\.policy.lane) == ["setup", ""])
        for (text, words) in [
            ("tasks: {a: {run: x, lane: x}}", "1:27: the task is in lane 'x' and names 0 targets"),
            ("tasks: {a: {run: x, lane: ''}}", "`lane` has no name"),
            ("tasks: {a: {run: x, targets: [a, b], lane: x}}", "names 2 targets"),
            (
                "defaults: {retry: 2}\ntasks: {a: {run: x, targets: 1, lane: x}}",
                "nothing is tried again in a lane"
            ),
            ("tasks: {b: {run: x}, a: {run: x, targets: 1, lane: x, after: b}}", "has no `after`"),
            ("tasks: {b: {run: x}, a: {run: x, targets: 1, lane: x, follow: b}}", "follows others"),
            ("tasks: {a: {run: x, targets: 1, lane: x, recovery: {run: y}}}", "has a recovery"),
            ("tasks: {a: {run: x, targets: 1, lane: x, max-running: 1}}", "has brakes"),
        ] {
            let error = #expect(throws: BatchError.self) { try read(text) }
            #expect(error.map { "\($0)".contains(words) } == true, "\(text): \(String(describing: error))")
        }
    }

    @Test func `what tasks need is merged key by key`() throws {
        let batch = try read(Self.whole[0])
        #expect(
            batch.groups.map(\.policy.needs) == [
                Needs(
                    cpus: 2, memoryBytes: 1 << 30, gpus: 1, named: [NamedAmount("license", 1)], tags: ["ssd"]),
                Needs(
                    cpus: 2, memoryBytes: 4 << 30,
                    named: [NamedAmount("fpga.x", 1_000_000_000_000), NamedAmount("license", 2)],
                    tags: ["avx", "bigmem"]),
                Needs(
                    cpus: 2, memoryBytes: 1 << 30, named: [NamedAmount("license", 1)], tags: ["ssd"]),
            ])
    }

    @Test func `brakes and the weight arrive, of tasks and of the job`() throws {
        let batch = try read(Self.whole[0])
        let header = try #require(
            batch.parts(key: UniqueKey(high: 0, low: 1), surroundings: Surroundings(directory: "/"))[0].header
        )
        #expect(header.weight == 250 && !header.isDurable)
        #expect(header.brake == Brake(maxRunning: 100, maxFailures: .share(225), canary: 3))
        #expect(
            batch.groups.map(\.policy.brake) == [
                Brake(maxRunning: 50), Brake(maxRunning: 50, maxFailures: .count(5), canary: 1),
                Brake(maxRunning: 50, maxFailures: .count(0)),
            ])
        let other = try read(Self.whole[1])
        #expect(other.weight == 100 && other.brake.isNone)
        #expect(other.groups[0].policy.brake == Brake(maxFailures: .share(10_000)))
    }

    @Test func `tries after memory ran out, and on other engines, arrive`() throws {
        let groups = try read(Self.whole[0]).groups
        #expect(groups[0].policy.retry == RetryPolicy(outOfMemory: 2, avoidsEngine: true))
        #expect(groups[1].policy.retry == RetryPolicy(outOfMemory: 2, avoidsEngine: true, memoryFactor: 1.5))
        #expect(
            groups[1].policy.recoveries.map(\.retry) == [
                RetryPolicy(outOfMemory: 1, avoidsEngine: true, memoryFactor: 2)
            ])
    }

    @Test func `ranks of collective tasks arrive`() throws {
        let batch = try read(
            """
            defaults: {collective: 4}
            tasks:
              exchange: {run: ./exchange}
              gather: {collective: all, run: ./gather}
            """)
        #expect(batch.groups.map(\.policy.collective) == [4, 0])
    }

    @Test func `checks, follow and speculation arrive`() throws {
        let batch = try read(Self.whole[0])
        #expect(batch.groups.map(\.policy.speculate) == [false, true, false])
        #expect(
            batch.groups.map(\.policy.follow) == [
                nil, Follow([.group(0)]),
                Follow([.group(0), .task(TaskID(JobID(12), 3)), .job(JobID(7))], isAll: false),
            ])
        // A recovery has its task's check; functions have none.
        #expect(
            batch.templates.map(\.check) == [
                "test -d /scratch", "test -e /data/${{ n }}", "test -e /data/${{ n }}", nil,
            ])
        let copy = try TaskTemplate(decoding: batch.templates[1].encoded())
        #expect(copy == batch.templates[1])
        let compiled = try CompiledTemplate(copy, name: "solve", surroundings: Surroundings(directory: "/"))
        let check = try compiled.render(task: TaskID(JobID(1), 1), index: 1).check
        guard case .shell(let line, _, _)? = check else {
            Issue.record("\(String(describing: check)) is no shell line")
            return
        }
        #expect(line == "test -e /data/2")
    }

    static let refused: [(String, String)] = [
        ("needs: {cpu: 2}", "`cpu` is not a key of `needs`; did you mean “cpus”?"),
        ("needs: {cores: 2}", "`cores` is not a key of `needs`; did you mean “cpus”?"),
        ("needs: {mem: 2}", "`mem` is not a key of `needs`; did you mean “memory”?"),
        ("needs: {Memory: 2}", "`Memory` is not a key of `needs`; did you mean “memory”?"),
        ("needs: {gpu: 2}", "`gpu` is not a key of `needs`; did you mean “gpus”?"),
        ("needs: {tag: a}", "`tag` is not a key of `needs`; did you mean “tags”?"),
        (
            "needs: {2x: 1}",
            "the name of a quantity is a letter, then letters, digits, “_”, “-” and “.”, at most 100; found “2x”"
        ),
        ("needs: {license: 0}", "`needs.license` must be 1 to 1000000000000, found 0"),
        ("needs: {license: many}", "`needs.license` must be a whole number, found “many”"),
        ("needs: {license: '${{ name }}'}", "`${{ }}` cannot stand in `needs.license`"),
        ("needs: {memory: '${{ name }}'}", "`${{ }}` cannot stand in `needs.memory`"),
        ("needs: {tags: '${{ name }}'}", "`${{ }}` cannot stand in `needs.tags`"),
        ("needs: {tags: []}", "`needs.tags` is empty: leave it out for none"),
        (
            "needs: {memory: 2PiB}",
            "`needs.memory` must be a size as 512MiB or 4GiB, above 0 and at most 1PiB, found “2PiB”"
        ),
        (
            "needs: [4]",
            "`needs` must be a mapping with the keys cpus, memory, gpus, tags and names of quantities"
        ),
        (
            "retry: {memory-factor: 2}, needs: {memory: 1GiB}",
            "`memory-factor` needs `out-of-memory` above 0: without it no such end is tried again"
        ),
        (
            "retry: {memory-factor: 2, out-of-memory: 1}",
            "`memory-factor` needs `needs.memory`: without it there is nothing to change"
        ),
        (
            "recovery: {run: y, retry: {memory-factor: 2, out-of-memory: 1}}",
            "`memory-factor` needs `needs.memory`: without it there is nothing to change"
        ),
        (
            "retry: {memory-factor: 0.5, out-of-memory: 1}",
            "`retry.memory-factor` must be 1.0 to 1000.0, found 0.5"
        ),
        ("retry: {avoid-engine: on}", "`retry.avoid-engine` must be true or false, found “on”"),
        ("retry: {errors: '${{ name }}'}", "`${{ }}` cannot stand in `retry.errors`"),
        ("targets: []", "`targets` is empty: leave it out for any engine"),
        ("max-running: 0", "`max-running` must be 1 to 2147483648, found 0"),
        ("canary: '${{ name }}'", "`${{ }}` cannot stand in `canary`"),
        (
            "max-failures: 100.01%",
            "`max-failures` must be a number of tasks from 0 on, or a share from 0% to 100% as 5% or 2.25%, found"
        ),
        ("max-failures: -1", "`max-failures` must be a number of tasks from 0 on"),
        ("max-failures: 1.5", "`max-failures` must be a number of tasks from 0 on"),
        ("max-failures: '${{ name }}'", "`${{ }}` cannot stand in `max-failures`"),
        ("weight: 2", "`weight` is not a key of a task"),
        ("collective: 0", "`collective` must be a number of ranks, 1 to 65535, or all; found the number 0"),
        ("collective: some", "`collective` must be a number of ranks, 1 to 65535, or all; found “some”"),
        ("collective: '${{ n }}'", "`${{ }}` cannot stand in `collective`"),
        ("collective: 2, speculate: true", "`collective` goes with neither `speculate` nor `follow`"),
        ("collective: 2, follow: 12.3", "`collective` goes with neither `speculate` nor `follow`"),
        ("speculate: 'true'", "`speculate` must be true or false, found “true”"),
        ("check: ''", "`check` is empty: write a shell line, or leave it out"),
        ("check: 'test ${{ n }}'", "nothing is called “n” here"),
        ("follow: a", "the task `a` cannot follow itself"),
        ("follow: b", "no task is called “b”; `follow` takes the name of a task"),
        ("follow: {all: a, any: a}", "`follow` needs one of `all`, `any`, `job` and `label`"),
        ("follow: '${{ name }}'", "`${{ }}` cannot stand in `follow`"),
        ("after: {job: '${{ name }}'}", "`${{ }}` cannot stand in `after.job`"),
        ("timeout: 13344d", "`timeout` must be a duration of at most 36 years, found “13344d”"),
        ("retry: {delay: 13344d}", "`retry.delay` must be a duration of at most 36 years"),
    ]

    @Test(arguments: refused)
    func `C63 what a policy cannot be is refused with words`(_ field: String, _ wanted: String) {
        let found = refusal("tasks:\n  a: {run: x, \(field)}\n")
        #expect(found.contains(wanted), "\(found)")
        #expect(found.hasPrefix("b.yaml:2:"), "\(found)")
    }

    @Test(arguments: [
        ("weight: 0", "1:9: `weight` must be 0.01 to 1000 with at most two decimals, found the number 0"),
        ("weight: 1000.01", "1:9: `weight`"), ("weight: 0.001", "1:9: `weight`"),
        ("weight: '${{ n }}'", "1:9: `${{ }}` cannot stand in `weight`"),
        ("max-failures: 5 %", "1:15: `max-failures`"), ("canary: 0", "1:9: `canary`"),
        ("follow: a", "1:1: `follow` is not a key of a batch file"),
    ])
    func `C63 what the whole job cannot have is refused`(_ line: String, _ wanted: String) {
        let found = refusal("\(line)\ntasks: {a: {run: x}}")
        #expect(found.hasPrefix("b.yaml:" + wanted), "\(found)")
    }

    @Test func `a circle through after and follow is refused`() {
        #expect(
            refusal("tasks:\n  a: {run: x, after: c}\n  b: {run: x, follow: a}\n  c: {run: x, after: [b]}\n")
                == "b.yaml:2:22: these tasks wait for one another: a → c → b → a")
    }

    @Test(arguments: [
        ("0", Brake.FailureLimit.count(0)), ("5", .count(5)), ("5%", .share(500)), ("2.25%", .share(225)),
        ("0.5%", .share(50)), ("0%", .share(0)), ("100%", .share(10_000)), ("100.01%", nil), ("%", nil),
        ("1.5", nil), (".5%", nil), ("5.%", nil), ("-1%", nil), ("2147483649", nil), ("", nil), ("5 %", nil),
    ])
    func `limits of failures are read`(_ text: String, _ limit: Brake.FailureLimit?) {
        #expect(Quantity.failureLimit(text) == limit)
    }
}
