// Fair shares: owners, and each owner's jobs, are served by the slot-nanoseconds that they have had. A
// dispatch is charged what it is thought to take; when it ends, what it really took.
extension Scheduler {
    /// Charges the task's owner and job for a dispatch. O(log jobs).
    mutating func charge(_ slot: Int32) {
        let mean = groups[live[slot].group].meanNanoseconds
        let cpus = Int64(classes[placement(of: slot)].cpus)
        live[slot].charged = (mean > 0 ? mean : .milliseconds(1)) &* cpus
        book(service: live[slot].charged, slot)
    }

    /// The dispatch has ended, and took so long; 0 if it never began.
    mutating func settleCharge(_ slot: Int32, ran nanoseconds: Int64) {
        // As a mean of run times is: nobody's clock may be wrong by years.
        let taken = min(max(0, nanoseconds), .seconds(86_400)) &* Int64(classes[placement(of: slot)].cpus)
        let correction = taken &- live[slot].charged
        live[slot].charged = 0
        if correction != 0 { book(service: correction, slot) }
    }

    private mutating func book(service amount: Int64, _ slot: Int32) {
        let job = groups[live[slot].group].job
        let owner = Int(jobs[job].owner)
        service[owner] = max(0, service[owner].addingClamped(amount))
        let node = ready.queues[queue(of: slot)].node
        let share = amount.multipliedClamped(by: 100) / Int64(max(1, jobs[job].header.weight))
        ready.setService(max(0, ready.nodes[node].service.addingClamped(share)), of: node)
    }
}

extension Int64 {
    fileprivate func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other > 0 ? .max : .min) : sum
    }

    fileprivate func multipliedClamped(by other: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? (self > 0 ? .max : .min) : product
    }
}
