import Synchronization
import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct MessageTests {
    @Test(arguments: [0, 1, 33, 34, 8192, 8193, 300_000])
    func `a kept message outlives its sockets and context`(count: Int) throws {
        let sent = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let kept = try receiveAndKeep(sent)
        #expect(kept.count == count)
        #expect(kept.array == sent)
    }

    private func receiveAndKeep(_ sent: [UInt8]) throws -> SharedMessage {
        let context = try Context()
        let router = try Socket(context, .router)
        try router.bind("tcp://127.0.0.1:*")
        let dealer = try Socket(context, .dealer)
        try dealer.connect(router.lastEndpoint)
        try dealer.send(parts: [sent])
        var poller = Poller()
        _ = poller.add(router)
        _ = try poller.wait(milliseconds: 10_000)
        var message = Message()
        #expect(try router.receive(into: &message) && message.more)
        #expect(try router.receive(into: &message) && !message.more)
        #expect(message.property("Peer-Address") == "127.0.0.1")
        #expect(message.property("User-Id") == nil)
        let kept = message.keep()
        #expect(message.count == 0)
        return kept
    }

    @Test func `a buffer is released once, after its last reader`() throws {
        let released = Atomic<Int>(0)
        let counter = Counter()
        try passThroughPair(counter: counter)
        released.store(counter.value, ordering: .relaxed)
        #expect(released.load(ordering: .relaxed) == 1)
    }

    private func passThroughPair(counter: Counter) throws {
        let context = try Context()
        let left = try Socket(context, .pair)
        try left.bind("tcp://127.0.0.1:*")
        let right = try Socket(context, .pair)
        try right.connect(left.lastEndpoint)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        buffer.initializeMemory(as: UInt8.self, repeating: 5)
        nonisolated(unsafe) let owned = buffer
        do {
            let message = SharedMessage(adopting: UnsafeRawBufferPointer(buffer)) {
                owned.deallocate()
                counter.increment()
            }
            #expect(try right.trySend(message) == .sent)
            #expect(try right.trySend(message) == .sent)
        }
        for _ in 0..<2 {
            let got = try #require(try left.receiveParts())
            #expect(got[0].count == 1 << 20 && got[0].allSatisfy { $0 == 5 })
        }
    }

    @Test func `a buffer nobody sent is released`() {
        let counter = Counter()
        do {
            let message = SharedMessage(adopting: UnsafeRawBufferPointer(start: nil, count: 0)) {
                counter.increment()
            }
            #expect(message.count == 0)
        }
        #expect(counter.value == 1)
    }

    @Test func `many threads send the same message`() throws {
        let context = try Context()
        let counter = Counter()
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 100_000, alignment: 16)
        bytes.initializeMemory(as: UInt8.self, repeating: 3)
        nonisolated(unsafe) let owned = bytes
        do {
            let message = SharedMessage(adopting: UnsafeRawBufferPointer(bytes)) {
                owned.deallocate()
                counter.increment()
            }
            let threads = try (0..<4).map { index in
                try LoopThread(name: "sender \(index)") {
                    guard let left = try? Socket(context, .pair), let right = try? Socket(context, .pair)
                    else { return }
                    try? left.bind("inproc://same-\(index)")
                    try? right.connect("inproc://same-\(index)")
                    var got = Message()
                    for _ in 0..<2000 {
                        guard (try? right.trySend(message)) == .sent, (try? left.receive(into: &got)) == true
                        else {
                            Issue.record("a send failed")
                            return
                        }
                    }
                }
            }
            for thread in threads { thread.join() }
        }
        #expect(counter.value == 1)
    }

    @Test func `a filled message is sent as written`() throws {
        let context = try Context()
        let left = try Socket(context, .pair)
        let right = try Socket(context, .pair)
        try left.bind("inproc://filled")
        try right.connect("inproc://filled")
        let message = SharedMessage(count: 70_000) { buffer in
            for index in buffer.indices { buffer[index] = UInt8(truncatingIfNeeded: index) }
        }
        #expect(try right.trySend(message) == .sent)
        var got = Message()
        #expect(try left.receive(into: &got))
        #expect(try left.trySend(forwarding: &got) == .sent)
        #expect(got.count == 0)
        #expect(try right.receiveParts() == [message.array])
    }
}

final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .acquiring) }
    func increment() { count.add(1, ordering: .acquiringAndReleasing) }
}
