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

    func admits(_ job: JobStatus) -> Bool {
        wanted.allSatisfy { key, value in
            guard let found = job.labels[key] else { return false }
            return value == nil || value == found
        }
    }
}
