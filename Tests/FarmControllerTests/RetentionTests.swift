import FarmTransport
import Testing

@Suite struct RetentionTests {
    /// Ends so many jobs of one task and a name.
    private func run(_ bench: NodeBench, _ names: [String]) throws {
        for (number, name) in names.enumerated() {
            let part = SubmissionPart(
                key: UniqueKey(high: 1, low: UInt64(number)), part: 0, isLast: true,
                header: JobHeader(name: name), templates: [[]], groups: [GroupSpec(template: 0, count: 1)])
            bench.receive(NodeBench.client, .submit, part.encoded)
            bench.turn()
            let entry = try #require(try bench.dispatches().last)
            bench.receive(
                NodeBench.engine, .results, bench.results(UInt64(number + 1), bench.result(of: entry)))
            bench.turn()
        }
        // Jobs are not looked for in every turn.
        for _ in 0..<8 {
            bench.now = bench.now + .milliseconds(200)
            bench.turn()
        }
    }

    private func jobs(_ bench: NodeBench) -> [UInt32] { bench.node.scheduler.jobSummaries.map(\.id.raw) }

    @Test func `C49 of each name the last runs are kept`() throws {
        let bench = NodeBench {
            $0.retention.runs = 2
            $0.retention.leastAgeNanoseconds = 0
        }
        try run(bench, ["a", "b", "a", "a", "", "a", ""])
        #expect(jobs(bench) == [2, 4, 5, 6, 7])
    }

    @Test func `C49 by age the oldest go, once they are old enough`() throws {
        let bench = NodeBench { $0.retention.ageNanoseconds = .seconds(100) }
        try run(bench, ["a", "b"])
        bench.now = bench.now + .seconds(90)
        bench.turn()
        try run(bench, ["c"].map { $0 })
        #expect(jobs(bench).count >= 2)
        bench.now = bench.now + .seconds(50)
        bench.turn()
        #expect(!jobs(bench).contains(1) && !jobs(bench).contains(2))
    }

    @Test func `C49 by size the oldest go, but nothing that has not ended`() throws {
        let bench = NodeBench {
            $0.retention.bytes = 200
            $0.retention.leastAgeNanoseconds = 0
        }
        bench.submit(1, key: 1_000, isLast: false)
        try run(bench, ["a", "b", "c", "d"])
        #expect(jobs(bench).contains(1))
        #expect(jobs(bench).count <= 3)
    }

    @Test func `a job is purged when it has ended and nobody waits for it`() throws {
        let bench = NodeBench()
        bench.submit(1)
        bench.turn()
        #expect(bench.node.purge(JobID(1)) == .unfinished(1))
        #expect(bench.node.purge(JobID(9)) == .unknown)
        let entry = try #require(try bench.dispatches().last)
        bench.receive(NodeBench.engine, .results, bench.results(1, bench.result(of: entry)))
        bench.turn()
        #expect(bench.node.purge(JobID(1)) == nil)
        #expect(jobs(bench) == [])
    }

    @Test func `whoever follows a job that is purged, or never was, is told that it is gone`() throws {
        let bench = NodeBench()
        bench.receive(NodeBench.client, .subscribe, SubscribeMessage(job: JobID(9), cursor: 0).encoded)
        bench.turn()
        #expect(bench.kinds(to: NodeBench.client).filter { $0 == .gone }.count == 1)
        try run(bench, ["a"])
        bench.receive(NodeBench.client, .subscribe, SubscribeMessage(job: JobID(1), cursor: 0).encoded)
        bench.turn()
        #expect(bench.node.purge(JobID(1)) == nil)
        bench.turn()
        #expect(bench.kinds(to: NodeBench.client).filter { $0 == .gone }.count == 2)
        #expect(bench.node.usage.isEmpty)
    }
}
