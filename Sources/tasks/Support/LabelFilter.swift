import TaskFarm

/// Jobs by their labels: `--label project=heat`, `--label nightly`.
struct LabelFilter {
    private let wanted: [(key: String, value: String?)]

    init(_ labels: [String]) {
        wanted = labels.map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count == 2 ? String(parts[1]) : nil)
        }
    }

    /// The jobs with all of the labels, oldest first.
    /// - Throws: `CommandFailure` if there are none.
    static func jobs(_ labels: [String], _ client: TaskClient) async throws -> [JobStatus] {
        let filter = LabelFilter(labels)
        let jobs = try await client.jobs().filter(filter.admits)
        guard !jobs.isEmpty else {
            throw CommandFailure(.refused, "no job has the label \(labels.joined(separator: ", "))")
        }
        return jobs
    }

    func admits(_ job: JobStatus) -> Bool {
        wanted.allSatisfy { key, value in
            guard let found = job.labels[key] else { return false }
            return value == nil || value == found
        }
    }
}
