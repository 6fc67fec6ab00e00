import FarmTransport

/// Tasks of one job that follow one another, or all of it.
public struct TaskSelection: Sendable, Hashable, CustomStringConvertible {
    /// The job.
    public var job: JobID
    /// Index of the first task.
    public var first: Int
    /// How many tasks; nil for all from `first` on, those too that have not come yet.
    public var count: Int?

    /// All tasks of a job, or some of them. Precondition: `first` and `count` are not negative.
    public init(job: JobID, first: Int = 0, count: Int? = nil) {
        precondition(first >= 0 && (count ?? 0) >= 0, "tasks are counted from 0")
        self.job = job
        self.first = first
        self.count = count
    }

    /// As it is written: `12`, `12.3`, `12.1-99`.
    public var description: String {
        switch count {
        case nil where first == 0: "\(job)"
        case nil: "\(job).\(first)-"
        case 1: "\(job).\(first)"
        case .some(let count): "\(job).\(first)-\(first + count - 1)"
        }
    }

    /// Nil if it is empty.
    var range: CancelMessage.TaskRange? {
        guard first < UInt32.max, count != 0 else { return nil }
        if first == 0, count == nil { return CancelMessage.TaskRange(job: job) }
        let room = Int(UInt32.max) - first
        return CancelMessage.TaskRange(
            first: TaskID(job, UInt32(first)), count: UInt32(min(count ?? room, room)))
    }
}
