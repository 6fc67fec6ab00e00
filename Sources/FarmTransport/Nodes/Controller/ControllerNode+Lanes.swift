public import FarmWire

// What lanes want of the node: work in them is sent only when the ledger has its submission safe, since what
// a crash forgets is submitted again, and nothing runs twice in a lane.
extension ControllerNode {
    /// Lets the scheduler send what is safe; false if there is nothing.
    @discardableResult
    func admitSecured() -> Bool {
        guard !securing.isEmpty else { return false }
        let committed = ledger.committed
        let secured = securing.filter { $0.chunk > 0 && $0.chunk <= committed }
        guard !secured.isEmpty else { return false }
        securing.removeAll { $0.chunk > 0 && $0.chunk <= committed }
        for one in secured { handle(.laneJobRecorded(one.job, tasks: one.tasks)) }
        return true
    }

    /// Why this client may not have the groups queued, in words; nil if it may. Lanes are where namespaces
    /// and pinned work live: not for every client.
    func laneRefusal(_ groups: [GroupSpec], of role: Role) -> String? {
        guard role != .multiengineClient, role != .admin else { return nil }
        guard let first = groups.first(where: { !$0.policy.lane.isEmpty }) else { return nil }
        return
            "work in lanes, as in '\(first.policy.lane)', is for the roles multiengine-client and admin; this client has"
            + " \(role.rawValue): use multiengine-client.json (--capability FILE)"
    }

    /// As for a submission: why the tasks of this job may not be done again for the client.
    public func laneRefusal(ofJob job: JobID, role: Role) -> String? {
        laneRefusal(scheduler.groupSpecs(of: job), of: role)
    }

    /// Has the engines of these tasks interrupt them.
    public func interrupt(_ ranges: [TaskRange]) -> InterruptReport {
        let report = scheduler.interrupt(ranges, into: &actions)
        carryOut()
        return report
    }

    /// Ends what is queued in the engine's lane of that name, or in all of its lanes; nil if there is no such
    /// engine. It is recorded before the answer to the query goes out in which this is called.
    public func clearLanes(of engine: EngineID, named name: String?) -> UInt64? {
        let cleared = scheduler.clearLanes(of: engine, named: name, at: now, into: &actions)
        flushOutcomes(payloadsIn: UnsafeRawBufferPointer(start: nil, count: 0))
        carryOut()
        return cleared
    }
}
