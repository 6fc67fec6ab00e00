import FarmTransport
import Testing

/// Jobs that do tasks of another again, at the controller's node.
@Suite struct RetryTests {
    private let bench = NodeBench(slots: 64, keeps: true)

    private func request(
        _ job: UInt32 = 1, _ range: Range<UInt32>? = nil, failed: Bool = false, dependents: Bool = false,
        key: UInt64 = 99
    ) -> RetryRequest {
        RetryRequest(
            key: UniqueKey(high: key, low: key), job: JobID(job), range: range, failedOnly: failed,
            dependents: dependents)
    }

    private func retry(_ request: RetryRequest) throws -> JobID {
        try bench.node.retry(request, owner: "me", priorityCap: .max).get()
    }

    /// Submits groups of so many tasks, each after the ones that `after` names, and ends what is dispatched:
    /// badly where `fails` says so, by group and offset.
    private func run(
        _ groups: [(count: UInt32, after: [Dependency])], fails: (UInt32, UInt32) -> Bool
    ) throws {
        let specs = groups.enumerated().map { number, group in
            GroupSpec(template: 0, count: group.count, name: "g\(number)", after: group.after)
        }
        let part = SubmissionPart(
            key: UniqueKey(high: 1, low: 1), part: 0, isLast: true,
            header: JobHeader(name: "heat", labels: [Label(key: "a", value: "b")]), templates: [[1]],
            groups: specs)
        bench.receive(NodeBench.client, .submit, part.encoded)
        try endAll(fails)
    }

    /// Answers every dispatch that has no answer yet, until there is none.
    private func endAll(_ fails: (UInt32, UInt32) -> Bool = { _, _ in false }) throws {
        var batch: UInt64 = 0
        while true {
            bench.turn()
            let live = Set(bench.node.scheduler.attempts(atEngine: EngineID(0)).map(\.task))
            let open = try bench.dispatches().filter { live.contains($0.name.task) }
            guard !open.isEmpty else { return }
            batch += 1
            for entry in open {
                let isGood = !fails(entry.group, entry.index)
                bench.receive(
                    NodeBench.engine, .results, bench.results(batch, bench.result(of: entry, isGood: isGood)))
            }
        }
    }

    private func states(_ job: UInt32) -> [TaskState?] {
        bench.node.scheduler.newestStates(of: JobID(job))!.map { $0 == 0 ? nil : TaskState(rawValue: $0) }
    }

    @Test func `C45 a retry keeps every option, and its tasks are the old ones by index and payload`() throws
    {
        bench.submit(5)
        try endAll { _, index in index % 2 == 1 }
        let before = try bench.payloads().count
        let job = try retry(request(failed: true))
        bench.turn()
        #expect(Array(try bench.payloads()[before...]) == [[1], [3]])
        let again = bench.node.scheduler.summary(of: job)
        #expect(again?.supersedes == JobID(1) && again?.taskCount == 2)
        #expect(bench.node.scheduler.points(of: job, in: 0..<2) == [1, 3])
        // The same request once more is the same job.
        let same = try retry(request(failed: true))
        #expect(same == job)
        try endAll()
        #expect(states(1).allSatisfy { $0 == .succeeded })
        let refusal = bench.node.retry(request(failed: true, key: 5), owner: "me", priorityCap: .max)
        #expect(throws: RetryRefusal.self) { try refusal.get() }
    }

    @Test func `C45 what is retried again is taken from the first job, and the newest end counts`() throws {
        try run([(4, [])]) { _, _ in true }
        let first = try retry(request(failed: true, key: 11))
        try endAll { _, index in index < 2 }
        #expect(states(1) == [.failed, .failed, .succeeded, .succeeded])
        let second = try retry(request(first.raw, failed: true, key: 12))
        let summary = bench.node.scheduler.summary(of: second)
        #expect(summary?.supersedes == JobID(1) && summary?.taskCount == 2)
        #expect(summary?.name == "heat" && summary?.labels == [Label(key: "a", value: "b")])
        // What is under way is not done a third time, and who asks is told where it is.
        for (ask, code) in [
            (request(failed: true, key: 13), RetryRefusal.Code.nothing),
            (request(1, 1..<2, key: 14), .unfinished), (request(first.raw, 1..<2, key: 15), .unfinished),
        ] {
            guard case .failure(let refusal) = bench.node.retry(ask, owner: "me", priorityCap: .max) else {
                Issue.record("\(ask) was taken")
                continue
            }
            #expect(refusal.code == code)
            let words = ["done again by \(second).", "`tasks wait \(second)`", "`tasks cancel \(second)."]
            #expect(words.allSatisfy { refusal.message.contains($0) }, "\(refusal.message)")
        }
        try endAll()
        #expect(states(1).allSatisfy { $0 == .succeeded })
    }

    @Test(arguments: [
        (Dependency.Quorum.all, 2, 3), (.any, 0, 0), (.atLeast(3), 2, 3), (.atLeast(2), 0, 0),
    ])
    func `dependents come again behind those that failed, as far as the others do not do`(
        quorum: Dependency.Quorum, failed: Int, again: Int
    ) throws {
        // Of four tasks two fail; one task waits for so many of them.
        try run([(4, []), (1, [Dependency([.group(0)], quorum: quorum)])]) { group, index in
            group == 0 && index < 2
        }
        guard failed > 0 else {
            #expect(states(1).last == .succeeded)
            return
        }
        #expect(states(1).last == .impossible)
        let job = try retry(request(failed: true, dependents: true))
        #expect(bench.node.scheduler.summary(of: job)?.taskCount == UInt32(again))
        bench.turn()
        #expect(bench.node.scheduler.summary(of: job)?.counts.waiting == 1)
        try endAll()
        #expect(states(1).allSatisfy { $0 == .succeeded })
    }

    @Test func `tasks that have not ended, or are not there, are not retried`() throws {
        bench.submit(2)
        bench.turn()
        for (request, code) in [
            (request(), RetryRefusal.Code.unfinished), (request(77), .unknown),
            (request(failed: true), .nothing),
        ] {
            guard case .failure(let refusal) = bench.node.retry(request, owner: "me", priorityCap: 0) else {
                Issue.record("\(request) was taken")
                continue
            }
            #expect(refusal.code == code)
        }
    }
}
