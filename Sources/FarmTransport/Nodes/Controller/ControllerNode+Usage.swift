/// What a controller's node keeps at the moment beside what is remembered on purpose. For tests and `doctor`:
/// when all work is done and its clients have been told, all of it is zero.
public struct ControllerUsage: Equatable, Sendable {
    public var scheduler = SchedulerUsage()
    /// Payload bytes of unfinished tasks.
    public var payloadBytes = 0
    /// Acknowledgements that wait for the ledger or for room.
    public var acknowledgements = 0
    /// Payloads of ranks whose gangs have not ended.
    public var gangPayloads = 0
    /// Messages that are not sent.
    public var unsent = 0

    /// Nothing is kept.
    public var isEmpty: Bool { self == ControllerUsage() }
}

extension ControllerNode {
    /// O(engines + ready queues).
    public var usage: ControllerUsage {
        var usage = ControllerUsage()
        usage.scheduler = scheduler.usage
        usage.payloadBytes = payloads.bytes
        usage.acknowledgements = pending.count - pendingHead + throttled.count
        usage.gangPayloads = gangPayloads.count
        for case let outbox? in outboxes {
            usage.unsent += outbox.dispatch.count + outbox.recalls.count + outbox.stops.count
        }
        return usage
    }
}
