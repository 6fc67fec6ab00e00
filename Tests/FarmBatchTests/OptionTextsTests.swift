import FarmBatch
import FarmTemplate
import Testing

/// Options of the command line that are written as in a batch file.
@Suite struct OptionTextsTests {
    private let key = UniqueKey(high: 1, low: 2)
    private let here = Surroundings(directory: "/")

    private func options(_ texts: OptionTexts, needs: Needs = Needs()) throws -> CommandOptions {
        var options = CommandOptions(policy: TaskPolicy(needs: needs))
        try options.read(texts)
        return options
    }

    private func part(_ texts: OptionTexts) async throws -> SubmissionPart {
        var batch = try BatchReader.command(["true"], options: options(texts))
        try await batch.resolve { reference in
            switch reference.wanted {
            case .selector(let name): [.job(JobID(UInt32(name.utf8.count)))]
            case .labels: [.job(JobID(77))]
            }
        }
        let parts = batch.parts(key: key, surroundings: here)
        return try #require(parts.first)
    }

    private func problems(_ texts: OptionTexts) -> [String] {
        do {
            _ = try BatchReader.command(["true"], options: options(texts))
            return []
        } catch { return (error as? BatchError)?.problems.map(\.description) ?? ["\(error)"] }
    }

    @Test(arguments: [
        ("2", RetryPolicy(failure: 2)),
        (
            "{failure: 2, exit-codes: [75], delay: 1s, factor: 2, max-delay: 1m, jitter: 0.5}",
            RetryPolicy(
                failure: 2, exitCodes: [75], delayNanoseconds: .seconds(1), factor: 2,
                maximumDelayNanoseconds: .seconds(60), jitter: 0.5)
        ),
        (
            "{timeout: 1, engine-lost: 0, out-of-memory: 3, errors: [Busy]}",
            RetryPolicy(timeout: 1, outOfMemory: 3, engineLost: 0, errors: ["Busy"])
        ),
    ])
    func `retry has the words of a batch file`(_ text: String, _ wanted: RetryPolicy) throws {
        #expect(try options(OptionTexts(retry: text)).policy.retry == wanted)
        let file = try read("tasks: {a: {run: x, retry: \(text)}}\n")
        #expect(file.groups[0].policy.retry == wanted)
    }

    @Test(arguments: [
        ["heat"], ["12", "heat~1"], ["{any: [heat, 12.3], when: ended}"], ["{all: heat}"],
        ["{at-least: 2, of: [heat, {label: {night: \"1\"}}, {job: [a, b]}]}"], ["{job: heat}"],
        ["[heat, {any: [a, '0755'], when: failed}, 7]"],
        ["heat", "{label: {project: heat}}", "{any: [x, y]}"],
    ])
    func `what --after says stands the same in the file of a sweep`(
        _ texts: [String]
    ) async throws {
        let option = try BatchReader.command(["true"], options: options(OptionTexts(after: texts)))
        let yaml = try #require(try OptionTexts.afterInFile(texts))
        let file = try read("tasks: {a: {run: x, after: \(yaml)}}\n")
        let (wanted, found) = (try await conditions(option), try await conditions(file))
        #expect(!wanted.isEmpty && found == wanted, "\(yaml)")
    }

    @Test(arguments: [
        ["heat"], ["12", "heat~1"], ["{any: [heat, 12.3]}"], ["{all: [a, b]}", "heat"], ["{all: a}", "b"],
        ["{label: {night: \"1\"}}", "12"],
    ])
    func `what --follow says stands the same in the file of a sweep`(
        _ texts: [String]
    ) async throws {
        let option = try BatchReader.command(["true"], options: options(OptionTexts(follow: texts)))
        let yaml = try #require(try OptionTexts.followInFile(texts))
        let file = try read("tasks: {a: {run: x, follow: \(yaml)}}\n")
        let (wanted, found) = (try await conditions(option), try await conditions(file))
        #expect(!wanted.isEmpty && found == wanted, "\(yaml)")
        #expect(file.groups[0].policy.follow?.isAll == option.groups[0].policy.follow?.isAll)
    }

