import ArgumentParser
import FarmBatch
import TaskFarm

/// What `run` and `submit` may say of the tasks of a command, of lines or of JSON Lines that do not say it
/// themselves. Not for batch files, where it stands under `defaults:`.
struct TaskFlags: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: "Attempts after the first if a task fails, or by cause: '{failure: 2, exit-codes: [75]}'.")
    var retry: String?
    @Option(
        help:
            "What runs when all tries have failed: a shell line, or as recovery: of a batch file '{run: …}'.")
    var recovery: String?
    @Option(parsing: .unconditional, help: "How long to wait before each of them: 10, 10s, 1m30s.")
    var retryDelay: String?
    @Flag(help: "The next attempt goes to another engine than those where it failed, if there is one.")
    var avoidEngine = false
    @Option(help: "Attempts after the first if a task runs out of memory.")
    var outOfMemory: UInt32?
    @Option(help: "After that it needs so many times the memory of before, as 1.5; with --memory.")
    var memoryFactor: Double?
    @Option(
        parsing: .unconditional,
        help: "How long an attempt may run: 90, 90s, 1h30m. Not for batch files (timeout:).")
    var timeout: String?
    @Option(
        parsing: .unconditional,
        help: "When tasks must have ended, else they expire: 2h from the submission, or 2026-11-24T06:00:00Z."
    )
    var deadline: String?
    @Option(
        parsing: .unconditional, help: "From the submission to when tasks must have begun, else they expire.")
    var startWithin: String?
    @Option(parsing: .unconditional, help: "How long an attempt is thought to take.")
    var estimate: String?
    @Option(parsing: .unconditional, help: "From TERM to KILL when a task is stopped; default 5s.")
    var grace: String?
    @Option(help: "CPUs that each task needs. Not for batch files (needs:).")
    var cpus: UInt32?
    @Option(help: "Memory that each task needs: 512MiB, 4GiB.")
    var memory: String?
    @Option(help: "GPUs that each task needs.")
    var gpus: UInt32?
    @Option(help: "A named quantity that each task needs, as NAME=N: license=1; may be repeated.")
    var need: [String] = []
    @Option(help: "A tag that the engine must have; may be repeated: then all of them.")
    var tag: [String] = []
    @Option(
        help: "An engine that may take the tasks, by number, name or tag; may be repeated: then any of them.")
    var target: [String] = []
    @Option(
        help: "Queue the tasks in this lane of the one engine that --target names: in order, one at a time.")
    var lane: String?
    @Option(help: "A shell line that must succeed on an engine before a task is run there.")
    var check: String?
    @Flag(help: "Running a task twice does no harm: of one that takes too long a copy may run.")
    var speculate = false
    @Option(help: "Ranks of one pool that run each task together: a number, or all.")
    var collective: String?
    @Option(help: "Ranks that each command is started as: 4, or as mpi: of a batch file '{ranks: 4, …}'.")
    var mpi: String?
    @Option(
        help:
            "Jobs and tasks (12, heat, heat~1, 12.3) that must have succeeded before, or as '{any: [12, heat], when: ended}'; may be repeated."
    )
    var after: [String] = []
    @Option(
        help:
            "Jobs and tasks on whose engines the tasks must run, or as '{any: [12, heat]}'; may be repeated.")
    var follow: [String] = []

    func validate() throws {
        for option in durations where Quantity.nanoseconds(option.value) ?? 0 == 0 {
            throw ValidationError(
                "--\(option.name) '\(option.value)': expected 90, 90s, 1h30m, 500ms or HH:MM:SS, above 0 and at most"
                    + " 36 years")
        }
        if let deadline, let fault = Quantity.fault(inDeadline: deadline) {
            throw ValidationError("--deadline '\(deadline)': it \(fault)")
        }
        if let grace, Quantity.nanoseconds(grace) == nil {
            throw ValidationError("--grace '\(grace)': expected 10, 10s, 1m30s or HH:MM:SS, at most 36 years")
        }
        if let memoryFactor {
            guard (1...1000).contains(memoryFactor) else {
                throw ValidationError("--memory-factor \(memoryFactor): expected 1 to 1000")
            }
            if memory == nil {
                throw ValidationError("--memory-factor needs --memory, which it changes")
            }
        }
        if let cpus, !(1...Needs.mostUnits).contains(cpus) {
            throw ValidationError("--cpus \(cpus): expected 1 to \(Needs.mostUnits)")
        }
        if let gpus, gpus > Needs.mostUnits {
            throw ValidationError("--gpus \(gpus): expected at most \(Needs.mostUnits)")
        }
        if let memory, Quantity.bytes(memory) ?? 0 == 0 {
            throw ValidationError("--memory '\(memory)': expected a size as 512MiB or 4GiB, at most 1PiB")
        }
        if let lane {
            guard (1...TaskPolicy.longestLaneName).contains(lane.utf8.count) else {
                throw ValidationError(
                    "--lane '\(lane.prefix(40))': expected 1 to \(TaskPolicy.longestLaneName) characters")
            }
            guard target.count == 1 else {
                throw ValidationError("--lane needs one --target: a lane is on one engine")
            }
        }
        if let collective {
            guard Self.ranks(collective) != nil else {
                throw ValidationError(
                    "--collective '\(collective)': expected a number of ranks, 1 to \(PoolSeat.most), or all")
            }
            if speculate || !follow.isEmpty {
                throw ValidationError(
                    "--collective goes with neither --speculate nor --follow: its ranks run once, on one pool"
                )
            }
        }
        if mpi != nil, collective != nil || cpus != nil {
            throw ValidationError(
                "--mpi goes with neither --collective nor --cpus: it says itself how many CPUs its ranks need"
            )
        }
        for (option, words) in [("tag", tag), ("target", target), ("after", after), ("follow", follow)] {
            for word in words where !(1...1024).contains(word.utf8.count) && !OptionTexts.isMapping(word) {
                throw ValidationError("--\(option) '\(word.prefix(40))': expected 1 to 1024 characters")
            }
            try Self.refuseExpressions(option, words)
        }
        try Self.refuseExpressions("lane", lane.map { [$0] } ?? [])
        _ = try needs()
    }

    /// What the scheduler reads is the same for all tasks: an engine with such a name never comes.
    static func refuseExpressions(_ option: String, _ words: [String]) throws {
        for word in words where word.contains("${{") {
            throw ValidationError(
                "--\(option) '\(word.prefix(40))': `${{ }}` cannot stand there: what the scheduler reads is the same"
                    + " for all tasks")
        }
    }

    private func needs() throws -> Needs {
        var amounts: [String: UInt64] = [:]
        for text in need {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let amount = UInt64(parts[1]), (1...Needs.mostNamed).contains(amount)
            else {
                throw ValidationError(
                    "--need '\(text)': expected NAME=N with N from 1 to \(Needs.mostNamed), as in license=1")
            }
            if let fault = Quantity.fault(inQuantity: String(parts[0])) {
                throw ValidationError("--need '\(text)': \(fault)")
            }
            guard amounts.updateValue(amount, forKey: String(parts[0])) == nil else {
                throw ValidationError("--need '\(text)': \(parts[0]) is given twice")
            }
        }
        return Needs(
            cpus: cpus ?? 1, memoryBytes: memory.flatMap(Quantity.bytes).map(UInt64.init) ?? 0,
            gpus: gpus ?? 0,
            named: amounts.map { NamedAmount($0.key, $0.value) }, tags: Array(Set(tag)))
    }

    /// 0 for all; nil if it is neither that nor a number of ranks.
    private static func ranks(_ text: String) -> UInt32? {
        if text == "all" { return 0 }
        return UInt32(text).flatMap { (1...PoolSeat.most).contains($0) ? $0 : nil }
    }

    func apply(to options: inout CommandOptions) throws {
        func nanoseconds(_ text: String?) -> Int64? { text.flatMap { Quantity.nanoseconds($0) } }
        var policy = options.policy
        policy.retry.delayNanoseconds = nanoseconds(retryDelay) ?? 0
        policy.retry.avoidsEngine = avoidEngine
        policy.retry.outOfMemory = outOfMemory ?? 0
        policy.retry.memoryFactor = memoryFactor ?? 1
        policy.timeoutNanoseconds = nanoseconds(timeout) ?? 0
        policy.deadline = deadline.flatMap(Quantity.deadline) ?? .none
        if let grace = nanoseconds(grace) { policy.graceNanoseconds = grace }
        policy.startWithinNanoseconds = nanoseconds(startWithin) ?? 0
        policy.estimateNanoseconds = nanoseconds(estimate) ?? 0
        policy.needs = try needs()
        policy.speculate = speculate
        policy.collective = collective.flatMap(Self.ranks)
        policy.targets = target
        policy.lane = lane ?? ""
        options.policy = policy
        options.check = check
        try options.read(
            OptionTexts(retry: retry, recovery: recovery, mpi: mpi, after: after, follow: follow))
        try checkRetry(options.policy.retry)
    }

    /// What changes a try needs one.
    private func checkRetry(_ retry: RetryPolicy) throws {
        if retryDelay != nil, retry.failure == 0, retry.timeout == 0, retry.outOfMemory == 0 {
            throw CommandFailure(.refused, "--retry-delay needs --retry: without it nothing is tried again")
        }
        if memoryFactor != nil, retry.outOfMemory == 0 {
            throw CommandFailure(.refused, "--memory-factor needs --out-of-memory, the number of tries")
        }
    }

    /// Options that are lengths of time, as they were given.
    private var durations: [GivenOption] {
        GivenOption.list([
            ("timeout", timeout), ("retry-delay", retryDelay), ("start-within", startWithin),
            ("estimate", estimate),
        ])
    }

    /// What was given.
    var given: [GivenOption] {
        durations
            + GivenOption.list([
                ("retry", retry), ("recovery", recovery), ("grace", grace),
                ("avoid-engine", avoidEngine ? "" : nil),
                ("out-of-memory", outOfMemory.map(String.init)),
                ("memory-factor", memoryFactor.map { "\($0)" }), ("cpus", cpus.map(String.init)),
                ("deadline", deadline), ("memory", memory), ("gpus", gpus.map(String.init)), ("check", check),
                ("speculate", speculate ? "" : nil), ("collective", collective), ("mpi", mpi),
                ("lane", lane),
            ])
            + [("need", need), ("tag", tag), ("target", target), ("after", after), ("follow", follow)]
            .flatMap { name, values in values.map { GivenOption(name: name, value: $0) } }
    }
}
