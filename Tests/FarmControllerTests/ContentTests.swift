import FarmStore
import FarmTransport
import Testing

/// Tasks that are found again by what they depended on.
@Suite struct ContentTests {
    private let key = ContentKey(high: 1, low: 2)

    private func submit(_ bench: NodeBench, _ count: Int, number: UInt64, skips: Bool = true) {
        var policy = TaskPolicy()
        policy.skipsUnchanged = skips
        let part = SubmissionPart(
            key: UniqueKey(high: number, low: number), part: 0, isLast: true, follows: false,
            header: JobHeader(), templates: [[]],
            groups: [GroupSpec(template: 0, count: UInt32(count), policy: policy)])
        bench.receive(NodeBench.client, .submit, part.encoded)
        bench.turn()
    }

    private func end(
        _ bench: NodeBench, _ entry: DispatchEntry, batch: UInt64, key: ContentKey, value: UInt8,
        source: TaskID? = nil
    ) {
        let payload = AttemptPayload(
            value: .init(codec: 1, bytes: [value]),
            content: ContentRecord(key: key, outputs: [UInt8](repeating: value, count: 32)), source: source)
        bench.receive(
            NodeBench.engine, .results,
            bench.results(batch, bench.result(of: entry, payload: payload.encoded)))
        bench.turn()
    }

    private func lookUp(_ bench: NodeBench, _ entry: DispatchEntry, _ key: ContentKey) throws -> FoundMessage
        .Entry?
    {
        let before = bench.sent[NodeBench.engine]?.count ?? 0
        bench.receive(
            NodeBench.engine, .lookUp,
            LookUpMessage(entries: [.init(name: entry.name, key: key)]).encoded)
        bench.turn()
        let answers = (bench.sent[NodeBench.engine] ?? []).dropFirst(before).filter { $0.kind == .found }
        #expect(answers.count == 1)
        return try answers.first.map { try FoundMessage(decoding: $0.body).entries }?.first
    }

    @Test func `the newest success of a key is found, with its value, and whose that was at first`() throws {
        let bench = NodeBench()
        submit(bench, 3, number: 7)
        let entries = try bench.dispatches()
        #expect(try lookUp(bench, entries[0], key)?.task == nil)
        end(bench, entries[0], batch: 1, key: key, value: 5)
        let found = try lookUp(bench, entries[1], key)
        #expect(found?.task == entries[0].name.task)
        let payload = try AttemptPayload(decoding: found?.sections ?? [])
        #expect(payload.value?.bytes == [5])
        #expect(payload.content?.key == key && payload.content?.outputs.first == 5)
        end(bench, entries[1], batch: 2, key: key, value: 6, source: entries[0].name.task)
        let second = try lookUp(bench, entries[2], key)
        #expect(second?.task == entries[1].name.task)
        #expect(try AttemptPayload(decoding: second?.sections ?? []).source == entries[0].name.task)
        #expect(bench.node.unchangedTask(key, owner: "me")?.task == entries[0].name.task)
        #expect(try lookUp(bench, entries[2], ContentKey(high: 2, low: 1))?.task == nil)
    }

    @Test func `nobody finds another owner's, a failure's, or one that is purged`() throws {
        let bench = NodeBench()
        submit(bench, 2, number: 7)
        let entries = try bench.dispatches()
        bench.receive(
            NodeBench.engine, .results,
            bench.results(
                1,
                bench.result(
                    of: entries[0], payload: AttemptPayload(content: ContentRecord(key: key)).encoded,
                    isGood: false)))
        bench.turn()
        #expect(bench.node.unchangedTask(key, owner: "me") == nil)
        end(bench, entries[1], batch: 2, key: key, value: 1)
        #expect(bench.node.unchangedTask(key, owner: "somebody") == nil)
        #expect(bench.node.unchangedTask(key, owner: "me") != nil)
        #expect(bench.node.purge(entries[0].name.task.job) == nil)
        bench.turn()
        #expect(bench.node.unchangedTask(key, owner: "me") == nil)
    }

    @Test func `only jobs that say so are found again, and a value that is too large is not handed on`()
        throws
    {
        let bench = NodeBench()
        submit(bench, 1, number: 7, skips: false)
        submit(bench, 1, number: 8)
        let entries = try bench.dispatches()
        end(bench, entries[0], batch: 1, key: key, value: 1)
        #expect(bench.node.unchangedTask(key, owner: "me") == nil)
        let large = AttemptPayload(
            value: .init(codec: 1, bytes: [UInt8](repeating: 0, count: NamedResult.mostBytes + 1)),
            content: ContentRecord(key: key))
        bench.receive(
            NodeBench.engine, .results, bench.results(2, bench.result(of: entries[1], payload: large.encoded))
        )
        bench.turn()
        #expect(bench.node.unchangedTask(key, owner: "me") == nil)
    }

    @Test func `they are found again after a restart`() throws {
        let ledger = MemoryLedger(isReplayable: true)
        let bench = NodeBench(ledger: ledger)
        submit(bench, 40, number: 7)
        for batch in 1...10 {
            let entries = try bench.dispatches()
            for (index, entry) in entries.enumerated() where index / 4 == batch - 1 {
                end(
                    bench, entry, batch: UInt64(index + 1),
                    key: ContentKey(high: 9, low: UInt64(entry.name.task.index)),
                    value: UInt8(entry.name.task.index))
            }
        }
        let next = NodeBench(ledger: ledger)
        for index in 0..<40 {
            let found = next.node.unchangedTask(ContentKey(high: 9, low: UInt64(index)), owner: "me")
            #expect(found?.task == TaskID(JobID(1), UInt32(index)))
            #expect(found?.outputs.first == UInt8(index))
        }
    }

    @Test func `a message that is none mutes its sender, and clients may not look up`() {
        let bench = NodeBench()
        bench.receive(NodeBench.engine, .lookUp, [1, 2, 3])
        #expect(bench.muted[NodeBench.engine] == .malformed)
        for role in Role.allCases where role != .engine {
            #expect(!MessagePermissions.allows(role, .lookUp))
        }
    }
}
