extension ClientSession {
    func subscription(of job: JobID) -> Int32? { subscriptionOfJob[TaskID(job, 0)] }

    /// The program follows the job from `cursor` on. Followed already: from the new cursor.
    mutating func subscribe(_ job: JobID, from cursor: UInt64, into actions: inout [Action]) {
        if let slot = subscription(of: job) {
            // What is under way belongs to the old cursor.
            subscriptions[slot].staleEnd = subscriptions[slot].isTold ? subscriptions[slot].cursor : nil
            subscriptions[slot].cursor = cursor
            subscriptions[slot].isTold = false
            tell(slot, into: &actions)
        } else {
            let slot = subscriptions.insert(Subscription(job: job, cursor: cursor))
            subscriptionOfJob.insert(TaskID(job, 0), slot)
            tell(slot, into: &actions)
        }
    }

    /// Its first part has asked for the job's completions; `isTold` if it did so in this session.
    mutating func follow(_ job: JobID, isTold: Bool, into actions: inout [Action]) {
        guard subscription(of: job) == nil else { return }
        guard isTold, mayTell else {
            if isTold { actions.append(.sendUnsubscribe(job)) }
            return subscribe(job, from: 0, into: &actions)
        }
        var followed = Subscription(job: job, cursor: 0)
        followed.isTold = true
        subscriptionOfJob.insert(TaskID(job, 0), subscriptions.insert(followed))
    }

    mutating func unsubscribe(_ job: JobID, into actions: inout [Action]) {
        guard let slot = subscription(of: job) else { return }
        if subscriptions[slot].isTold, standing == .attached { actions.append(.sendUnsubscribe(job)) }
        subscriptions.remove(slot)
        subscriptionOfJob.remove(TaskID(job, 0))
    }

    /// The controller's word on what this session asked for; what it was not asked for may be known.
    mutating func gone(_ job: JobID, into actions: inout [Action]) {
        guard let slot = subscription(of: job), subscriptions[slot].isTold else { return }
        subscriptions.remove(slot)
        subscriptionOfJob.remove(TaskID(job, 0))
        actions.append(.gone(job))
    }

    /// Asks this session for all that it has not been asked for.
    ///
    /// A program that does not read gets a window of completions a session; with many reconnections that
    /// would have no bound, so nothing is asked for while half a window of old ones is unread.
    mutating func subscribeUntold(into actions: inout [Action]) {
        guard hasUntold, mayTell else { return }
        hasUntold = false
        for slot in subscriptions.slots where !subscriptions[slot].isTold { tell(slot, into: &actions) }
    }

    /// Log entries came: what was delivered before is skipped; beyond a gap the missing ones are asked for
    /// again, once, and passed over if the controller has them no more.
    mutating func completions(
        _ job: JobID, from first: UInt64, count: UInt32, bytes: Int, into actions: inout [Action]
    ) {
        let end = first.addingReportingOverflow(UInt64(count))
        guard standing == .attached, let slot = subscription(of: job), count > 0, !end.overflow else {
            return drop(bytes, into: &actions)
        }
        var cursor = subscriptions[slot].cursor
        if first > cursor {
            if let staleEnd = subscriptions[slot].staleEnd, staleEnd != first {
                // Asked for from the cursor on, the controller begins here: it has nothing before.
                counters.missingEntries += first - cursor
                cursor = first
            } else {
                if subscriptions[slot].staleEnd == nil {
                    counters.gaps += 1
                    subscriptions[slot].isTold = false
                    tell(slot, into: &actions)
                }
                subscriptions[slot].staleEnd = end.partialValue
                return drop(bytes, into: &actions)
            }
        }
        guard end.partialValue > cursor else {
            counters.duplicateEntries += Int(count)
            return drop(bytes, into: &actions)
        }
        let skip = UInt32(cursor - first)
        counters.duplicateEntries += Int(skip)
        subscriptions[slot].staleEnd = nil
        subscriptions[slot].cursor = end.partialValue
        credit.deliver(bytes)
        actions.append(.deliver(job, firstCursor: cursor, skip: skip, count: count - skip))
    }

    mutating func tellCredit(into actions: inout [Action]) {
        guard standing == .attached, let total = credit.report(windowBytes: windowBytes) else { return }
        actions.append(.sendConsumed(total))
    }

    private var mayTell: Bool { standing == .attached && credit.carriedBytes <= windowBytes / 2 }

    private mutating func tell(_ slot: Int32, into actions: inout [Action]) {
        guard mayTell else {
            hasUntold = true
            return
        }
        subscriptions[slot].isTold = true
        actions.append(.sendSubscribe(subscriptions[slot].job, cursor: subscriptions[slot].cursor))
    }

    private mutating func drop(_ bytes: Int, into actions: inout [Action]) {
        guard standing == .attached else { return }
        credit.drop(bytes)
        tellCredit(into: &actions)
    }
}
