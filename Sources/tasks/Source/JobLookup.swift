import FarmBatch
import TaskFarm

/// Finds the jobs that batch files and `--after` name, in the farm to which they are handed in.
struct JobLookup {
    let farm: TaskClient

    /// How many tasks a job has; nil if more may come.
    func taskCount(of job: JobID) async throws -> UInt64? {
        let status = try await farm.job(job)
        return status.isSealed ? UInt64(status.taskCount) : nil
    }

    /// What a reference stands for at this moment.
    /// - Throws: `BatchError` with its place if that is nothing; `TaskClientError` if the farm is lost.
    func sources(of reference: JobReference) async throws -> [Dependency.Source] {
        do {
            switch reference.wanted {
            case .selector(let selector):
                return try await farm.resolve(selector).sources()
            case .labels(let labels):
                let wanted = Dictionary(labels.map { ($0.key, $0.value) }) { _, last in last }
                let jobs = try await farm.jobs(labelled: wanted)
                if jobs.isEmpty {
                    let shown = labels.map { "\($0.key)=\($0.value)" }.joined(separator: " and ")
                    throw BatchError([reference.problem("no job carries the label \(shown)")])
                }
                return jobs.map { .job($0.id) }
            }
        } catch let error as TaskClientError where [.unknown, .badInput, .overLimit].contains(error.code) {
            throw BatchError([reference.problem(error.message)])
        }
    }
}
