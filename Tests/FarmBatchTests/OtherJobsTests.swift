import FarmBatch
import FarmTemplate
import Foundation
import Testing

/// Names of other jobs in `after` and `follow`.
@Suite struct OtherJobsTests {
    private let key = UniqueKey(high: 1, low: 2)
    private let here = Surroundings(directory: "/")

    /// Jobs as a controller would know them.
    private func find(_ reference: JobReference) throws -> [Dependency.Source] {
        switch reference.wanted {
        case .selector("heat"), .selector("12"): return [.job(JobID(12))]
        case .selector("heat~1"): return [.job(JobID(9))]
        case .selector("heat.3"): return [.task(TaskID(JobID(12), 3))]
        case .labels([Label(key: "project", value: "heat"), Label(key: "night", value: "7")]):
            return [.job(JobID(9)), .job(JobID(12))]
        default: throw BatchError([reference.problem("nothing is there")])
        }
    }

    private func resolved(_ after: String) async throws -> GroupSpec {
        var batch = try read("tasks:\n  a: {run: x}\n  b: {run: y, \(after)}\n")
        try await batch.resolve(find)
        #expect(batch.references.isEmpty)
        return batch.groups[1]
    }

    @Test(arguments: [
        ("{job: heat}", [Dependency([.job(JobID(12))])]),
        (
            "{job: [heat, heat~1, 12, heat.3]}",
            [Dependency([.job(JobID(12)), .job(JobID(9)), .task(TaskID(JobID(12), 3))])]
        ),
        ("{label: {project: heat, night: 7}}", [Dependency([.job(JobID(9)), .job(JobID(12))])]),
        ("{job: heat, when: ended}", [Dependency([.job(JobID(12))], when: .ended)]),
        ("{all: {job: heat}, when: failed}", [Dependency([.job(JobID(12))], when: .failed)]),
        (
            "{any: [a, {job: heat~1}, {label: {project: heat, night: 7}}]}",
            [Dependency([.group(0), .job(JobID(9)), .job(JobID(12))], quorum: .any)]
        ),
        ("{at-least: 500, of: {job: heat}}", [Dependency([.job(JobID(12))], quorum: .atLeast(500))]),
        (
            "[a, {job: heat}, {any: {job: heat~1}, when: ended}]",
            [
                Dependency([.group(0)]), Dependency([.job(JobID(12))]),
                Dependency([.job(JobID(9))], quorum: .any, when: .ended),
            ]
        ),
    ])
    func `other jobs are named by name and label`(_ after: String, _ wanted: [Dependency]) async throws {
        #expect(try await resolved("after: \(after)").after == wanted)
    }

    @Test func `what is followed may be of other jobs`() async throws {
        let both = try await resolved("follow: {any: [a, {job: heat}]}, after: {job: heat~1}")
        #expect(both.policy.follow == Follow([.group(0), .job(JobID(12))], isAll: false))
        #expect(both.after == [Dependency([.job(JobID(9))])])
        #expect(try await resolved("follow: {job: heat}").policy.follow == Follow([.job(JobID(12))]))
    }