    /// What a task waits for and follows: each source that has to be there by itself, others together.
    private func conditions(_ batch: Batch) async throws -> Set<String> {
        var batch = batch
        try await batch.resolve { reference in
            // A job for each name.
            let text = "\(reference.wanted)"
            return [.job(JobID(text.utf8.reduce(17) { $0 &* 31 &+ UInt32($1) }))]
        }
        var found: Set<String> = []
        for after in batch.groups[0].after {
            if after.quorum == .all {
                for source in after.sources { found.insert("\(source) \(after.when)") }
            } else {
                found.insert("\(after.sources.map { "\($0)" }.sorted()) \(after.quorum) \(after.when)")
            }
        }
        for source in batch.groups[0].policy.follow?.sources ?? [] { found.insert("follow \(source)") }
        return found
    }

    @Test func `after and follow have the words of a batch file, and names are those of jobs`() async throws {
        let group = try await part(
            OptionTexts(after: [
                "heat", "{any: [1, {job: heat~1}], when: ended}", "12", "{label: {night: \"1\"}}",
            ])
        ).groups[0]
        #expect(
            group.after == [
                Dependency([.job(JobID(4)), .job(JobID(2))]),
                Dependency([.job(JobID(1)), .job(JobID(6))], quorum: .any, when: .ended),
                Dependency([.job(JobID(77))]),
            ])
        let any = try await part(OptionTexts(follow: ["{any: [1, 22]}"])).groups[0]
        #expect(any.policy.follow == Follow([.job(JobID(1)), .job(JobID(2))], isAll: false))
        let all = try await part(OptionTexts(follow: ["1", "{job: heat}"])).groups[0]
        #expect(all.policy.follow == Follow([.job(JobID(1)), .job(JobID(4))]))
    }

    @Test func `a recovery is a shell line or what a batch file has`() async throws {
        let line = try await part(OptionTexts(recovery: "./fallback --x"))
        #expect(try TaskTemplate(decoding: line.templates[1]).body == .shell("./fallback --x"))
        #expect(line.groups[0].policy.recoveries == [Recovery(template: 1)])
        let two = try await part(
            OptionTexts(recovery: "[{run: [./a, b], retry: 1}, {run: ./b, timeout: 5}]"))
        #expect(
            two.groups[0].policy.recoveries == [
                Recovery(template: 1, retry: RetryPolicy(failure: 1)),
                Recovery(template: 2, timeoutNanoseconds: .seconds(5)),
            ])
        #expect(try TaskTemplate(decoding: two.templates[1]).body == .arguments(["./a", "b"]))
    }

    @Test(arguments: [
        (
            OptionTexts(retry: "{failure: 2, factro: 2}"),
            "--retry:1:14: `factro` is not a key of `retry`; did you mean “factor”?"
        ),
        (OptionTexts(retry: "-1"), "--retry:1:1: `retry` must be 0 to 1000000, found -1"),
        (OptionTexts(retry: "often"), "--retry:1:1: `retry` must be a whole number, found “often”"),
        (OptionTexts(retry: ""), "--retry:1:1: expected a value, found nothing"),
        (
            OptionTexts(retry: "{out-of-memory: 1, memory-factor: 2}"),
            "--retry:1:20: `memory-factor` needs `needs.memory`: without it there is nothing to change"
        ),
        (
            OptionTexts(after: ["{any: [1], when: over}"]),
            "--after:1:18: `when` must be succeeded, failed or ended, found “over”"
        ),
        (OptionTexts(after: ["{any: []}"]), "--after:1:7: `after` is empty: name a task, or leave it out"),
        (
            OptionTexts(follow: ["{any: [1]}", "2"]),
            "--follow:1:1: `any` cannot stand beside another --follow: put all names into its list"
        ),
        (
            OptionTexts(recovery: "{run: x, after: 1}"),
            "--recovery:1:10: `after` is not a key of `recovery`; expected one of run, call, with, python, env, dir, setup, check, shell, stdin, stdout, stderr, result, output-limit, retry, timeout, grace"
        ),
        (
            OptionTexts(recovery: "{run: 'x ${{ n }}'}"),
            "--recovery:1:10: nothing is called “n” here; known: name, index, task_id, job"
        ),
    ])
    func `C63 errors name the option and the place in its value`(_ texts: OptionTexts, _ wanted: String) {
        #expect(problems(texts) == [wanted])
    }

    @Test func `all that is wrong is told at once`() {
        #expect(problems(OptionTexts(retry: "x", recovery: "{}", after: ["{}"], follow: ["{}"])).count == 4)
    }
}
