import Synchronization

/// The jobs of a client's commands, as far as they were not forgotten: the newest of them.
final class HandedIn: Sendable {
    private static let most = 100_000
    private let jobs = Mutex<[JobID]>([])

    func add(_ job: JobID) {
        jobs.withLock { jobs in
            if jobs.count >= Self.most { jobs.removeFirst(Self.most / 2) }
            jobs.append(job)
        }
    }

    func take() -> [JobID] {
        jobs.withLock { jobs in
            defer { jobs = [] }
            return jobs
        }
    }
}
