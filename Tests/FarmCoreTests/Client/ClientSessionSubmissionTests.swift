import FarmCore
import Testing

@Suite struct ClientSessionSubmissionTests {
    @Test func `a part is sent at once and released when it is accepted`() {
        let client = Client()
        #expect(client.part(1, 10, opens: true, isLast: true) == [.sendPart(10)])
        #expect(
            client.accept(1, through: 0, job: 3, tasks: 5) == [
                .releasePart(10), .accepted(key(1), JobID(3), tasks: 5, isWhole: true),
            ])
        #expect(client.isSettled)
        #expect(!client.isOpen(key(1)))
    }

    @Test func `acceptance is cumulative, and told again it is nothing new`() {
        let client = Client()
        client.part(1, 10, opens: true)
        client.part(1, 11)
        client.part(1, 12, isLast: true)
        #expect(client.nextPart(of: key(1)) == nil)
        #expect(
            client.accept(1, through: 1, tasks: 20) == [
                .releasePart(10), .releasePart(11), .accepted(key(1), JobID(1), tasks: 20, isWhole: false),
            ])
        #expect(client.job(of: key(1)) == JobID(1))
        #expect(client.accept(1, through: 0) == [])
        #expect(client.accept(1, through: 1) == [])
        // Whoever asked for its completions wants them no more.
        #expect(client.accept(1, through: 3) == [.sendUnsubscribe(JobID(1))])
        #expect(client.accept(1, through: 2).last == .accepted(key(1), JobID(1), tasks: 1, isWhole: true))
        #expect(client.accept(1, through: 2) == [.sendUnsubscribe(JobID(1))])
        #expect(client.counters.strayAnswers == 4)
    }

    @Test func `a part handed in before the welcome is sent after it`() {
        let client = Client(attached: false)
        #expect(client.part(1, 10, opens: true) == [])
        #expect(client(.welcomed(windowBytes: 1000)) == [.sendPart(10)])
    }

    @Test func `C4 a new session gets all unaccepted parts again, in the old order`() {
        let client = Client()
        client.part(1, 10, opens: true)
        client.part(2, 20, opens: true, isLast: true)
        client.part(1, 11)
        client.accept(1, through: 0)
        #expect(client.reconnect() == [.sendPart(20), .sendPart(11)])
        client(.connectionLost)
        #expect(client.part(1, 12) == [])
        #expect(client(.welcomed(windowBytes: 1000)) == [.sendPart(20), .sendPart(11), .sendPart(12)])
    }

    @Test func `no more than a window is sent before it is accepted`() {
        let client = Client(window: 250)
        #expect(client.part(1, 10, opens: true) == [.sendPart(10)])
        #expect(client.part(1, 11) == [.sendPart(11)])
        #expect(client.canSubmit)
        #expect(client.part(1, 12) == [])
        #expect(!client.canSubmit)
        #expect(client.part(2, 20, opens: true) == [])
        let first = client.accept(1, through: 0)
        #expect(first.contains(.sendPart(12)))
        #expect(!first.contains(.sendPart(20)))
        #expect(!first.contains(.writable))
        #expect(client.accept(1, through: 2).suffix(2) == [.sendPart(20), .writable])
        #expect(client.canSubmit)
    }

    @Test func `a part larger than the window goes alone`() {
        let client = Client(window: 250)
        client.part(1, 10, opens: true)
        #expect(client.part(1, 11, bytes: 900) == [])
        #expect(client.part(1, 12) == [])
        #expect(client.accept(1, through: 0).contains(.sendPart(11)))
        #expect(client.accept(1, through: 1).suffix(2) == [.sendPart(12), .writable])
    }

    @Test func `a wider window of a new session lets the program go on`() {
        let client = Client(window: 100)
        client.part(1, 10, opens: true)
        client.part(1, 11)
        #expect(!client.canSubmit)
        #expect(client.reconnect(window: 1000) == [.sendPart(10), .sendPart(11), .writable])
    }

    @Test func `a refusal ends the submission and lets go of all its parts`() {
        let client = Client(window: 250)
        client.part(1, 10, opens: true)
        client.part(2, 20, opens: true, isLast: true)
        client.part(1, 11)
        #expect(
            client(.refused(key(1))) == [.releasePart(10), .releasePart(11), .refused(key(1)), .writable])
        #expect(client.part(1, 12) == [.releasePart(12)])
        #expect(client(.refused(key(1))) == [])
        #expect(client.reconnect(window: 250) == [.sendPart(20)])
    }

    @Test func `a part behind the last, or of a submission never begun, is let go`() {
        let client = Client()
        client.part(1, 10, opens: true, isLast: true)
        #expect(client.part(1, 11) == [.releasePart(11)])
        #expect(client.part(2, 20) == [.releasePart(20)])
    }

    @Test func `a part that the controller had from before is accepted though not sent in this session`() {
        let client = Client(window: 250)
        client.part(1, 10, opens: true)
        client.part(1, 11)
        client.part(1, 12, isLast: true)
        client(.connectionLost)
        #expect(client(.welcomed(windowBytes: 100)) == [.sendPart(10)])
        let actions = client.accept(1, through: 2)
        #expect(actions.contains(.accepted(key(1), JobID(1), tasks: 1, isWhole: true)))
        #expect(!actions.contains(.sendPart(12)))
        #expect(client.heldBytes == 0)
    }

    @Test func `part 0 asks for the job's completions, so that no subscribe is sent`() {
        let client = Client()
        client.part(1, 10, opens: true, follows: true)
        client.part(1, 11)
        #expect(
            client.accept(1, through: 0, job: 4).last == .accepted(key(1), JobID(4), tasks: 1, isWhole: false)
        )
        #expect(
            client.complete(4, from: 0, count: 2) == [.deliver(JobID(4), firstCursor: 0, skip: 0, count: 2)])
        #expect(client.reconnect().contains(.sendSubscribe(JobID(4), cursor: 2)))
    }

    @Test func `a part 0 that asked in an earlier session is followed by a subscribe`() {
        let client = Client(window: 250)
        client.part(2, 20, opens: true)
        client.part(1, 10, opens: true, follows: true)
        client(.connectionLost)
        #expect(client(.welcomed(windowBytes: 50)) == [.sendPart(20)])
        #expect(client.accept(1, through: 0, job: 4).contains(.sendSubscribe(JobID(4), cursor: 0)))
    }

    @Test func `after bye nothing is taken`() {
        let client = Client()
        client.part(1, 10, opens: true)
        #expect(client(.close) == [.sendBye])
        #expect(client(.welcomed(windowBytes: 10)) == [])
        #expect(client.part(1, 11) == [.releasePart(11)])
        #expect(!client.canSubmit)
    }
}
