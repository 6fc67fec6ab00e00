import FarmTransport
import Testing

@Suite struct EngineNodeTests {
    @Test func `it says hello with its grant, and claims what it holds in the next session`() throws {
        let bench = EngineBench(slots: 1)
        bench.dispatch(0..<2)
        bench.endTurn()
        bench.node.disconnected(at: bench.now)
        bench.node.grant = [4, 5]
        bench.node.connected(at: bench.now)
        let hello = try bench.sink.only(.hello, as: HelloMessage.self)
        #expect(hello.grant == [4, 5])
        #expect(hello.engine?.name == "bench")
        #expect(
            hello.claims == [
                Claim(name: EngineBench.name(0), phase: .running),
                Claim(name: EngineBench.name(1), phase: .queued),
            ])
    }

    @Test func `a turn's dispatches reach the worker in one batch, with template, index and payload`() {
        let bench = EngineBench(slots: 3)
        bench.template(group: 1)
        bench.dispatch(0..<2)
        bench.dispatch(2..<3, group: 1)
        #expect(bench.batches.isEmpty)
        bench.endTurn()
        #expect(bench.batches.count == 1)
        let batch = bench.batches[0]
        #expect(batch.items.map(\.index) == [0, 1, 2])
        #expect(batch.items.map(\.name) == (0..<3).map { EngineBench.name($0) })
        #expect(
            batch.items.map { batch.template(of: $0).message.template } == [
                [1, 2, 0], [1, 2, 0], [1, 2, 1],
            ])
        #expect(
            batch.items.map { item in batch.withPayload(of: item) { [UInt8]($0) } } == [
                [9, 0], [9, 1], [9, 2],
            ])
        #expect(batch.templates.count == 2)
    }

    @Test func `work that waited keeps its payload and its template until it starts`() {
        let bench = EngineBench(slots: 1)
        bench.dispatch(0..<3)
        bench.endTurn()
        bench.receive(.forget, JobMessage(job: JobID(1)).encoded)
        bench.node.disconnected(at: bench.now)
        bench.finish(0)
        bench.endTurn()
        bench.attach()
        bench.finish(1)
        bench.endTurn()
        let batch = bench.batches[2]
        #expect(batch.withPayload(of: batch.items[0]) { [UInt8]($0) } == [9, 2])
        #expect(batch.template(of: batch.items[0]).message.template == [1, 2, 0])
    }

    @Test func `results go once a turn, and again, unchanged, after each welcome until they are recorded`()
        throws
    {
        let bench = EngineBench()
        bench.dispatch(0..<3)
        bench.endTurn()
        bench.finish(0, [7, 7])
        bench.finish(1, [8], state: .failed)
        bench.endTurn()
        let first = bench.sink.take()
        #expect(first.map(\.kind) == [.results])
        let results = try Results(first[0].body)
        #expect(results.batch == 1)
        #expect(results.entries.map(\.payload) == [[7, 7], [8]])
        #expect(results.entries.map(\.entry.hint) == [100, 101])
        #expect(results.entries.map(\.entry.report.state) == [.succeeded, .failed])
        bench.node.disconnected(at: bench.now)
        bench.finish(2)
        bench.endTurn()
        #expect(bench.sink.take().isEmpty)
        bench.node.connected(at: bench.now)
        _ = bench.sink.take()
        bench.receive(.welcome, welcome())
        let again = bench.sink.take()
        #expect(again.map(\.kind) == [.results, .results])
        #expect(again[0].body == first[0].body)
        #expect(try Results(again[1].body).batch == 2)
        bench.receive(.recorded, RecordedMessage(batch: 2).encoded)
        bench.node.disconnected(at: bench.now)
        bench.attach()
        #expect(bench.node.heldCount == 0)
    }

    @Test func `a worker that ends its work at once is given more in the same turn`() {
        let bench = EngineBench(slots: 1)
        bench.endsAtOnce = [1]
        bench.dispatch(0..<5)
        bench.endTurn()
        #expect(bench.begun.count == 5)
        #expect(bench.sink.kinds.allSatisfy { $0 == .results })
        #expect(bench.node.unrecordedCount == 5)
    }

    @Test func `a recall is answered name by name`() throws {
        let bench = EngineBench(slots: 1)
        bench.dispatch(0..<2)
        bench.receive(.recall, NamesMessage(names: [EngineBench.name(0), EngineBench.name(1)]).encoded)
        bench.endTurn()
        let answer = try bench.sink.only(.recalled, as: RecalledMessage.self)
        #expect(answer.entries.map(\.isGivenBack) == [false, true])
        #expect(bench.begun.map(\.index) == [0])
    }

    @Test func `the worker hears of the start before the stop`() {
        let bench = EngineBench()
        bench.calls = []
        bench.dispatch(0..<1)
        bench.receive(.stop, NamesMessage(names: [EngineBench.name(0)]).encoded)
        bench.endTurn()
        #expect(bench.calls == ["begin [0]", "terminate 0 cancelled"])
    }

    @Test func `the timer tells of a start and ends what is overdue`() throws {
        let bench = EngineBench()
        bench.template(group: 1, timeout: .seconds(1))
        bench.dispatch(0..<1, group: 1)
        bench.endTurn()
        let start = bench.now
        #expect(bench.node.nextTimer == start + .milliseconds(50))
        bench.now = start + .seconds(1)
        bench.node.tick(at: bench.now)
        bench.endTurn()
        let started = try bench.sink.only(.started, as: StartedMessage.self)
        #expect(started.entries == [.init(name: EngineBench.name(0), startedAt: start)])
        #expect(bench.calls.last == "terminate 0 timeout")
        bench.finish(0, state: .failed)
        #expect(bench.node.nextTimer == .never)
    }

    @Test func `a dispatch without its template fails with a payload that says so`() throws {
        let bench = EngineBench()
        bench.dispatch(0..<1, group: 77)
        bench.endTurn()
        let result = try Results(bench.sink.take()[0].body).entries[0]
        #expect(result.entry.report.cause == .notStarted)
        #expect(try AttemptPayload(decoding: result.payload).error?.contains("template") == true)
    }

    @Test func `a result larger than the farm takes fails, with a payload that says so`() throws {
        let bench = EngineBench()
        bench.node.disconnected(at: bench.now)
        bench.attach(largest: 4096)
        bench.template()
        bench.dispatch(0..<1)
        bench.endTurn()
        bench.finish(0, [UInt8](repeating: 1, count: 4096))
        bench.endTurn()
        let result = try Results(bench.sink.take()[0].body).entries[0]
        #expect(result.entry.report.state == .failed)
        #expect(result.entry.report.cause == .badResult)
        #expect(try AttemptPayload(decoding: result.payload).error?.contains("4096 bytes") == true)
    }

    @Test func `output of a running attempt is sent in pieces, and dropped without a session`() throws {
        let bench = EngineBench()
        bench.dispatch(0..<1)
        bench.endTurn()
        let token = bench.begun[0].token
        let bytes = [UInt8](repeating: 5, count: WireLimits.output + 10)
        bytes.withUnsafeBytes { bench.node.output(token, .error, offset: 100, $0) }
        let pieces = try bench.sink.take().map { try OutputMessage(decoding: $0.body) }
        #expect(pieces.map(\.bytes.count) == [WireLimits.output, 10])
        #expect(pieces.map(\.offset) == [100, 100 + UInt64(WireLimits.output)])
        #expect(pieces.allSatisfy { $0.stream == .error && $0.name == EngineBench.name(0) })
        bench.node.disconnected(at: bench.now)
        bytes.withUnsafeBytes { bench.node.output(token, .error, offset: 0, $0) }
        #expect(bench.sink.take().isEmpty)
    }

    @Test func `C31 drain says so, gives back, and says bye when all is recorded`() throws {
        let bench = EngineBench(slots: 1)
        bench.dispatch(0..<2)
        bench.endTurn()
        bench.receive(.leave, LeaveMessage(mode: .drain).encoded)
        bench.endTurn()
        let answers = try bench.sink.take().map { try RecalledMessage(decoding: $0.body).entries }
        #expect(answers == [[], [.init(name: EngineBench.name(1), isGivenBack: true)]])
        bench.finish(0)
        bench.endTurn()
        bench.receive(.recorded, RecordedMessage(batch: 1).encoded)
        bench.endTurn()
        bench.endTurn()
        #expect(bench.sink.kinds == [.results, .bye])
        #expect(bench.calls.filter { $0 == "exit" }.count == 1)
    }

    @Test func `told to leave at once it ends what runs and leaves after the grace at the latest`() {
        let bench = EngineBench(slots: 1)
        bench.dispatch(0..<1)
        bench.endTurn()
        bench.receive(.leave, LeaveMessage(mode: .now).encoded)
        bench.endTurn()
        #expect(bench.calls.last == "terminate 0 leaving")
        bench.now = bench.now + .seconds(7)
        bench.node.tick(at: bench.now)
        bench.endTurn()
        #expect(bench.sink.kinds.last == .bye)
        #expect(bench.calls.last == "exit")
    }

    @Test func `a fault ends the session, not the attempts`() {
        let bench = EngineBench()
        bench.dispatch(0..<1)
        bench.endTurn()
        bench.receive(.fault, FaultMessage(code: .badGrant, message: "revoked").encoded)
        #expect(bench.calls.suffix(2) == ["detached", "fault bad-grant revoked"])
        #expect(bench.node.runningCount == 1)
    }

    @Test func `what stands before the broken part of a message counts`() {
        let bench = EngineBench()
        bench.receive(.dispatch, EngineBench.dispatchBody(0..<1) + [1, 2, 3])
        bench.endTurn()
        #expect(bench.calls.suffix(2) == ["malformed dispatch", "begin [0]"])
    }

    @Test func `before the welcome nothing but it is taken`() {
        let bench = EngineBench(attached: false)
        bench.node.connected(at: bench.now)
        bench.template()
        bench.dispatch(0..<1)
        bench.receive(.leave, LeaveMessage(mode: .now).encoded)
        bench.endTurn()
        #expect(bench.begun.isEmpty)
        #expect(bench.calls.isEmpty)
    }

    @Test(.timeLimit(.minutes(1)))
    func `C61 random bytes of every kind do no harm`() {
        for seed in 0..<300 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let bench = EngineBench()
            for kind in MessageKind.allCases where kind != .leave {
                var body = (0..<Int.random(in: 0..<200, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                if kind == .dispatch { body = EngineBench.dispatchBody(0..<3) }
                if !body.isEmpty {
                    body[Int.random(in: 0..<body.count, using: &random)] = UInt8.random(
                        in: 0...255, using: &random)
                }
                if seed % 2 == 0 {
                    bench.receive(kind, body)
                } else {
                    bench.node.receive(kind: kind, whole: body, at: bench.now)
                }
                bench.endTurn()
            }
            #expect(bench.node.runningCount <= 2, "seed \(seed)")
        }
    }

    @Test func `a look-up goes with the turn, again in a new session, and not behind its attempt's end`()
        throws
    {
        let bench = EngineBench(slots: 2)
        bench.dispatch(0..<2)
        bench.endTurn()
        _ = bench.sink.take()
        let key = ContentKey(high: 3, low: 4)
        bench.node.lookUp(bench.begun[0].token, key)
        bench.node.lookUp(bench.begun[1].token, key)
        #expect(bench.node.hasAnswers)
        bench.endTurn()
        let asked = try bench.sink.only(.lookUp, as: LookUpMessage.self)
        #expect(asked.entries.map(\.name) == [EngineBench.name(0), EngineBench.name(1)])
        bench.finish(1)
        bench.endTurn()
        bench.node.disconnected(at: bench.now)
        bench.attach()
        bench.endTurn()
        let again = try bench.sink.only(.lookUp, as: LookUpMessage.self)
        #expect(again.entries == [.init(name: EngineBench.name(0), key: key)])
        let task = TaskID(JobID(9), 3)
        bench.receive(
            .found,
            FoundMessage(entries: [
                .init(name: EngineBench.name(1), task: task), .init(name: EngineBench.name(0), task: task),
            ]).encoded)
        #expect(bench.calls.filter { $0.hasPrefix("found") } == ["found 9.3 0"])
    }
}
