import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct MailboxTests {
    @Test(arguments: [true, false])
    func `a mailbox loses nothing from many threads and keeps their order`(alwaysDrains: Bool) throws {
        let threads = 4
        let each = 50_000
        let mailbox = try Mailbox<(thread: Int, number: Int)>()
        let senders = try (0..<threads).map { thread in
            try LoopThread(name: "push \(thread)") {
                for number in 0..<each { mailbox.push((thread, number)) }
            }
        }
        var poller = Poller()
        let slot = poller.add(mailbox.wakeup)
        var next = [Int](repeating: 0, count: threads)
        var batch: [(thread: Int, number: Int)] = []
        while next.reduce(0, +) < threads * each {
            // A lost wake-up shows as a wait that ends by itself.
            guard try poller.wait(milliseconds: 5_000) > 0 else {
                Issue.record("a wake-up was lost: got \(next)")
                break
            }
            let isReadable = alwaysDrains || poller.events(at: slot).contains(.readable)
            mailbox.drain(into: &batch, isReadable: isReadable)
            for (thread, number) in batch {
                guard number == next[thread] else {
                    Issue.record("thread \(thread): \(number) came instead of \(next[thread])")
                    return
                }
                next[thread] += 1
            }
            batch.removeAll(keepingCapacity: true)
        }
        for sender in senders { sender.join() }
        #expect(next == Array(repeating: each, count: threads))
        #expect(mailbox.count == 0)
    }

    @Test func `a drained mailbox sleeps`() throws {
        let mailbox = try Mailbox<Int>()
        mailbox.push(1)
        mailbox.push(contentsOf: [2, 3])
        var poller = Poller()
        _ = poller.add(mailbox.wakeup)
        #expect(try poller.wait(milliseconds: 0) == 1)
        var got: [Int] = [0]
        mailbox.drain(into: &got)
        #expect(got == [0, 1, 2, 3])
        #expect(try poller.wait(milliseconds: 0) == 0)
        #expect(try poller.wait(nanoseconds: 1) == 0)
    }

    @Test func `a full mailbox refuses`() throws {
        let mailbox = try Mailbox<Int>()
        #expect(mailbox.tryPush(1, limit: 2))
        #expect(mailbox.tryPush(2, limit: 2))
        #expect(!mailbox.tryPush(3, limit: 2))
        #expect(mailbox.count == 2)
    }

    @Test func `a poller grows and forgets removed entries`() throws {
        let wakeups = try (0..<40).map { _ in try Wakeup() }
        var poller = Poller(capacity: 2)
        let indices = wakeups.map { poller.add($0) }
        wakeups[7].signal()
        wakeups[39].signal()
        #expect(try poller.wait(milliseconds: 0) == 2)
        #expect(indices.filter { !poller.events(at: $0).isEmpty } == [7, 39])
        poller.remove(at: 7)
        poller.setInterest([], at: 39)
        #expect(try poller.wait(milliseconds: 0) == 0)
    }

    @Test func `a thread runs its body once and can be joined twice`() throws {
        let counter = Counter()
        let thread = try LoopThread(name: "a name longer than fifteen bytes", stackBytes: 1 << 20) {
            counter.increment()
        }
        thread.join()
        thread.join()
        #expect(counter.value == 1)
    }
}
