import FarmTransport
import Testing

@Suite struct SessionDeskTests {
    private let ping: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

    @Test func `a hello opens a session, whose messages are handed over`() throws {
        let farm = DeskFixture()
        let session = try #require(farm.hello(from: 1))
        #expect(farm.handler.arrivals[0].subject == "tester")
        #expect(farm.handler.arrivals[0].priorityCap == 10)
        farm.send(.query, [9], from: 1)
        #expect(farm.handler.messages.map(\.0) == [session])
        #expect(farm.desk.send(session, .reply, body: [8]) == .sent)
        #expect(farm.carrier.frames.last?.sequence == 1)
    }

    @Test func `a stranger is told to say hello first, once in a while`() {
        let farm = DeskFixture()
        for _ in 0..<1000 { farm.send(.query, from: 1) }
        #expect(farm.carrier.count(.helloFirst) == 1)
        #expect(farm.carrier.frames[0].sequence == 0)
        farm.advance(.milliseconds(200))
        farm.send(.query, from: 1)
        #expect(farm.carrier.count(.helloFirst) == 2)
        #expect(farm.desk.counters.strangers == 1001)
        #expect(farm.handler.messages.isEmpty)
    }

    @Test func `a ping is answered with the same nonce and not handed over`() {
        let farm = DeskFixture()
        farm.hello(from: 1)
        farm.send(.ping, ping, from: 1)
        #expect(farm.carrier.frames.last?.kind == .pong)
        #expect(farm.carrier.frames.last?.body == ping)
        #expect(farm.handler.messages.isEmpty)
    }

    @Test func `a gap in the sequence resets the session, and the peer says hello anew`() throws {
        let farm = DeskFixture()
        let first = try #require(farm.hello(from: 1))
        farm.raw(
            Frame(
                header: FrameHeader(kind: .query, sequence: 9),
                body: UnsafeRawBufferPointer(start: nil, count: 0)
            ).bytes,
            from: 1)
        #expect(farm.handler.losses.map(\.0) == [first])
        #expect(farm.carrier.count(.helloFirst) == 1)
        let second = try #require(farm.hello(from: 1))
        #expect(second.raw > first.raw)
        #expect(farm.desk.send(first, .reply, body: []) == .unreachable)
        #expect(farm.desk.send(second, .reply, body: []) == .sent)
    }

    @Test func `a second hello on the same connection begins a new session`() throws {
        let farm = DeskFixture()
        let first = try #require(farm.hello(from: 1))
        let second = try #require(farm.hello(from: 1))
        #expect(first != second)
        #expect(farm.handler.losses.map(\.1) == [.replaced])
        #expect(farm.desk.population == 1)
    }

    @Test(arguments: Role.allCases)
    func `C59 a message out of the role is a fault and mutes, whatever the kind`(role: Role) throws {
        let link: Set<MessageKind> = [.hello, .ping, .pong, .bye]
        let watch = link.union([.query, .subscribe, .unsubscribe, .consumed])
        let expected: [Role: Set<MessageKind>] = [
            .engine: link.union([.results, .started, .recalled, .output, .lookUp]),
            .taskClient: watch.union([.submit, .cancel]),
            .multiengineClient: watch.union([.submit, .cancel]),
            .admin: watch.union([.submit, .cancel]), .observer: watch, .launcher: watch,
        ]
        #expect(Set(MessagePermissions.kinds(role)) == expected[role])
        for kind in MessageKind.allCases where kind != .hello {
            let farm = DeskFixture()
            let session = try #require(farm.hello(from: 1, role: role))
            let origin = FakeOrigin(port: role == .engine ? .engine : .client)
            farm.send(kind, ping, from: 1, origin)
            let isAllowed = expected[role]?.contains(kind) ?? false
            #expect(farm.carrier.count(.fault) == (isAllowed ? 0 : 1), "\(kind)")
            if !isAllowed {
                #expect(farm.handler.messages.isEmpty)
                #expect(farm.handler.losses.map(\.0) == [session])
                farm.send(.ping, ping, from: 1, origin)
                #expect(farm.carrier.count(.fault) == 1)
                #expect(farm.carrier.count(.pong) == 0)
                #expect(farm.desk.counters.droppedFromMuted == 1)
            }
        }
    }

