import TaskFarm

/// Two runs to be compared, as they are named on the command line.
struct RunPair {
    var old: TaskSelection
    var new: TaskSelection

    /// `words`: the older and the newer; or the newer alone, or none for the latest: then the run before it.
    /// - Throws: `CommandFailure` if there is none before it; `TaskClientError`.
    static func find(_ words: [String], _ client: TaskClient) async throws -> RunPair {
        if words.count > 1 {
            return RunPair(
                old: try await client.resolve(words[0]), new: try await client.resolve(words[1]))
        }
        var new = try await client.resolve(words.first ?? "last")
        let job = try await original(of: new.job, client)
        if job.id != new.job { new = TaskSelection(job: job.id) }
        guard let before = try await before(job, client) else {
            throw CommandFailure(
                .refused,
                job.name.isEmpty
                    ? "job \(job.id) has no name by which the run before it could be found: name both, as in `tasks compare 11 12`"
                    : "job \(job.id) is the first run of \(job.name) that is known: there is nothing to compare it with"
            )
        }
        return RunPair(
            old: TaskSelection(job: before.id, first: new.first, count: new.count), new: new)
    }

    /// The run of the same name before a job; nil if none is known.
    static func before(_ job: JobStatus, _ client: TaskClient) async throws -> JobStatus? {
        guard !job.name.isEmpty else { return nil }
        return try await client.jobs(named: job.name).last { $0.id.raw < job.id.raw }
    }

    /// The job itself, or the one of which it does tasks again.
    private static func original(of id: JobID, _ client: TaskClient) async throws -> JobStatus {
        var job = try await client.job(id)
        // Each is older than the one before it, so this ends.
        while let earlier = job.supersedes, earlier.raw < job.id.raw {
            guard let found = try? await client.job(earlier) else { break }
            job = found
        }
        return job
    }
}
