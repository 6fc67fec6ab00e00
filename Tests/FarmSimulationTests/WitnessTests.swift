import Testing

@testable import FarmTestKit

/// The simulator is as good as its witness: each of these is a fault that it has to see.
@Suite struct WitnessTests {
    private let key = UniqueKey(high: 1, low: 2)
    private let engine = UniqueKey(high: 3, low: 4)
    private let job = JobID(1)

    private func witness(_ groups: GroupSpec...) -> Witness {
        let witness = Witness()
        witness.noted(.epoch(5))
        witness.noted(.engineJoined(EngineID(0), EngineInfo(key: engine, name: "e")))
        witness.submitted(
            SubmissionPart(
                key: key, part: 0, isLast: true, header: JobHeader(), templates: [[]], groups: groups), job,
            at: .zero)
        return witness
    }

    private func send(_ witness: Witness, _ index: UInt32, attempt: UInt32 = 1, epoch: UInt32 = 5) {
        let name = DispatchName(task: TaskID(job, index), attempt: attempt, epoch: epoch)
        witness.dispatched(
            DispatchEntry(name: name, hint: 0, group: 0, index: index), [], to: EngineID(0), key: engine)
        witness.turnEnded()
    }

    private func log(
        _ witness: Witness, _ index: UInt32, _ state: TaskState, cause: Cause = .none, attempt: UInt32 = 1,
        kind: OutcomeEntry.Kind = .terminal, engine: EngineID = EngineID(0), epoch: UInt32 = 5,
        exitCode: Int32 = 0, error: String = ""
    ) {
        var bytes: [UInt8] = []
        let entry = OutcomeEntry(
            kind: kind, task: TaskID(job, index), state: state, cause: cause, attempt: attempt,
            engine: engine,
            exitCode: exitCode)
        let name = DispatchName(task: entry.task, attempt: attempt, epoch: epoch)
        Answer.bytes(name, [], error: error).withUnsafeBytes {
            CompletionEntry.append(entry, payload: $0, to: &bytes)
        }
        bytes.withUnsafeBytes { witness.logged($0, count: 1, job) }
        witness.turnEnded()
    }

    @Test func `a good run has no faults`() {
        let witness = witness(GroupSpec(template: 0, count: 2))
        send(witness, 0)
        log(witness, 0, .succeeded)
        send(witness, 1)
        log(witness, 1, .failed, cause: .failure)
        #expect(witness.faults.isEmpty, "\(witness.faults)")
    }

    @Test func `a task that ends twice`() {
        let witness = witness(GroupSpec(template: 0, count: 1))
        send(witness, 0)
        log(witness, 0, .succeeded)
        log(witness, 0, .succeeded)
        #expect(witness.faults.contains { $0.contains("then as succeeded") })
    }

    @Test func `a task that is sent after its end, or after its cancel`() {
        let witness = witness(GroupSpec(template: 0, count: 2))
        send(witness, 0)
        log(witness, 0, .succeeded)
        send(witness, 0, attempt: 2)
        witness.noted(.cancelling(TaskID(job, 1), count: 1))
        send(witness, 1)
        #expect(witness.faults.count == 2)
    }

    @Test func `a child that is sent too early, and one that is impossible without need`() {
        let child = GroupSpec(template: 0, count: 1, after: [Dependency([.group(0)])])
        let witness = witness(GroupSpec(template: 0, count: 1), child)
        log(witness, 1, .impossible, cause: .dependency, attempt: 0, engine: .none)
        #expect(witness.faults.contains { $0.contains("though its dependencies can be met") })
        send(witness, 1)
        #expect(witness.faults.contains { $0.contains("before its dependencies were met") })
    }

    @Test func `a try more than the budget allows, and one too few`() {
        var spec = GroupSpec(template: 0, count: 2)
        spec.policy.retry = RetryPolicy(failure: 1)
        let witness = witness(spec)
        send(witness, 0)
        log(witness, 0, .failed, cause: .failure)
        #expect(witness.faults.contains { $0.contains("too early") })
        for attempt in 1...2 as ClosedRange<UInt32> {
            send(witness, 1, attempt: attempt)
            log(witness, 1, .failed, cause: .failure, attempt: attempt, kind: .attempt)
        }
        #expect(witness.faults.contains { $0.contains("more often than its budget") })
    }

