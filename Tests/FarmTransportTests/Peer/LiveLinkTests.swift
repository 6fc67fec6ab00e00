import Testing

@testable import FarmTransport

@Suite(.serialized, .timeLimit(.minutes(1))) struct LiveLinkTests {
    let profile: TestProfile

    init() throws { profile = try TestProfile() }

    private func capability(_ controller: TestController, _ role: Role, _ scheme: String) throws -> Capability
    {
        let port = PortKind.allCases.first { $0.admits(role) } ?? .client
        return try profile.issue(role, endpoints: [controller.endpoint(port, scheme)])
    }

    @Test(arguments: ["ipc", "tcp"], Role.allCases)
    func `a peer of each role is let in and knows its session`(scheme: String, role: Role) async throws {
        let controller = try await TestController(profile)
        let peer = try TestPeer(.loaded(try capability(controller, role, scheme)), role: role)
        let session = await peer.welcomed()
        let entry = await controller.journal.first { if case .hello = $0 { true } else { false } }
        let address = scheme == "ipc" ? "ipc" : "127.0.0.1"
        #expect(entry == .hello(session, role, subject: "tester", address: address))
    }

    @Test(arguments: ["ipc", "tcp"])
    func `a message of 5 MiB arrives whole, both ways`(scheme: String) async throws {
        let controller = try await TestController(profile)
        let peer = try TestPeer(.loaded(try capability(controller, .taskClient, scheme)), role: .taskClient)
        await peer.welcomed()
        let body = (0..<5 << 20).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 2) }
        peer.send(.query, body)
        #expect(await peer.reply() == body)
        let assembling = await controller.ask { $0.desk.assembling }
        #expect(assembling == 0)
    }

    @Test func `a controller that was started again gets a new session from the same peer`() async throws {
        let listens = [
            Listen(.client, .ipc(path: profile.socket(.client))),
            Listen(.client, .tcp(host: "127.0.0.1", port: nil)),
        ]
        var controller: TestController? = try await TestController(profile, listens)
        let port = try #require(controller?.bound[1].tcpPort)
        let endpoint = try #require(controller?.bound[1].endpoint)
        let peer = try TestPeer(
            .loaded(try profile.issue(.taskClient, endpoints: [endpoint])), role: .taskClient)
        await peer.welcomed()
        controller?.stop()
        controller = nil
        _ = await peer.journal.first { $0 == .disconnected }
        let seen = peer.journal.entries.count
        let again = try await TestController(profile, [Listen(.client, .tcp(host: "127.0.0.1", port: port))])
        await peer.welcomed(after: seen)
        peer.send(.query, [4])
        #expect(await peer.reply() == [4])
        withExtendedLifetime(again) {}
    }

    @Test func `a peer that is there first waits for the file and for the controller`() async throws {
        let path = "\(profile.path)/late.json"
        let peer = try TestPeer(.file(path: path), role: .engine) { $0.patienceNanoseconds = .max }
        let first = await peer.events.first { if case .waiting = $0 { true } else { false } }
        guard case .waiting(let error) = first else { return }
        #expect(error.code == .noCapability)
        try profile.issue(.engine, endpoints: ["ipc://\(profile.socket(.engine))"]).save(path: path)
        _ = await peer.events.first {
            if case .waiting(let error) = $0 { error.code == .noController } else { false }
        }
        let controller = try await TestController(profile)
        await peer.welcomed()
        withExtendedLifetime(controller) {}
    }

    @Test func `an engine that ends is unreachable at the next ping`() async throws {
        let controller = try await TestController(profile)
        var peer: TestPeer? = try TestPeer(.loaded(try capability(controller, .engine, "ipc")), role: .engine)
        let session = await peer?.welcomed() ?? SessionID(0)
        controller.perform { $0.desk.setBusy(session, true) }
        peer = nil
        // Silence alone would be told otherwise, and later.
        let entry = await controller.journal.first { if case .lost = $0 { true } else { false } }
        #expect(entry == .lost(session, .unreachable))
    }

    @Test func `a hung peer is lost by silence`() async throws {
        let controller = try await TestController(profile) {
            $0.heartbeatNanoseconds = .milliseconds(100)
            $0.silenceNanoseconds = .milliseconds(300)
        }
        let capability = try capability(controller, .taskClient, "ipc")
        let hello = HelloMessage(client: UniqueKey(high: 1, low: 1), grant: capability.grant.encode())
        let raw = try RawPeer(capability.endpoints[0])
        raw.send(Frame.make(.hello, 1, hello.encoded))
        let entry = await controller.journal.first { if case .lost = $0 { true } else { false } }
        guard case .lost(_, let why) = entry else { return }
        #expect(why == .silent)
        withExtendedLifetime(raw) {}
    }

    @Test
    func `two peers with the same key: the first keeps its session, the second gets it when the first ends`()
        async throws
    {
        let controller = try await TestController(profile)
        let capability = try capability(controller, .engine, "ipc")
        var first: TestPeer? = try TestPeer(.loaded(capability), role: .engine, key: 9)
        await first?.welcomed()
        let second = try TestPeer(.loaded(capability), role: .engine, key: 9) {
            $0.patienceNanoseconds = .max
        }
        _ = await second.events.first { if case .waiting = $0 { true } else { false } }
        first?.send(.results, [1])
        _ = await controller.journal.first { if case .message = $0 { true } else { false } }
        #expect(!second.journal.entries.contains { if case .welcome = $0 { true } else { false } })
        first = nil
        await second.welcomed()
    }

    @Test func `stop sends what was handed over before it ends`() async throws {
        let controller = try await TestController(profile)
        let peer = try TestPeer(.loaded(try capability(controller, .taskClient, "tcp")), role: .taskClient)
        await peer.welcomed()
        let body = [UInt8](repeating: 3, count: 3 << 20)
        peer.send(.query, body)
        peer.send(.bye, ByeMessage(message: "done").encoded)
        peer.loop.stop(flushNanoseconds: .seconds(10))
        peer.loop.join()
        let entry = await controller.journal.first {
            if case .message(_, .query, _) = $0 { true } else { false }
        }
        guard case .message(let session, _, let arrived) = entry else { return }
        #expect(arrived == body)
        let lost = await controller.journal.first { if case .lost = $0 { true } else { false } }
        #expect(lost == .lost(session, .left))
    }
}
