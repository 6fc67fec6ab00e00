/// One `after` of a group: the group waits until as many of the tasks named have ended in the way asked.
public struct Dependency: Equatable, Sendable {
    /// What is waited for.
    public enum Source: Hashable, Sendable {
        /// Every task of the group with this position in the same submission.
        case group(UInt32)
        /// One task, of any job.
        case task(TaskID)
        /// Every task of a job.
        case job(JobID)
    }

    /// How many of them.
    public enum Quorum: Equatable, Sendable {
        case all
        case any
        case atLeast(UInt32)
    }

    /// Which end counts.
    public enum When: UInt8, Sendable, CaseIterable {
        case succeeded = 0
        /// Any terminal state but `succeeded`.
        case failed = 1
        /// Any terminal state.
        case ended = 2

        /// Whether a task that ended in `state` counts.
        public func counts(_ state: TaskState) -> Bool {
            switch self {
            case .succeeded: state == .succeeded
            case .failed: state.isTerminal && state != .succeeded
            case .ended: state.isTerminal
            }
        }
    }

    public var sources: [Source]
    public var quorum: Quorum
    public var when: When

    public init(_ sources: [Source], quorum: Quorum = .all, when: When = .succeeded) {
        self.sources = sources
        self.quorum = quorum
        self.when = when
    }
}
