import FarmWire

// What an engine may let go of: batches that are recorded, and templates. It waits for neither, so it is told
// behind what is sent to it next, in one waking of its process, or a moment later.
extension ControllerNode {
    /// Where tasks are called one by one, each engine has its next within that.
    private static let tidyNanoseconds: Int64 = 5_000_000

    /// An engine that keeps more results than that is told at once, long before it has to stop for them.
    private static let unsaidBytes: UInt64 = 64 << 10

    /// The engine leaves when all that it has is recorded: it is to hear of that at once.
    func leaves(_ engine: EngineHandle) {
        let slot = Int(engine.slot)
        guard slot < outboxes.count, outboxes[slot]?.engine == engine else { return }
        outboxes[slot]!.isLeaving = true
        tidy(slot)
    }

    /// A batch is safe.
    func isRecorded(_ batch: UInt64, _ bytes: UInt64, of session: SessionID) {
        guard let slot = engineSessions[session].map({ Int($0.slot) }), outboxes[slot]?.session == session
        else { return }
        tidyLater(slot) {
            $0.recordedBatch = batch
            $0.recordedBytes = bytes
        }
        let most = min(Self.unsaidBytes, settings.windowBytes / 4)
        if outboxes[slot]!.isLeaving || bytes > outboxes[slot]!.saidBytes + most { tidy(slot) }
    }

    /// The engine of the slot is to be told what it may let go of.
    func tidyLater(_ slot: Int, _ change: (inout EngineOutbox) -> Void) {
        let isFirst = !outboxes[slot]!.isUntidy
        change(&outboxes[slot]!)
        guard isFirst else { return }
        untidy.append(slot)
        untidyCount += 1
        tidyAt = min(tidyAt, now + Self.tidyNanoseconds)
    }

    /// Tells all engines whose time has come.
    func tidyUp() {
        guard tidyAt <= now else { return }
        for slot in untidy { tidy(slot) }
        endTidying()
    }

    /// Tells the engine, if there is something to tell.
    func tidy(_ slot: Int) {
        guard outboxes[slot]?.isUntidy == true, let session = outboxes[slot]?.session else { return }
        if outboxes[slot]!.recordedBatch > 0 {
            send(session, .recorded, RecordedMessage(batch: outboxes[slot]!.recordedBatch))
            outboxes[slot]!.recordedBatch = 0
            outboxes[slot]!.saidBytes = outboxes[slot]!.recordedBytes
        }
        for job in outboxes[slot]!.forgotten { send(session, .forget, JobMessage(job: job)) }
        outboxes[slot]!.forgotten.removeAll(keepingCapacity: true)
        untidyCount -= 1
        if untidyCount == 0 { endTidying() }
    }

    private func endTidying() {
        untidy.removeAll(keepingCapacity: true)
        untidyCount = 0
        tidyAt = .never
    }
}