    @Test(arguments: Role.allCases)
    func `C59 a role is let in on its own port only`(role: Role) {
        let farm = DeskFixture()
        let wrong = FakeOrigin(port: role == .engine ? .client : .engine)
        #expect(farm.hello(from: 1, role: role, wrong) == nil)
        #expect(farm.desk.counters.refused(.role) == 1)
        #expect(farm.carrier.count(.fault) == 1)
        #expect(farm.lines().count == 2)
    }

    @Test func `C59 a second peer that claims a live one's key gets nothing of its`() throws {
        let farm = DeskFixture()
        let first = try #require(farm.hello(from: 1, key: 77))
        farm.advance(.milliseconds(10))
        #expect(farm.hello(from: 2, key: 77) == nil)
        #expect(farm.desk.counters.refused(.keyInUse) == 1)
        #expect(farm.carrier.count(.ping, to: DeskFixture.address(1)) == 1)
        #expect(farm.handler.losses.isEmpty)
        // It answers the ping, so it stays.
        farm.send(.pong, ping, from: 1)
        farm.advance(.seconds(3))
        farm.send(.pong, ping, from: 1)
        #expect(farm.hello(from: 2, key: 77) == nil)
        #expect(farm.desk.send(first, .reply, body: []) == .sent)
    }

    @Test func `a peer gets its key back from a connection that is dead or silent`() throws {
        let farm = DeskFixture()
        let first = try #require(farm.hello(from: 1, key: 77))
        farm.advance(.milliseconds(10))
        #expect(farm.hello(from: 2, key: 77) == nil)
        farm.advance(.milliseconds(2100))
        let second = try #require(farm.hello(from: 2, key: 77))
        #expect(farm.handler.losses.map(\.0) == [first])
        farm.carrier.gone.insert(DeskFixture.address(2))
        let third = try #require(farm.hello(from: 3, key: 77))
        #expect(farm.handler.losses.map(\.0) == [first, second])
        #expect(third.raw > second.raw)
    }

    @Test func `C59 another capability never takes a key, however silent its session is`() throws {
        let farm = DeskFixture()
        farm.hello(from: 1, key: 77)
        farm.gate.holder = "2"
        for _ in 0..<3 {
            farm.advance(.milliseconds(2100))
            farm.send(.pong, ping, from: 1)
            farm.advance(.milliseconds(2100))
            #expect(farm.hello(from: 2, key: 77) == nil)
        }
    }

    @Test func `C59 messages under another identity than the session's are not taken`() throws {
        let farm = DeskFixture()
        farm.hello(from: 1, role: .taskClient, FakeOrigin(userID: "task-client:1:ann"))
        farm.send(.query, from: 1, FakeOrigin(userID: "observer:2:bob"))
        #expect(farm.handler.messages.isEmpty)
        #expect(farm.handler.losses.count == 1)
        #expect(farm.carrier.count(.helloFirst) == 1)
    }

    @Test func `a revoked holder is muted at the next sweep`() throws {
        let farm = DeskFixture()
        let session = try #require(farm.hello(from: 1))
        farm.gate.withdrawn = ["1"]
        farm.gate.revisionCount = 1
        farm.advance(.seconds(2))
        #expect(farm.handler.losses.map(\.0) == [session])
        #expect(farm.carrier.count(.fault) == 1)
    }

    @Test func `a busy link is pinged every 250 ms, so its death is noticed at once`() throws {
        let farm = DeskFixture()
        let busy = try #require(farm.hello(from: 1, role: .engine))
        farm.hello(from: 2)
        farm.desk.setBusy(busy, true)
        for _ in 0..<4 { farm.advance(.milliseconds(250)) }
        #expect(farm.carrier.count(.ping, to: DeskFixture.address(1)) == 4)
        #expect(farm.carrier.count(.ping, to: DeskFixture.address(2)) == 0)
        farm.carrier.gone.insert(DeskFixture.address(1))
        farm.advance(.milliseconds(250))
        #expect(farm.handler.losses.map(\.1) == [.unreachable])
    }

