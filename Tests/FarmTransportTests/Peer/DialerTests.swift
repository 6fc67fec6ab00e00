import Testing

@testable import FarmTransport

@Suite struct DialerTests {
    private let capability: Capability
    private let start = Instant(nanoseconds: .seconds(5))

    init() throws {
        let profile = try TestProfile()
        capability = try profile.issue(
            .taskClient, endpoints: ["tcp://10.0.0.1:1", "ipc:///here", "ipc:///away"])
    }

    private func dialer(patience: Int64) -> Dialer {
        var options = PeerOptions()
        options.patienceNanoseconds = patience
        var dialer = Dialer(options, at: start)
        dialer.beginRound(capability.endpoints) { $0 == "/here" }
        return dialer
    }

    @Test func `sockets of this host come first, those of others are left out`() {
        var dialer = dialer(patience: 0)
        #expect(dialer.next() == "ipc:///here")
        #expect(dialer.next() == "tcp://10.0.0.1:1")
        #expect(dialer.next() == nil)
    }

    @Test func `without patience the first round decides, and names every address`() {
        var dialer = dialer(patience: 0)
        dialer.failed("ipc:///here", .absent)
        dialer.failed("tcp://10.0.0.1:1", .mute)
        guard case .giveUp(let error) = dialer.endRound(capability, at: start) else {
            Issue.record("it goes on")
            return
        }
        #expect(error.code == .noController)
        for endpoint in capability.endpoints { #expect(error.message.contains(endpoint)) }
    }

    @Test func `waits double up to the longest, and end with the patience`() {
        var dialer = dialer(patience: .seconds(10))
        var now = start
        var waits: [Int64] = []
        while case .retry(let at, _) = dialer.endRound(capability, at: now) {
            waits.append((at - now) / 1_000_000)
            now = at
        }
        #expect(waits.prefix(6) == [50, 100, 200, 400, 800, 1000])
        #expect(now - start == .seconds(10))
    }

    @Test func `a refused key ends it at once; a handshake that breaks off, the third time`() {
        var refused = dialer(patience: .max)
        refused.failed("tcp://10.0.0.1:1", .refused)
        guard case .giveUp(let error) = refused.endRound(capability, at: start) else {
            Issue.record("it goes on")
            return
        }
        #expect(error.code == .keyRefused)
        var broken = dialer(patience: .max)
        for round in 1...3 {
            broken.beginRound(capability.endpoints) { _ in false }
            broken.failed("tcp://10.0.0.1:1", .broken)
            switch broken.endRound(capability, at: start) {
            case .retry: #expect(round < 3)
            case .giveUp(let error):
                #expect(round == 3)
                #expect(error.code == .wrongController)
            }
        }
    }
}
