import FarmCore
import Testing

@Suite struct ClientSessionCompletionTests {
    let job = JobID(1)

    @Test func `completions are delivered in order and move the cursor`() {
        let client = Client()
        #expect(client(.subscribe(job, cursor: 0)) == [.sendSubscribe(job, cursor: 0)])
        #expect(client.complete(from: 0, count: 3) == [.deliver(job, firstCursor: 0, skip: 0, count: 3)])
        #expect(client.complete(from: 3, count: 2) == [.deliver(job, firstCursor: 3, skip: 0, count: 2)])
        #expect(client.cursor(of: job) == 5)
    }

    @Test func `C47 a new session goes on from the cursor, and nothing is delivered twice`() {
        let client = Client()
        client(.subscribe(job, cursor: 0))
        client.complete(from: 0, count: 3)
        #expect(client.reconnect() == [.sendSubscribe(job, cursor: 3)])
        #expect(client.complete(from: 0, count: 3) == [])
        #expect(client.complete(from: 1, count: 4) == [.deliver(job, firstCursor: 3, skip: 2, count: 2)])
        #expect(client.counters.duplicateEntries == 5)
    }

    @Test func `a gap is asked for again, once, and what lies beyond it is dropped`() {
        let client = Client(window: 10_000)
        client(.subscribe(job, cursor: 0))
        #expect(client.complete(from: 2, count: 1) == [.sendSubscribe(job, cursor: 0)])
        #expect(client.complete(from: 3, count: 1) == [])
        #expect(client.complete(from: 0, count: 2) == [.deliver(job, firstCursor: 0, skip: 0, count: 2)])
        #expect(client.complete(from: 5, count: 1) == [.sendSubscribe(job, cursor: 2)])
        #expect(client.counters.gaps == 2)
    }

    @Test func `what the controller no longer has is passed over when it has been asked for in vain`() {
        let client = Client(window: 10_000)
        client(.subscribe(job, cursor: 0))
        #expect(client.complete(from: 10, count: 5) == [.sendSubscribe(job, cursor: 0)])
        #expect(client.complete(from: 15, count: 5) == [])
        #expect(client.complete(from: 10, count: 10) == [.deliver(job, firstCursor: 10, skip: 0, count: 10)])
        #expect(client.complete(from: 20, count: 1) == [.deliver(job, firstCursor: 20, skip: 0, count: 1)])
        #expect(client.counters.missingEntries == 10)
        #expect(client.counters.gaps == 1)
    }

    @Test func `a subscription can be moved, and what is under way for the old place is dropped`() {
        let client = Client()
        client(.subscribe(job, cursor: 0))
        client.complete(from: 0, count: 5)
        #expect(client(.subscribe(job, cursor: 1)) == [.sendSubscribe(job, cursor: 1)])
        #expect(client.complete(from: 5, count: 2) == [])
        #expect(client.complete(from: 1, count: 6) == [.deliver(job, firstCursor: 1, skip: 0, count: 6)])
    }

    @Test func `completions of a job that is not followed are dropped`() {
        let client = Client()
        #expect(client.complete(9, from: 0, count: 3) == [])
        client(.subscribe(job, cursor: 0))
        #expect(client(.unsubscribe(job)) == [.sendUnsubscribe(job)])
        #expect(client.complete(from: 0, count: 3) == [])
        #expect(client.cursor(of: job) == nil)
        #expect(client.reconnect() == [])
    }

    @Test func `a job that the controller does not know is not asked for again`() {
        let client = Client()
        client(.subscribe(job, cursor: 0))
        #expect(client(.gone(JobID(77))) == [], "not followed")
        #expect(client(.gone(job)) == [.gone(job)])
        #expect(client(.gone(job)) == [])
        #expect(client.cursor(of: job) == nil)
        #expect(client.reconnect() == [])
    }

    @Test func `cursors at the end of numbers do no harm`() {
        let client = Client()
        client(.subscribe(job, cursor: .max - 1))
        #expect(client.complete(from: .max - 1, count: 5) == [])
        #expect(client.complete(from: .max - 1, count: 0) == [])
    }

    @Test func `credit is told at each quarter of the window that the program has read`() {
        let client = Client(window: 1000)
        client(.subscribe(job, cursor: 0))
        for cursor in 0..<6 as Range<UInt64> { client.complete(from: cursor, count: 1, bytes: 100) }
        #expect(client(.consumed(100)) == [])
        #expect(client(.consumed(100)) == [])
        #expect(client(.consumed(100)) == [.sendConsumed(300)])
        #expect(client(.consumed(200)) == [])
        #expect(client(.consumed(100)) == [.sendConsumed(600)])
    }

    @Test func `what is dropped is credited by itself`() {
        let client = Client(window: 400)
        #expect(client.complete(9, from: 0, count: 1, bytes: 60) == [])
        #expect(client.complete(9, from: 0, count: 1, bytes: 60) == [.sendConsumed(120)])
    }

    @Test func `credit never names more than this session has sent`() {
        let client = Client(window: 400)
        client(.subscribe(job, cursor: 0))
        client.complete(from: 0, count: 1, bytes: 150)
        _ = client.reconnect(window: 400)
        client.complete(from: 1, count: 1, bytes: 120)
        #expect(client(.consumed(150)) == [])
        #expect(client(.consumed(120)) == [.sendConsumed(120)])
        #expect(client(.consumed(999)) == [])
    }

    @Test func `a program that does not read is not sent more by reconnecting`() {
        let client = Client(window: 400)
        client(.subscribe(job, cursor: 0))
        client.complete(from: 0, count: 4, bytes: 400)
        #expect(client.reconnect(window: 400) == [])
        #expect(client(.consumed(100)) == [])
        #expect(client(.consumed(100)) == [.sendSubscribe(job, cursor: 4)])
        #expect(client(.subscribe(JobID(2), cursor: 0)) == [.sendSubscribe(JobID(2), cursor: 0)])
    }

    @Test func `requests are repeated in each session until they are answered`() {
        let client = Client(attached: false)
        #expect(client(.request(1)) == [])
        #expect(client(.welcomed(windowBytes: 100)) == [.sendRequest(1)])
        #expect(client(.request(2)) == [.sendRequest(2)])
        #expect(client(.replied(1)) == [.answered(1)])
        #expect(client(.replied(1)) == [])
        #expect(client.reconnect() == [.sendRequest(2)])
        #expect(client(.replied(2)) == [.answered(2)])
        #expect(client.isSettled)
    }
}