    @Test func `C63 jobs that are not there are all told, with their places`() async throws {
        var batch = try read(
            """
            tasks:
              b: {run: y, after: {job: [heta, heat]}}
              c: {run: y, follow: {label: {project: cold}}}
            """)
        let error = await #expect(throws: BatchError.self) { try await batch.resolve(find) }
        #expect(
            error?.description
                == "b.yaml:2:29: nothing is there\nb.yaml:3:31: nothing is there")
    }

    @Test(arguments: [
        ("{at-least: 8, of: [1]}", "b.yaml:3:41"), ("{at-least: 9, of: [a, {job: heat}]}", "b.yaml:3:50"),
        ("{at-least: 3, of: [1.2, 1.5]}", "b.yaml:3:41"),
        ("{at-least: 15, of: [{label: {project: heat, night: 7}}]}", "b.yaml:3:50"),
    ])
    func `C63 at-least above the number of tasks of other jobs is refused`(
        _ after: String, _ place: String
    ) async throws {
        func resolve(_ after: String) async throws {
            var batch = try read("tasks:\n  a: {run: x}\n  b: {run: y, after: \(after)}\n")
            try await batch.resolve(
                { reference in
                    switch reference.wanted {
                    case .selector("1"): [.job(JobID(1))]
                    case .selector("1.2"): [.task(TaskID(JobID(1), 2))]
                    case .selector("1.5"): [.task(TaskID(JobID(1), 5))]
                    default: try find(reference)
                    }
                }, counting: { $0 == JobID(4) ? nil : 7 })
        }
        let error = await #expect(throws: BatchError.self) { try await resolve(after) }
        #expect(error?.description.hasPrefix(place + ": `at-least: ") == true, "\(error?.description ?? "")")
        // One fewer can be met; and of a job that is not all there nobody knows.
        let number = try #require(after.firstMatch(of: #/\d+/#).flatMap { Int($0.output) })
        try await resolve(after.replacing("\(number)", with: "\(number - 1)", maxReplacements: 1))
    }

    @Test func `a name that stands twice is looked up once, and the many that are not there are cut`()
        async throws
    {
        var batch = try read("tasks:\n  b: {run: y, after: {job: heat}, follow: {job: heat}}\n")
        var count = 0
        try await batch.resolve { reference in
            count += 1
            return try find(reference)
        }
        #expect(count == 1 && batch.groups[0].policy.follow == Follow([.job(JobID(12))]))
        let names = (0..<30).map { "j\($0)" }.joined(separator: ", ")
        var bad = try read("tasks: {b: {run: y, after: {job: [\(names)]}}}")
        let error = await #expect(throws: BatchError.self) { try await bad.resolve(find) }
        #expect(error?.problems.count == BatchError.limit && error?.isCut == true)
    }

    @Test func `C63 without a farm they are refused, with their places`() throws {
        let batch = try read("tasks:\n  b: {run: y, after: {job: heat}}\n")
        let error = #expect(throws: BatchError.self) { try batch.requireNoReferences() }
        #expect(error?.description.hasPrefix("b.yaml:2:28: other jobs are found only in a farm") == true)
        #expect(try read("tasks: {b: {run: y, after: 12}}").references.isEmpty)
    }

    @Test(arguments: [
        ("after: {job: heat, label: {a: b}}", "`after` needs one of"),
        ("after: {any: {job: heat, label: {a: b}}}", "another job is named either by `job` or by `label`"),
        ("after: {job: []}", "`after.job` is empty: name a job"),
        ("after: {job: ''}", "`after.job` must be a job's name or number"),
        ("after: {label: heat}", "`after.label` must be a mapping as {project: heat}, found “heat”"),
        ("after: {label: {}}", "`after.label` must be a mapping"),
        ("after: {any: [{jobs: heat}]}", "`jobs` is not a key of a name in `after`; did you mean “job”?"),
        ("after: heat", "no task is called “heat”; `after` takes the name of a task"),
        ("after: {labels: {a: b}}", "`labels` is not a key of `after`; did you mean “label”?"),
    ])
    func `C63 names that cannot be read are refused`(_ field: String, _ wanted: String) {
        let found = refusal("tasks: {a: {run: x, \(field)}}")
        #expect(found.contains(wanted), "\(found)")
    }

    private func lines(_ text: String, _ options: CommandOptions = CommandOptions()) throws -> JSONLinesBatch
    {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("jobs-\(UUID().uuidString)")
        try Data(text.utf8).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        return try BatchReader.jsonLines(url.path, options: options, key: key, surroundings: here)
    }

    @Test func `JSON Lines name other jobs, too, and take the rest from the command line`() async throws {
        var options = CommandOptions(policy: TaskPolicy(speculate: true))
        try options.read(OptionTexts(after: ["heat"], follow: ["heat~1"]))
        options.check = "true"
        (options.weight, options.brake) = (50, Brake(maxRunning: 3))
        let batch = try lines(
            """
            {"name": "a", "run": "x"}
            {"name": "a", "run": "y"}
            {"run": "z", "after": {"job": "heat~1"}, "follow": "a", "needs": {"license": 1}, "check": "false"}
            {"call": "f", "max-failures": "5%"}
            """, options)
        let part = try #require(try await batch.next()?.resolved(find))
        #expect(part.header?.weight == 50 && part.header?.brake.maxRunning == 3)
        #expect(part.groups.map(\.count) == [2, 1, 1])
        let heat = Dependency([.job(JobID(12))])
        #expect(part.groups.map(\.after) == [[heat], [Dependency([.job(JobID(9))])], [heat]])
        #expect(
            part.groups.map(\.policy.follow) == [
                Follow([.job(JobID(9))]), Follow([.group(0)]), Follow([.job(JobID(9))]),
            ])
        #expect(part.groups.map(\.policy.speculate) == [true, true, true])
        #expect(part.groups[1].policy.needs.named == [NamedAmount("license", 1)])
        #expect(part.groups[2].policy.brake.maxFailures == .share(500))
        #expect(
            try part.templates.map { try TaskTemplate(decoding: $0).check } == ["true", "false", nil])
    }

    @Test func `a command and lines wait for what the command line names`() async throws {
        var options = CommandOptions()
        try options.read(OptionTexts(after: ["heat", "heat.3"]))
        options.check = "test -e x"
        var batch = try BatchReader.command(["true"], options: options)
        try await batch.resolve(find)
        #expect(batch.groups[0].after == [Dependency([.job(JobID(12)), .task(TaskID(JobID(12), 3))])])
        #expect(batch.templates[0].check == "test -e x")
        try options.read(OptionTexts(after: ["nobody"]))
        var other = try BatchReader.command(["true"], options: options)
        let error = await #expect(throws: BatchError.self) { try await other.resolve(find) }
        #expect(error?.description == "--after nobody: nothing is there")
    }
}
