import Glibc
import Synchronization
import Testing
import ZeroMQ

@Suite struct PollerTests {
    /// Messages that are under way between both at all times.
    private static let balls = 8

    /// Takes part in a ping-pong with several balls, taken one at a time or all that are there, with answers
    /// sent between. Says what it waited for in vain.
    private func play(
        _ context: Context, _ endpoint: String, isFirst: Bool, rounds: Int, _ told: Mailbox<String>
    ) {
        do {
            let socket = try Socket(context, .pair)
            // The other may need the last answers when this one is through.
            try socket.set(.lingerMilliseconds, 10_000)
            if isFirst { try socket.bind(endpoint) } else { try socket.connect(endpoint) }
            var monitor = try SocketMonitor(socket)
            var poller = Poller(capacity: 1)
            let index = poller.add(socket)
            let other = poller.add(monitor)
            var message = Message()
            var seen = 0
            // Waits for the other.
            for _ in 0..<(isFirst ? Self.balls : 0) { try socket.send(parts: [[0]]) }
            while seen < rounds {
                guard try poller.wait(milliseconds: 20_000) > 0 else {
                    return told.push("nothing came after \(seen) of \(rounds)")
                }
                if poller.events(at: other).contains(.readable) { while try monitor.next() != nil {} }
                guard poller.events(at: index).contains(.readable) else { continue }
                let takesAll = seen % 3 == 0
                while try socket.receive(into: &message) {
                    seen += 1
                    let answer: [UInt8] = [message.array[0] &+ 1]
                    // Refused only when the other is through and has closed: it would miss a lost one.
                    _ = try socket.trySend(answer)
                    if !takesAll { break }
                }
            }
            told.push("done")
        } catch {
            told.push("\(error)")
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: ["ipc", "tcp", "inproc"])
    func `no message is ever slept through`(_ transport: String) throws {
        let scratch = try Scratch()
        let context = try Context()
        let endpoint =
            switch transport {
            case "ipc": "ipc://\(scratch.path)/pair"
            case "tcp": "tcp://127.0.0.1:\(Int.random(in: 20_000..<30_000))"
            default: "inproc://pair"
            }
        let told = try Mailbox<String>()
        let rounds = 20_000
        let first = try LoopThread(name: "first") {
            play(context, endpoint, isFirst: true, rounds: rounds, told)
        }
        let second = try LoopThread(name: "second") {
            play(context, endpoint, isFirst: false, rounds: rounds, told)
        }
        first.join()
        second.join()
        var said: [String] = []
        told.drain(into: &said)
        #expect(said == ["done", "done"])
    }

    @Test func `a socket with messages is ready again and again, and only for what is waited for`() throws {
        let context = try Context()
        let left = try Socket(context, .pair)
        let right = try Socket(context, .pair)
        try left.bind("inproc://levels")
        try right.connect("inproc://levels")
        var poller = Poller()
        let index = poller.add(left)
        #expect(try poller.wait(milliseconds: 0) == 0)
        for _ in 0..<2 { #expect(try right.trySend([7]) == .sent) }
        for _ in 0..<3 { #expect(try poller.wait(milliseconds: 10_000) == 1) }
        poller.setInterest([], at: index)
        #expect(try poller.wait(milliseconds: 0) == 0)
        poller.setInterest([.readable, .writable], at: index)
        #expect(try poller.wait(milliseconds: 0) == 1)
        #expect(poller.events(at: index) == [.readable, .writable])
        var message = Message()
        #expect(try left.receive(into: &message))
        #expect(try poller.wait(milliseconds: 0) == 1 && poller.events(at: index).contains(.readable))
        while try left.receive(into: &message) {}
        #expect(try poller.wait(milliseconds: 0) == 1 && poller.events(at: index) == .writable)
        poller.remove(at: index)
        #expect(try poller.wait(milliseconds: 0) == 0)
    }

    @Test(.timeLimit(.minutes(1))) func `signals that come while it looks at sockets end nothing`() throws {
        // Without a handler the signal would interrupt nothing.
        signal(SIGURG) { _ in }
        let context = try Context()
        let told = try Mailbox<String>()
        let thread = Mutex<pthread_t?>(nil)
        let loop = try LoopThread(name: "looks") {
            thread.withLock { $0 = pthread_self() }
            do {
                let socket = try Socket(context, .router)
                try socket.bind("inproc://signals")
                var poller = Poller()
                let index = poller.add(socket)
                for _ in 0..<200_000 {
                    // Has it asked anew.
                    poller.setInterest(.readable, at: index)
                    _ = try poller.wait(milliseconds: 0)
                }
                told.push("done")
            } catch {
                told.push("\(error)")
            }
            thread.withLock { $0 = nil }
        }
        while told.wakeup.isSignalled == false {
            thread.withLock { if let target = $0 { _ = pthread_kill(target, SIGURG) } }
            usleep(20)
        }
        loop.join()
        var said: [String] = []
        told.drain(into: &said)
        #expect(said == ["done"])
    }
}
