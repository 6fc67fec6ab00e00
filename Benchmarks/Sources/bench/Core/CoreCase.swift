import TaskFarm

/// Tasks that go through the scheduler from their submission to their end.
struct CoreCase: Sendable {
    /// What a task cost, in nanoseconds of CPU time.
    struct Figure {
        var submitting: Double
        /// With submitting.
        var whole: Double
    }

    let name: String
    /// Tasks that end, at least.
    let tasks: Int
    /// Times that it may cost what the simple case does; nil for one that is there for comparison only.
    var floor: Double? = 1.5
    var farm = CoreFarm.Shape()
    var batch = CoreFarm.usualBatch
    /// Is there before the clock runs. Its first job's tasks begin and do not end.
    var parked: @Sendable () -> [CoreJob] = { [] }
    /// Job 1 and the following, if nothing is parked.
    let jobs: @Sendable () -> [CoreJob]
    /// It stands beside the array whose results come one a turn, for nothing can be batched in it either.
    var isOneByOne = false
    /// The first job is cancelled as soon as it is in and some of it was sent.
    var isCancelled = false

    /// Runs it once.
    func measure() throws -> Figure {
        let farm = CoreFarm(farm, batch: batch)
        let parked = parked()
        if !parked.isEmpty { farm.heldJob = JobID(1) }
        for job in parked { try farm.submit(job) }
        let parts = jobs().flatMap { job in
            (0..<job.partCount).map { (job.part($0), owner: job.owner) }
        }
        // What the wire and its reader have of a submission is not the scheduler's, nor is its end.
        return try withExtendedLifetime(parts) {
            let start = cpuSeconds()
            try farm.submit(parts)
            let submitted = cpuSeconds()
            if isCancelled { farm.cancel(JobID(1)) }
            farm.run()
            let end = cpuSeconds()
            let ended = isCancelled ? farm.unsuccessful : farm.succeeded
            guard ended >= tasks else {
                throw BenchError(
                    "\(name): \(farm.succeeded) tasks succeeded and \(farm.unsuccessful) ended otherwise;"
                        + " \(tasks) should have \(isCancelled ? "been cancelled" : "succeeded")")
            }
            let scale = 1e9 / Double(ended)
            return Figure(submitting: (submitted - start) * scale, whole: (end - start) * scale)
        }
    }
}
