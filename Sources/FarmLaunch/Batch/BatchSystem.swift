/// A batch system, as far as an allocation needs it: how it is asked, and what its answers mean. Pure.
protocol BatchSystem: Sendable {
    /// What people call it.
    var title: String { get }
    /// The script if the user has none.
    var template: String { get }

    /// The command that hands in a script.
    func submission(_ script: String, _ options: [String]) -> [String]
    /// The job's number, from what that says; nil if it says none.
    func number(in answer: String) -> String?
    /// The command that tells of a job.
    func question(_ job: String) -> [String]
    /// How the job is doing, from the answer; nil if the answer makes no sense, so that it is asked again.
    func state(of job: String, in answer: Tool.Answer) -> BatchState?
    /// The command that gives a job back.
    func release(_ job: String) -> [String]
}

/// How an allocation is doing.
enum BatchState: Equatable {
    /// It waits; the system's words for it, such as `PENDING: Resources`.
    case pending(String)
    case running
    /// It is over; the words say how, and are empty for a good end.
    case ended(String)
}
