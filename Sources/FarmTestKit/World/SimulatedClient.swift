/// One client: submits what its scripts say, cancels now and then, and reads what its jobs come to.
final class SimulatedClient: ClientNodeDelegate {
    /// A job's log as it came here.
    struct Followed {
        var cursor: UInt64 = 0
        var digest: UInt64 = 0
        var entries: [OutcomeEntry] = []
    }

    struct Submission {
        var script: JobScript
        var nextPart = 0
        var job: JobID?
        var isWhole = false
        var refusedWith: WireCode?
        var isOver: Bool { isWhole || refusedWith != nil }
    }

    let number: Int
    private(set) var node: ClientNode!
    private(set) var link: MemoryLink!
    private unowned let simulation: Simulation
    private(set) var submissions: [Submission] = []
    private(set) var followed: [UInt32: Followed] = [:]
    /// Followed jobs of which the controller said that it knows them no more.
    private(set) var gone: Set<UInt32> = []
    /// Cancels that have not been answered.
    private(set) var requests: Set<UInt64> = []
    private(set) var answers = 0
    private(set) var isGone = false

    init(_ simulation: Simulation, _ number: Int, key: UniqueKey) {
        self.simulation = simulation
        self.number = number
        link = simulation.network.attach(role: .multiengineClient, subject: "owner\(number % 2)") {
            [unowned self] sink in
            let node = ClientNode(key: key, sink: sink, delegate: self)
            self.node = node
            return node
        }
    }

    // MARK: The program

    func submit(_ script: JobScript) {
        submissions.append(Submission(script: script))
        next(submissions.count - 1)
    }

    private func next(_ index: Int) {
        let submission = submissions[index]
        guard submission.nextPart < submission.script.parts.count, submission.refusedWith == nil, !isGone
        else { return }
        // A well-behaved program heeds `canSubmit`.
        guard node.canSubmit, !link.isStopped else {
            return simulation.later(5_000_000) { [weak self] in self?.next(index) }
        }
        let part = submission.script.parts[submission.nextPart]
        submissions[index].nextPart += 1
        link.perform { _ in
            let outcome = node.submit(part, at: simulation.now)
            if outcome != .queued, submissions[index].refusedWith == nil {
                simulation.fail("client \(number) could not submit: \(outcome)")
            }
        }
        if submissions[index].nextPart < submission.script.parts.count {
            let gap = submission.script.gaps[submissions[index].nextPart]
            simulation.later(gap) { [weak self] in self?.next(index) }
        }
    }

    func cancel(_ ranges: [CancelMessage.TaskRange]) {
        guard !isGone else { return }
        link.perform { _ in requests.insert(node.cancel(ranges, at: simulation.now)) }
    }

    /// Follows a job of whomever from its beginning.
    func follow(_ job: JobID) {
        guard followed[job.raw] == nil, !isGone else { return }
        followed[job.raw] = Followed()
        link.perform { _ in node.subscribe(job, from: 0, at: simulation.now) }
    }

    func unfollow(_ job: JobID) {
        guard !isGone else { return }
        followed[job.raw] = nil
        link.perform { _ in node.unsubscribe(job, at: simulation.now) }
    }

    /// The program ends without a word, maybe in the middle of a submission.
    func kill() {
        isGone = true
        link.kill()
    }

    /// Nothing of it is under way.
    var isSettled: Bool { isGone || submissions.allSatisfy(\.isOver) && requests.isEmpty && node.isSettled }

    // MARK: The node's delegate

    func accepted(_ key: UniqueKey, _ job: JobID, taskCount: UInt32, isWhole: Bool) {
        guard let index = submissions.firstIndex(where: { $0.script.key == key }) else { return }
        simulation.trace("client \(number): job \(job) accepted with \(taskCount) tasks")
        if let known = submissions[index].job, known != job {
            simulation.fail("one submission is job \(known) and job \(job)")
        }
        if submissions[index].script.refusal != nil {
            simulation.fail("job \(job) was accepted, and is wrong")
        }
        submissions[index].job = job
        submissions[index].isWhole = submissions[index].isWhole || isWhole
        if followed[job.raw] == nil { followed[job.raw] = Followed() }
        simulation.accepted(job, taskCount)
    }

    func refused(_ key: UniqueKey, _ code: WireCode, _ message: String) {
        guard let index = submissions.firstIndex(where: { $0.script.key == key }) else { return }
        submissions[index].refusedWith = code
        let expected = submissions[index].script.refusal
        let isCancelled =
            code == .closed && submissions[index].job.map { simulation.wasCancelled($0) } == true
        let isOfLane = submissions[index].script.mayBeRefused && (code == .badSubmission || code == .closed)
        if code != expected, !isCancelled, !isOfLane, !simulation.mayRefuse(code) {
            simulation.fail(
                "a submission was refused: \(message) (\(submissions[index].script.refusal?.description ?? "good"))"
            )
        }
    }

    func completions(_ batch: CompletionBatch) {
        let job = batch.job
        guard var log = followed[job.raw] else { return consume(batch.credit) }
        if batch.firstCursor != log.cursor {
            simulation.fail(
                "client \(number) got entry \(batch.firstCursor) of job \(job) where \(log.cursor) was due")
        }
        var offset = 0
        var count = 0
        while let (entry, payload) = try? CompletionEntry.next(in: batch.entries, at: &offset) {
            count += 1
            log.entries.append(entry)
            log.digest = Self.fold(log.digest, entry, payload)
        }
        if count != batch.count {
            simulation.fail("client \(number): \(batch.count) entries announced, \(count) came")
        }
        log.cursor += UInt64(count)
        followed[job.raw] = log
        consume(batch.credit)
    }

    static func fold(_ digest: UInt64, _ entry: OutcomeEntry, _ payload: UnsafeRawBufferPointer) -> UInt64 {
        SimulationRandom.hash(
            digest, entry.task.raw, UInt64(entry.kind.rawValue), UInt64(entry.state.rawValue),
            UInt64(entry.count), UInt64(payload.count), UInt64(entry.attempt))
    }

    /// Some programs read slowly.
    private func consume(_ bytes: Int) {
        guard simulation.random.chance(30) else { return node.consume(bytes, at: simulation.now) }
        simulation.later(simulation.random.time(0...20_000_000)) { [weak self] in self?.consumeLate(bytes) }
    }

    private func consumeLate(_ bytes: Int) {
        guard !isGone else { return }
        guard !link.isStopped else {
            return simulation.later(20_000_000) { [weak self] in self?.consumeLate(bytes) }
        }
        link.perform { _ in node.consume(bytes, at: simulation.now) }
    }

    func replied(_ request: UInt64, _ code: WireCode, _ body: [UInt8]) {
        if requests.remove(request) == nil { simulation.fail("client \(number) got answer \(request) twice") }
        answers += 1
    }

    func gone(_ job: JobID) {
        guard followed[job.raw] != nil else { return }
        simulation.trace("client \(number): job \(job) is gone")
        if !simulation.witness.forgotten.contains(job.raw) {
            simulation.fail("client \(number) was told that job \(job) is gone, and it is not")
        }
        gone.insert(job.raw)
    }

    func attached(_ welcome: WelcomeMessage) {}
    func detached() {}
    func writable() {}

    func faulted(_ code: WireCode, _ message: String) {
        guard !message.contains("peer key") else { return }
        simulation.fail("client \(number) was told a fault: \(code): \(message)")
    }

    func malformed(_ kind: MessageKind, _ error: WireError) {
        simulation.fail("client \(number) got a \(kind) that cannot be read: \(error)")
    }
}
