/// Until when a task must have ended; one that has not is stopped and expires.
public enum Deadline: Equatable, Sendable {
    case none
    /// At a time of day.
    case at(Instant)
    /// So many nanoseconds after its job was submitted.
    case after(Int64)

    /// `never` if there is none.
    func instant(submittedAt: Instant) -> Instant {
        switch self {
        case .none: .never
        case .at(let instant): instant
        case .after(let nanoseconds): submittedAt + nanoseconds
        }
    }
}
