import FarmCore
import Testing

/// A client against a controller that keeps its word over links that do not.
@Suite struct ClientSessionPropertyTests {
    @Test(.timeLimit(.minutes(2)))
    func `C4 C47 over links that break at random each part counts once and each outcome is delivered once`() {
        for seed in 0..<200 as Range<UInt64> {
            let run = ClientRun(seed: seed)
            if let broken = run.play(steps: 300) {
                Issue.record("seed \(seed), \(broken)")
                return
            }
        }
    }
}

/// One seed's run. Messages wait in two queues that a break empties; the controller remembers over breaks.
final class ClientRun {
    enum Up { case part(submission: UInt64, number: UInt32), subscribe(UInt64), consumed(UInt64) }
    enum Down { case accepted(UInt64, UInt32), completions(first: UInt64, count: UInt32, bytes: Int) }

    var random: SeededGenerator
    let client: Client
    let window: Int
    var broken: String?
    var attached = true
    var up: [Up] = []
    var down: [Down] = []

    /// By work reference.
    var works: [(submission: UInt64, number: UInt32, isLive: Bool)] = []
    /// The controller's memory: parts taken of each submission, in order.
    var taken: [UInt64: UInt32] = [:]
    var log: UInt64 = 0
    var sentCursor: UInt64?
    var sentBytes = 0
    var creditBytes = 0
    var delivered: UInt64 = 0
    var unread: [Int] = []

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        window = Int.random(in: 100...2000, using: &random)
        client = Client(window: UInt64(window))
        perform(.subscribe(JobID(1), cursor: 0))
    }

    func play(steps: Int) -> String? {
        for step in 0..<steps {
            act()
            if let broken { return "step \(step): \(broken)" }
        }
        for number in 0..<3 as Range<UInt64> where client.nextPart(of: key(number)) != nil {
            submit(number, isLast: true)
        }
        if !attached { connect() }
        for _ in 0..<5000 where broken == nil { settleStep() }
        expect(client.isSettled, "parts are left")
        expect(client.heldBytes == 0, "bytes are left")
        expect(client.canSubmit, "it is blocked")
        expect(works.allSatisfy { !$0.isLive }, "bodies are left")
        expect(delivered == log, "\(delivered) of \(log) delivered")
        return broken.map { "at the end: \($0)" }
    }

    private func act() {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<20:
            let number = UInt64.random(in: 0..<3, using: &random)
            if client.canSubmit { submit(number, isLast: false) }
        case 20..<45: controllerReads()
        case 45..<65: clientReads()
        case 65..<75: log += UInt64.random(in: 0...5, using: &random)
        case 75..<85: controllerSends()
        case 85..<93: consume()
        case 93..<96:
            perform(.connectionLost)
            attached = false
            up = []
            down = []
        default:
            if !attached { connect() }
        }
        expect(client.heldBytes <= window + 400, "more than a window is held")
    }

    private func settleStep() {
        controllerReads()
        controllerSends()
        clientReads()
        consume()
    }

    private func connect() {
        attached = true
        sentCursor = nil
        sentBytes = 0
        creditBytes = 0
        perform(.welcomed(windowBytes: UInt64(window)))
    }

    private func submit(_ submission: UInt64, isLast: Bool) {
        let number = client.nextPart(of: key(submission))
        if number == nil, client.isOpen(key(submission)) || taken[submission] != nil { return }
        works.append((submission, number ?? 0, true))
        let size = Int.random(in: 0...300, using: &random)
        perform(
            .part(
                key(submission), work: UInt64(works.count - 1), bytes: size, opens: number == nil,
                isLast: isLast, follows: false))
    }

    private func controllerReads() {
        guard !up.isEmpty else { return }
        switch up.removeFirst() {
        case .part(let submission, let number):
            let next = taken[submission, default: 0]
            expect(number <= next, "part \(number) came before \(next)")
            taken[submission] = max(next, number + 1)
            down.append(.accepted(submission, taken[submission]! - 1))
        case .subscribe(let cursor): sentCursor = cursor
        case .consumed(let bytes):
            creditBytes = Int(bytes)
            expect(creditBytes <= sentBytes, "credit for \(bytes) of \(sentBytes)")
        }
    }

    private func controllerSends() {
        guard attached, let cursor = sentCursor, cursor < log, sentBytes - creditBytes < window else {
            return
        }
        let count = UInt64.random(in: 1...log - cursor, using: &random)
        let bytes = Int.random(in: 1...200, using: &random)
        down.append(.completions(first: cursor, count: UInt32(count), bytes: bytes))
        sentBytes += bytes
        sentCursor = cursor + count
    }

    private func clientReads() {
        guard !down.isEmpty else { return }
        switch down.removeFirst() {
        case .accepted(let submission, let part):
            perform(.accepted(key(submission), part: part, JobID(UInt32(submission) + 1), tasks: part + 1))
        case .completions(let first, let count, let bytes):
            let before = delivered
            perform(.completions(JobID(1), firstCursor: first, count: count, bytes: bytes))
            if delivered > before { unread.append(bytes) }
        }
    }

    private func consume() {
        guard !unread.isEmpty else { return }
        perform(.consumed(unread.removeFirst()))
    }

    private func perform(_ event: ClientSession.Event) {
        for action in client(event) {
            switch action {
            case .sendPart(let work):
                expect(attached && works[Int(work)].isLive, "a part sent that is gone, or nowhere")
                up.append(.part(submission: works[Int(work)].submission, number: works[Int(work)].number))
            case .releasePart(let work):
                expect(works[Int(work)].isLive, "released twice")
                works[Int(work)].isLive = false
            case .sendSubscribe(_, let cursor): up.append(.subscribe(cursor))
            case .sendConsumed(let total): up.append(.consumed(total))
            case .deliver(_, let first, _, let count):
                expect(first == delivered, "delivered \(first) after \(delivered)")
                delivered = first + UInt64(count)
            default: break
            }
        }
    }

    private func expect(_ holds: Bool, _ message: @autoclosure () -> String) {
        if !holds, broken == nil { broken = message() }
    }
}
