import Testing

@testable import FarmTransport

@Suite(.serialized, .timeLimit(.minutes(1))) struct LiveEndpointTests {
    let profile: TestProfile

    init() throws { profile = try TestProfile() }

    private func hello(_ capability: Capability, key: UInt64 = 1) -> [UInt8] {
        Frame.make(
            .hello, 1,
            HelloMessage(client: UniqueKey(high: 2, low: key), grant: capability.grant.encode()).encoded)
    }

    @Test(arguments: ["ipc", "tcp"])
    func `a message without a session is answered with hello first`(scheme: String) async throws {
        let controller = try await TestController(profile)
        let endpoint = controller.endpoint(.client, scheme)
        let capability = try profile.issue(.taskClient, endpoints: [endpoint])
        let raw = try RawPeer(endpoint, capability: scheme == "tcp" ? capability : nil)
        raw.send(Frame.make(.query, 17, [1, 2]))
        #expect(await raw.first(.helloFirst).isEmpty)
        raw.send(hello(capability))
        let welcome = try WelcomeMessage(decoding: await raw.first(.welcome))
        #expect(welcome.role == "task-client")
        #expect(welcome.subject == "tester")
    }

    @Test func `a port that is taken is said with its number and what to do`() async throws {
        let controller = try await TestController(profile)
        let port = try #require(controller.bound.first { $0.port == .engine && $0.tcpPort != nil }?.tcpPort)
        let error = await #expect(throws: TransportError.self) {
            _ = try await TestController(profile, [Listen(.engine, .tcp(host: "127.0.0.1", port: port))])
        }
        #expect(error?.code == .addressInUse)
        #expect(error?.message.contains("port \(port)") == true)
        #expect(error?.message.contains("--engine-port") == true)
    }

    @Test func `an address that is not of this host cannot be listened on`() async throws {
        let error = await #expect(throws: TransportError.self) {
            _ = try await TestController(profile, [Listen(.client, .tcp(host: "203.0.113.7", port: nil))])
        }
        #expect(error?.code == .cannotListen)
    }

    @Test
    func `C59 over ipc the grant is the gate: missing, tampered with, expired, revoked, of another farm`()
        async throws
    {
        let controller = try await TestController(profile)
        let endpoint = controller.endpoint(.client, "ipc")
        let good = try profile.issue(.taskClient, endpoints: [endpoint])
        let expired = try profile.issue(.taskClient, endpoints: [endpoint], expires: 1)
        let revoked = try profile.issue(.taskClient, endpoints: [endpoint])
        try profile.issuer.revoke(serial: revoked.grant.serial)
        let foreign = try TestProfile().issue(.taskClient, endpoints: [endpoint])
        var tampered = good.grant.encode()
        tampered[8] = 6  // the role: admin
        let grants: [(HelloRefusal.Reason, [UInt8])] = [
            (.grant, []), (.grant, tampered), (.expired, expired.grant.encode()),
            (.revoked, revoked.grant.encode()),
            (.grant, foreign.grant.encode()),
            (.role, try profile.issue(.engine, endpoints: [endpoint]).grant.encode()),
        ]
        for (number, (reason, grant)) in grants.enumerated() {
            let raw = try RawPeer(endpoint)
            let before = await controller.ask { $0.desk.counters.refused(reason) }
            let hello = HelloMessage(client: UniqueKey(high: 3, low: UInt64(number)), grant: grant)
            raw.send(Frame.make(.hello, 1, hello.encoded))
            let fault = try FaultMessage(decoding: await raw.first(.fault))
            #expect(fault.code == reason.code)
            #expect(await controller.ask { $0.desk.counters.refused(reason) } == before + 1)
            #expect(
                controller.lines.entries.contains { $0.contains(reason.word) && $0.contains(fault.message) })
        }
        #expect(controller.journal.entries.isEmpty)
    }

    @Test func `C59 over tcp the hello's grant must be that of the connection`() async throws {
        let controller = try await TestController(profile)
        let endpoint = controller.endpoint(.client, "tcp")
        let own = try profile.issue(.observer, endpoints: [endpoint])
        let stolen = try profile.issue(.admin, endpoints: [endpoint])
        let raw = try RawPeer(endpoint, capability: own)
        raw.send(hello(stolen))
        let fault = try FaultMessage(decoding: await raw.first(.fault))
        #expect(fault.code == .notPermitted)
        #expect(await controller.ask { $0.desk.counters.refused(.identity) } == 1)
    }

    @Test func `C59 keys that are unknown, revoked, or for another controller get a clear end`() async throws
    {
        let controller = try await TestController(profile)
        let endpoint = controller.endpoint(.client, "tcp")
        let revoked = try profile.issue(.taskClient, endpoints: [endpoint])
        try profile.issuer.revoke(serial: revoked.grant.serial)
        let patient: (inout PeerOptions) -> Void = { $0.patienceNanoseconds = .max }
        let refused = try TestPeer(.loaded(revoked), role: .taskClient, patient)
        #expect(await refused.failure()?.code == .keyRefused)
        let other = try TestProfile().issue(.taskClient, endpoints: [endpoint])
        let foreign = try TestPeer(.loaded(other), role: .taskClient, patient)
        #expect(await foreign.failure()?.code == .wrongController)
        let path = "\(profile.path)/old.json"
        try profile.issue(.taskClient, endpoints: [endpoint], expires: 1).save(path: path)
        let expired = try TestPeer(.file(path: path), role: .taskClient, patient)
        #expect(await expired.failure()?.code == .expired)
    }

    @Test func `where no controller is, the error says so and names the addresses`() async throws {
        let endpoints = ["ipc://\(profile.path)/nobody", "tcp://127.0.0.1:9"]
        let peer = try TestPeer(
            .loaded(try profile.issue(.taskClient, endpoints: endpoints)), role: .taskClient)
        let error = await peer.failure()
        #expect(error?.code == .noController)
        for endpoint in endpoints { #expect(error?.message.contains(endpoint) == true) }
        let missing = try TestPeer(.file(path: "\(profile.path)/none.json"), role: .taskClient)
        #expect(await missing.failure()?.code == .noCapability)
    }

    @Test func `a capability revoked while its session is live mutes it, and the peer is told`() async throws
    {
        let controller = try await TestController(profile) { $0.heartbeatNanoseconds = .milliseconds(50) }
        let capability = try profile.issue(.engine, endpoints: [controller.endpoint(.engine, "tcp")])
        let peer = try TestPeer(.loaded(capability), role: .engine)
        let session = await peer.welcomed()
        try profile.issuer.revoke(serial: capability.grant.serial)
        #expect(await peer.failure()?.code == .keyRefused)
        let entry = await controller.journal.first { if case .lost = $0 { true } else { false } }
        guard case .lost(session, .muted) = entry else {
            Issue.record("\(entry)")
            return
        }
    }

    @Test(arguments: ["ipc", "tcp"])
    func `C61 what is no peer at all is said in the log, and others go on`(scheme: String) async throws {
        let controller = try await TestController(profile)
        let endpoint = controller.endpoint(.client, scheme)
        let capability = try profile.issue(.taskClient, endpoints: [endpoint])
        let peer = try TestPeer(.loaded(capability), role: .taskClient)
        await peer.welcomed()
        try PlainSocket(endpoint).send(Array("GET / HTTP/1.1\r\n\r\n".utf8))
        let line = await controller.lines.first { $0.contains("a connection failed") }
        #expect(line.contains(endpoint))
        peer.send(.query, [1, 2, 3])
        #expect(await peer.reply() == [1, 2, 3])
    }

    @Test func `C61 garbage on the port mutes its sender; another session goes on`() async throws {
        let controller = try await TestController(profile)
        let endpoint = controller.endpoint(.client, "ipc")
        let capability = try profile.issue(.taskClient, endpoints: [endpoint])
        let peer = try TestPeer(.loaded(capability), role: .taskClient)
        await peer.welcomed()
        var wrongVersion = hello(capability)
        wrongVersion[1] = 9
        let faulty: [[UInt8]] = [
            [], [1, 2, 3], Array("GET / HTTP/1.1\r\n\r\n".utf8), wrongVersion, Frame.make(.hello, 1, [0xFF]),
            Frame.make(.hello, 1, [UInt8](repeating: 0xFF, count: 100_000)),
        ]
        for frame in faulty {
            let raw = try RawPeer(endpoint)
            for _ in 0..<3 { raw.send(frame) }
            _ = try FaultMessage(decoding: await raw.first(.fault))
        }
        // Over the longest frame: the connection is closed unread. In parts, or amid a session: told or
        // dropped.
        let long = try RawPeer(endpoint)
        long.send([UInt8](repeating: 1, count: Channel.frameBytes + 100))
        let parts = try RawPeer(endpoint)
        parts.send(parts: [[1], [2], [3]])
        var generator = SeededGenerator(seed: 6)
        let noisy = try (0..<4).map { _ in try RawPeer(endpoint) }
        for number in 0..<4000 {
            var frame = hello(capability, key: UInt64(number))
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                frame[.random(in: frame.indices, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            noisy[number % 4].send(frame)
        }
        peer.send(.query, [1, 2, 3])
        #expect(await peer.reply() == [1, 2, 3])
        let (population, assembling) = await controller.ask { ($0.desk.population, $0.desk.assembling) }
        #expect(population <= 1 + faulty.count + 2 + noisy.count)
        #expect(assembling == 0)
    }
}
