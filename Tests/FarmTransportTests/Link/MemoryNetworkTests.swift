import FarmTransport
import Testing

@Suite struct MemoryNetworkTests {
    /// A network with a controller that echoes, and peers that note what they get.
    private final class Farm {
        let network: MemoryNetwork
        var entries: [EchoHandler.Entry] = []
        private(set) var handler: EchoHandler!

        init(delay: @escaping () -> Int64 = { 1_000_000 }) {
            network = MemoryNetwork(delay: delay)
            start()
        }

        func start() {
            handler = EchoHandler { [unowned self] in entries.append($0) }
            network.startController(handler)
            handler.sink = network.desk
        }

        func run(for nanoseconds: Int64) {
            let end = network.now + nanoseconds
            while network.nextTimer <= end { _ = network.step() }
            network.advance(to: end)
        }
    }

    private final class Notes { var all: [TestNode.Entry] = [] }

    private func peer(_ farm: Farm, _ role: Role, key: UInt64) -> (MemoryLink, TestNode, Notes) {
        let notes = Notes()
        var node: TestNode!
        let link = farm.network.attach(role: role) { sink in
            node = TestNode(sink, role: role, key: key) { notes.all.append($0) }
            return node
        }
        return (link, node, notes)
    }

    @Test func `peers are welcomed, and messages of any length go both ways in order`() {
        var generator = SeededGenerator(seed: 3)
        let farm = Farm { Int64.random(in: 0...5_000_000, using: &generator) }
        let (link, node, notes) = peer(farm, .taskClient, key: 1)
        farm.run(for: .milliseconds(100))
        #expect(farm.entries.count == 1)
        let bodies = [[1], [UInt8](repeating: 2, count: 600_000), [3], []]
        link.perform { _ in for body in bodies { node.send(.query, body) } }
        farm.run(for: .milliseconds(200))
        #expect(notes.all.dropFirst(2) == bodies.map { .message(.reply, $0) }[...])
        withExtendedLifetime(link) {}
    }

    @Test func `a dropped connection is noticed by the next ping, and the peer comes back in a new session`()
    {
        let farm = Farm()
        let (link, _, notes) = peer(farm, .engine, key: 1)
        farm.run(for: .milliseconds(10))
        guard case .hello(let first, _, _, _) = farm.entries[0] else { return }
        farm.network.desk?.setBusy(first, true)
        farm.network.watchDesk()
        link.drop()
        farm.run(for: .seconds(1))
        #expect(farm.entries.contains(.lost(first, .unreachable)))
        #expect(notes.all.filter { $0 == .connected }.count >= 2)
        #expect(farm.entries.last != .lost(first, .unreachable))
    }

    @Test func `a killed engine with live work is lost within 250 ms and two delays`() {
        let farm = Farm()
        let (link, _, _) = peer(farm, .engine, key: 1)
        farm.run(for: .milliseconds(10))
        guard case .hello(let session, _, _, _) = farm.entries[0] else { return }
        farm.network.desk?.setBusy(session, true)
        farm.network.watchDesk()
        link.kill()
        farm.run(for: .milliseconds(252))
        #expect(farm.entries.last == .lost(session, .unreachable))
    }

    @Test func `frames held up by a short cut arrive in order; a long one ends the session on both sides`() {
        let farm = Farm()
        let (link, node, notes) = peer(farm, .taskClient, key: 1)
        farm.run(for: .milliseconds(10))
        link.perform { _ in node.send(.query, [1]) }
        link.cut()
        farm.run(for: .milliseconds(500))
        #expect(notes.all.count == 2)
        link.perform { _ in node.send(.query, [2]) }
        link.heal()
        farm.run(for: .milliseconds(10))
        #expect(notes.all.suffix(2) == [.message(.reply, [1]), .message(.reply, [2])])
        link.cut()
        farm.run(for: .seconds(20))
        #expect(notes.all.last == .disconnected)
        guard case .lost(_, let why) = farm.entries.last else {
            Issue.record("the controller did not notice")
            return
        }
        #expect(why == .silent || why == .unreachable)
        link.heal()
        farm.run(for: .seconds(1))
        #expect(notes.all.suffix(2).first == .connected)
    }

    @Test func `a stopped peer is lost by silence, and says hello anew when it goes on`() {
        let farm = Farm()
        let (link, _, notes) = peer(farm, .engine, key: 1)
        farm.run(for: .milliseconds(10))
        guard case .hello(let first, _, _, _) = farm.entries[0] else { return }
        link.stop()
        farm.run(for: .seconds(20))
        #expect(farm.entries.last == .lost(first, .silent))
        #expect(notes.all.count == 2)
        link.resume()
        farm.run(for: .seconds(3))
        #expect(notes.all.contains(.disconnected))
        guard case .hello(let second, _, _, _) = farm.entries.last else {
            Issue.record("no second hello")
            return
        }
        #expect(second.raw > first.raw)
    }

    @Test func `peers come back to a controller that was started again`() {
        let farm = Farm()
        let peers = (1...20).map { peer(farm, $0 % 2 == 0 ? .engine : .taskClient, key: UInt64($0)) }
        farm.run(for: .milliseconds(10))
        #expect(farm.entries.count == 20)
        farm.network.stopController()
        farm.run(for: .seconds(1))
        farm.entries = []
        farm.start()
        farm.run(for: .milliseconds(100))
        #expect(farm.entries.count == 20)
        for (_, _, notes) in peers { #expect(notes.all.filter { $0 == .disconnected }.count == 1) }
    }
}
