extension EngineAgent {
    /// What happens to an engine.
    public enum Event: Sendable {
        /// The controller has let the session in. `windowBytes` is how much of results may be unrecorded
        /// before nothing new is started.
        case welcomed(EngineID, epoch: UInt32, windowBytes: UInt64)
        /// The session is over; attempts go on, results are kept.
        case connectionLost
        /// A dispatch came. `work` is the node's reference to its body: handed back by `start`, or by
        /// `releaseWork` if it never starts. `lane` is the number that the node has given to its lane, -1
        /// for none.
        case dispatched(
            DispatchName, hint: UInt64, cpus: UInt32, gpus: UInt32 = 0, memoryBytes: UInt64 = 0,
            lane: Int32 = -1, timeoutNanoseconds: Int64, graceNanoseconds: Int64,
            lastingNanoseconds: Int64 = 0, work: UInt64)
        /// The controller would have the attempt elsewhere, if it has not begun.
        case recall(DispatchName)
        /// The attempt is cancelled.
        case stop(DispatchName)
        /// Somebody interrupts the attempt: told to the worker if it runs, and nothing else.
        case interrupt(DispatchName)
        /// The worker has ended an attempt. The report's name is not read. With `startedAt` zero the agent's
        /// own times are put in. The payload stays with the node until it has carried out this event's
        /// actions.
        case finished(AttemptToken, AttemptReport, payloadBytes: Int)
        /// The controller has recorded all batches up to this one.
        case recorded(UInt64)
        /// All that came at once has been handed over: the open batch goes.
        case endTurn
        /// Take nothing new, give back what has not begun, leave when all results are recorded.
        case drain
        /// As `drain`, and end what runs.
        case leaveNow
        /// `nextTimer` has come.
        case timer
    }

    /// What the node has to do, in this order.
    public enum Action: Equatable, Sendable {
        /// Hand the work to the worker; `work` belongs to the node from now on. Which cores and GPUs the
        /// attempt has, `cores(of:)` and `gpus(of:)` tell.
        case start(AttemptToken, DispatchName, work: UInt64)
        /// Have the worker end the attempt: TERM, KILL after the grace. Its end is still to be told. Said
        /// again with another reason if a cancel follows; the first one's grace holds.
        case terminate(AttemptToken, StopReason, graceNanoseconds: Int64)
        /// Interrupt the attempt; it ends as it ends.
        case interrupt(AttemptToken)
        /// The work will not start.
        case releaseWork(UInt64)
        /// Add the result to the open batch: with the payload that came with the `finished` event being
        /// handled, else without one.
        case emitResult(AttemptReport, hint: UInt64, withPayload: Bool)
        /// The open batch is complete and has this number; keep it, and send it if `send` says so.
        case closeBatch(UInt64, send: Bool)
        /// Send all batches that are kept, in order.
        case resendBatches
        /// Batches up to this one need not be kept any more.
        case forgetBatches(through: UInt64)
        /// Tell the controller that the attempt has begun.
        case sendStarted(DispatchName, at: Instant)
        /// Answer a recall, or give the dispatch back unasked (`givenBack` is true then).
        case sendRecalled(DispatchName, givenBack: Bool)
        /// Tell the controller to dispatch nothing more; the engine leaves when it is done.
        case sendDraining
        /// Tell the controller that the engine leaves; dispatches that it still counts are to be queued
        /// again.
        case sendBye
        /// Nothing is left to do: the engine may end.
        case exit
    }
}