    @Test func `what a peer sent before it ended still counts`() throws {
        let farm = DeskFixture()
        let session = try #require(farm.hello(from: 1))
        farm.carrier.gone.insert(DeskFixture.address(1))
        #expect(farm.desk.send(session, .reply, body: []) == .unreachable)
        #expect(farm.handler.losses.isEmpty)
        farm.send(.query, [7], from: 1)
        #expect(farm.handler.messages.map(\.2) == [[7]])
        farm.advance(1)
        #expect(farm.handler.losses.map(\.1) == [.unreachable])
    }

    @Test func `a session of which nothing is heard is lost, unless the controller itself stood still`() {
        let farm = DeskFixture()
        farm.hello(from: 1)
        farm.advance(.seconds(60))
        #expect(farm.handler.losses.isEmpty)
        for _ in 0..<3 { farm.advance(.seconds(2)) }
        #expect(farm.handler.losses.map(\.1) == [.silent])
    }

    @Test func `what a slow peer does not take waits in order, and the peer is dropped at the limit`() throws
    {
        let farm = DeskFixture { $0.backlogBytes = 10_000 }
        let session = try #require(farm.hello(from: 1))
        farm.carrier.full.insert(DeskFixture.address(1))
        for number in 0..<5 { #expect(farm.desk.send(session, .reply, body: [UInt8(number)]) == .wouldBlock) }
        farm.carrier.full = []
        farm.advance(.milliseconds(2))
        #expect(farm.carrier.frames.filter { $0.kind == .reply }.map(\.body) == [[0], [1], [2], [3], [4]])
        farm.carrier.full.insert(DeskFixture.address(1))
        #expect(farm.desk.send(session, .reply, body: [UInt8](repeating: 0, count: 20_000)) == .unreachable)
        farm.advance(1)
        #expect(farm.handler.losses.map(\.1) == [.tooSlow])
    }

    @Test func `a handler may send, and mute, from within its calls`() throws {
        let farm = DeskFixture()
        let session = try #require(farm.hello(from: 1))
        farm.handler.onMessage = { [desk = farm.desk] session in
            desk.send(session, .reply, body: [1])
            desk.mute(session, code: .malformed, message: "no")
        }
        farm.send(.query, [UInt8](repeating: 1, count: 600_000), from: 1)
        #expect(farm.carrier.frames.suffix(2).map(\.kind) == [.reply, .fault])
        #expect(farm.handler.losses.map(\.0) == [session])
    }

    @Test func `C61 random frames leave other sessions and memory alone`() throws {
        let farm = DeskFixture { $0.sessions = 200 }
        let good = try #require(farm.hello(from: 1))
        var generator = SeededGenerator(seed: 61)
        var hello = HelloMessage(client: UniqueKey(high: 0, low: 0), grant: [1, 2, 3]).encoded
        hello = Frame.make(.hello, 1, hello)
        for number in 0..<20_000 {
            var frame = hello
            if number % 2 == 0 {
                frame = (0..<Int.random(in: 0...80, using: &generator)).map { _ in
                    .random(in: 0...255, using: &generator)
                }
            }
            for _ in 0..<Int.random(in: 0...4, using: &generator) where !frame.isEmpty {
                frame[.random(in: frame.indices, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            farm.raw(frame, from: .random(in: 2...400, using: &generator))
        }
        #expect(farm.desk.population <= 200)
        #expect(farm.handler.losses.allSatisfy { $0.0 != good })
        farm.send(.query, [1], from: 1)
        #expect(farm.handler.messages.last?.0 == good)
    }
}

extension Frame {
    /// The bytes of a frame made by hand.
    static func make(_ kind: MessageKind, _ sequence: UInt64, _ body: [UInt8], more: Bool = false) -> [UInt8]
    {
        body.withUnsafeBytes {
            Frame(header: FrameHeader(kind: kind, hasMore: more, sequence: sequence), body: $0).bytes
        }
    }
}