    @Test func `a result that counts though its dispatch is not the last`() {
        let witness = witness(GroupSpec(template: 0, count: 1))
        send(witness, 0, attempt: 1)
        send(witness, 0, attempt: 2)
        log(witness, 0, .succeeded, attempt: 1)
        #expect(witness.faults.contains { $0.contains("not of its last dispatch") })
    }

    @Test func `a result of an incarnation before that counts for a dispatch of this one`() {
        let witness = witness(GroupSpec(template: 0, count: 1))
        send(witness, 0, attempt: 1)
        witness.noted(.epoch(6))
        // The same attempt's number, at another engine: the old one's result must not be taken for it.
        witness.noted(.engineJoined(EngineID(1), EngineInfo(key: key, name: "other")))
        let name = DispatchName(task: TaskID(job, 0), attempt: 1, epoch: 6)
        witness.dispatched(
            DispatchEntry(name: name, hint: 0, group: 0, index: 0), [], to: EngineID(1), key: key)
        witness.turnEnded()
        log(witness, 0, .succeeded, attempt: 1, engine: EngineID(0))
        #expect(witness.faults.contains { $0.contains("not of its last dispatch") })
    }

    @Test func `a result of an incarnation before, of the same attempt at the same engine`() {
        let witness = witness(GroupSpec(template: 0, count: 1))
        send(witness, 0)
        witness.noted(.epoch(6))
        send(witness, 0, epoch: 6)
        log(witness, 0, .succeeded, epoch: 5)
        #expect(witness.faults.contains { $0.contains("another task or dispatch") })
    }

    @Test func `a result of an incarnation before, of an attempt that failed`() {
        var spec = GroupSpec(template: 0, count: 1)
        spec.policy.retry = RetryPolicy(failure: 1)
        let witness = witness(spec)
        send(witness, 0)
        witness.noted(.epoch(6))
        send(witness, 0, epoch: 6)
        log(witness, 0, .failed, cause: .failure, kind: .attempt, epoch: 5)
        #expect(witness.faults.contains { $0.contains("another task or dispatch") })
    }

    @Test func `a task that is sent while an attempt of it may run`() {
        let witness = witness(GroupSpec(template: 0, count: 2))
        send(witness, 0)
        witness.released(DispatchName(task: TaskID(job, 0), attempt: 1, epoch: 5), by: engine)
        send(witness, 0, attempt: 2)
        #expect(witness.faults.isEmpty, "\(witness.faults)")
        send(witness, 1)
        // What came was the end of another dispatch.
        witness.released(DispatchName(task: TaskID(job, 1), attempt: 1, epoch: 4), by: engine)
        send(witness, 1, attempt: 2)
        #expect(witness.faults.contains { $0.contains("was sent while attempt 1 is out") })
    }

    @Test func `a failure that is tried again and must not be, and one that must be and is not`() {
        for (code, error) in [(3, "Late"), (4, "Broken"), (4, "Late")] as [(Int32, String)] {
            let isSelected = code == 3 || error == "Broken"
            var spec = GroupSpec(template: 0, count: 2)
            spec.policy.retry = RetryPolicy(failure: 1, exitCodes: [3], errors: ["Broken"])
            let witness = witness(spec)
            send(witness, 0)
            log(witness, 0, .failed, cause: .failure, kind: .attempt, exitCode: code, error: error)
            #expect(witness.faults.contains { $0.contains("is not to be") } != isSelected)
            send(witness, 1)
            log(witness, 1, .failed, cause: .failure, exitCode: code, error: error)
            #expect(witness.faults.contains { $0.contains("too early") } == isSelected)
        }
    }

    @Test func `a task that is sent to an engine that is quarantined, or on trial with another`() {
        let witness = witness(GroupSpec(template: 0, count: 3))
        let until = Instant(nanoseconds: 5)
        func send(_ index: UInt32, isOnTrial: Bool) {
            let suspects = [UInt32(0): Witness.Suspicion(until: until, isOnTrial: isOnTrial)]
            witness.turnEnded(suspects: suspects)
            let name = DispatchName(task: TaskID(job, index), attempt: 1, epoch: 5)
            witness.dispatched(
                DispatchEntry(name: name, hint: 0, group: 0, index: index), [], to: EngineID(0), key: engine)
            witness.turnEnded(suspects: suspects)
        }
        send(0, isOnTrial: true)
        #expect(witness.faults.isEmpty, "\(witness.faults)")
        send(1, isOnTrial: true)
        #expect(witness.faults.last?.contains("is on trial with 1.0") == true)
        send(2, isOnTrial: false)
        #expect(witness.faults.last?.contains("is quarantined") == true)
    }
}
