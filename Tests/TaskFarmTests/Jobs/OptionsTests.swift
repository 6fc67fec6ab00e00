import Testing

@testable import TaskFarm

/// What options become in a submission, and what is refused before anything is sent.
@Suite(.timeLimit(.minutes(1)))
struct OptionsTests {
    private func options(_ change: (inout TaskOptions) -> Void) -> TaskOptions {
        var options = TaskOptions()
        change(&options)
        return options
    }

    @Test func `needs, brakes, weight and places arrive`() throws {
        let options = options {
            ($0.cpus, $0.memoryBytes, $0.gpus) = (2, 4 << 30, 1)
            ($0.needs, $0.tags) = (["license": 2, "fpga": 1], ["ssd", "avx", "ssd"])
            ($0.maxRunning, $0.maxFailures, $0.canary, $0.weight) = (50, .percent(2.25), 3, 0.5)
            ($0.speculate, $0.follow) = (true, Follow([.job(JobID(3))], isAll: false))
            ($0.estimate, $0.retry) = (.seconds(3), RetryPolicy(outOfMemory: 1, memoryFactor: 2))
        }
        let policy = try options.group("g").policy
        #expect(
            policy.needs
                == Needs(
                    cpus: 2, memoryBytes: 4 << 30, gpus: 1,
                    named: [NamedAmount("fpga", 1), NamedAmount("license", 2)], tags: ["avx", "ssd"]))
        #expect(policy.speculate && policy.follow == Follow([.job(JobID(3))], isAll: false))
        #expect(policy.estimateNanoseconds == .seconds(3) && policy.retry.memoryFactor == 2)
        let header = try options.header(isStreaming: false, surroundings: nil)
        #expect(header.weight == 50)
        #expect(header.brake == Brake(maxRunning: 50, maxFailures: .share(225), canary: 3))
        let plain = try TaskOptions().header(isStreaming: false, surroundings: nil)
        #expect(plain.weight == 100 && plain.brake.isNone && plain.surroundings.isEmpty)
        #expect(try TaskOptions().group("g").policy == TaskPolicy())
    }

    @Test(arguments: [
        Deadline.none, .after(1), .after(.seconds(90)), .at(.zero),
        .at(Instant(nanoseconds: 1_795_000_000_000_000_000)),
    ])
    func `a deadline is so long after the submission, or a moment`(_ deadline: Deadline) throws {
        #expect(try options { $0.deadline = deadline }.group("g").policy.deadline == deadline)
    }

    @Test func `recoveries come behind the task's template, with their own policy`() throws {
        let options = options {
            $0.recoveries = [
                TaskRecovery(Square.self, retry: RetryPolicy(failure: 2), timeout: .seconds(9)),
                TaskRecovery(command: ["echo", "${{ x"], grace: .zero),
            ]
        }
        let parts = try FunctionParts.all(Fail.self, [1, 2], options)
        #expect(
            try parts[0].templates.map { try TaskTemplate(decoding: $0).body } == [
                .function("fail", with: nil), .function("square", with: nil),
                .arguments(["echo", "${{ '${{' }} x"]),
            ])
        #expect(
            parts[0].groups[0].policy.recoveries == [
                Recovery(template: 1, retry: RetryPolicy(failure: 2), timeoutNanoseconds: .seconds(9)),
                Recovery(template: 2, graceNanoseconds: 0),
            ])
        // A command needs a place to run in.
        #expect(parts[0].header?.surroundings.isEmpty == false)
    }

    static let refused: [(@Sendable (inout TaskOptions) -> Void, String)] = [
        ({ $0.cpus = 0 }, "cpus is 0; it has to be 1 to 65536"),
        ({ $0.memoryBytes = -1 }, "memoryBytes is -1"), ({ $0.gpus = 70_000 }, "gpus is 70000"),
        ({ $0.needs = ["license": 0] }, "needs[\"license\"] is 0"),
        ({ $0.tags = [""] }, "tags: “” has 0 bytes"),
        ({ $0.timeout = .seconds(-1) }, "timeout is -1.0 seconds; it has to be above 0, or nil for none"),
        ({ $0.timeout = .zero }, "timeout is 0.0 seconds"),
        ({ $0.timeout = .seconds(1 << 60) }, "timeout is"),
        ({ $0.deadline = .after(0) }, "deadline, in nanoseconds, is 0; it has to be 1 to"),
        ({ $0.deadline = .after(.max) }, "deadline, in nanoseconds, is 9223372036854775807"),
        ({ $0.timeout = .seconds(Int64.max) }, "it has to be 0 to 36 years"),
        ({ $0.startWithin = .seconds(-5) }, "startWithin is -5.0 seconds"),
        ({ $0.estimate = .seconds(2_000_000_000) }, "estimate is"),
        ({ $0.grace = .seconds(-1) }, "grace is -1.0 s"),
        ({ $0.retry.delayNanoseconds = -1 }, "delayNanoseconds of retry is -1"),
        ({ $0.retry.maximumDelayNanoseconds = .max }, "maximumDelayNanoseconds of retry is"),
        ({ $0.retry.factor = .nan }, "factor of retry is nan"),
        ({ $0.retry.factor = 0.5 }, "factor of retry is 0.5"),
        ({ $0.retry.jitter = 1.5 }, "jitter of retry is 1.5"),
        ({ $0.retry.memoryFactor = 0 }, "memoryFactor of retry"),
        (
            { $0.recoveries = [TaskRecovery(shell: "x", timeout: .seconds(-1))] },
            "timeout of recovery 1 is -1.0"
        ),
        ({ $0.recoveries = Array(repeating: TaskRecovery(shell: "x"), count: 8) }, "at most 7 recoveries"),
        ({ $0.weight = 0 }, "the weight is 0.0; it has to be 0.01 to 1000"),
        ({ $0.weight = .nan }, "the weight is nan"),
        ({ $0.maxFailures = .percent(101) }, "maxFailures is a share of the tasks"),
        ({ $0.maxRunning = 0 }, "maxRunning is 0"), ({ $0.canary = -1 }, "canary is -1"),
        ({ $0.follow = Follow([]) }, "follow names no task"),
    ]

    @Test(arguments: refused.indices)
    func `what makes no sense is refused with words, before anything is sent`(_ number: Int) throws {
        let (change, wanted) = Self.refused[number]
        let error = #expect(throws: TaskClientError.self) {
            try FunctionParts.one(Square.self, 1, self.options(change))
        }
        #expect(error?.code == .badInput)
        #expect(error?.message.contains(wanted) == true, "\(error?.message ?? "")")
    }

    @Test func `a refused option leaves the client as it was, also in maps`() async throws {
        let options = self.options { $0.retry.delayNanoseconds = -5 }
        try await TestFarm.with { _, client in
            await #expect(throws: TaskClientError.self) {
                try await client.submit(Square.self, 1, options: options)
            }
            await #expect(throws: TaskClientError.self) {
                try await client.map(Square.self, [1], options: MapOptions(options))
            }
            let square = try await client.run(Square.self, 5)
            let jobs = try await client.jobs()
            #expect(square == 25 && jobs.count == 1)
        }
    }

    @Test func `C25 a recovery's value is the task's`() async throws {
        let options = self.options { $0.recoveries = [TaskRecovery(Square.self)] }
        try await TestFarm.with { _, client in
            let square = try await client.run(Fail.self, 13, options: options)
            let squares = try await client.map(Fail.self, [3, 4], options: MapOptions(options))
            #expect(square == 169 && squares == [9, 4])
        }
    }

    @Test func `a selection names what waits for it, in bounds`() throws {
        let job = JobID(12)
        #expect(try TaskSelection(job: job).sources() == [.job(job)])
        #expect(
            try TaskSelection(job: job, first: 1, count: 2).sources() == [
                .task(TaskID(job, 1)), .task(TaskID(job, 2)),
            ])
        for (bad, code) in [
            (TaskSelection(job: job, first: 1), TaskClientError.Code.badInput),
            (TaskSelection(job: job, count: 0), .badInput),
            (TaskSelection(job: job, count: 65_537), .overLimit),
        ] {
            let error = #expect(throws: TaskClientError.self) { try bad.sources() }
            #expect(error?.code == code)
        }
    }

    @Test func `jobs are found by name and label, for others to wait for`() async throws {
        try await TestFarm.with { _, client in
            let heat = TaskOptions(name: "heat", labels: ["project": "heat", "night": "7"])
            let first = try await client.submit(Square.self, 1, options: heat)
            let second = try await client.submit(Square.self, 2, options: heat)
            let other = try await client.submit(Square.self, 3, options: TaskOptions(name: "cold"))
            #expect(try await client.jobs(named: "heat").map(\.id) == [first.job.id, second.job.id])
            #expect(try await client.jobs(labelled: ["night": "7", "project": "heat"]).count == 2)
            #expect(try await client.jobs(labelled: ["night": "8"]).isEmpty)
            let after = Dependency(try await client.jobs(labelled: ["project": "heat"]), when: .ended)
            #expect(after == Dependency([.job(first.job.id), .job(second.job.id)], when: .ended))
            let last = try await client.submit(Square.self, 4, options: TaskOptions(after: [after]))
            #expect(try await last.value == 16)
            #expect(try await client.resolve("cold").sources() == [.job(other.job.id)])
            #expect(try await client.resolve("cold.0").sources() == [.task(other.id)])
        }
    }
}
