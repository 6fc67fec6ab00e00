import FarmTransport
import TaskFarm

/// How a run has ended.
struct NightEnd: Sendable {
    /// A task that did not succeed.
    struct Failure: Sendable {
        var task: String
        var name: String
        var state: String
        var reason: String
    }

    /// As in the history: `succeeded`, `failed`, `cancelled`, `refused`.
    var state: String
    /// Why; empty if all went well.
    var cause = ""
    /// Tasks by state, as far as there was a job.
    var counts = StateCounts()
    /// Of the tasks that did not succeed the first few.
    var failures: [Failure] = []
    /// The job's name.
    var job = ""

    /// Failures that are told.
    private static let mostFailures = 10

    static func refused(_ cause: String) -> NightEnd { NightEnd(state: "refused", cause: cause) }
    static func failed(_ cause: String) -> NightEnd { NightEnd(state: "failed", cause: cause) }

    private init(state: String, cause: String) {
        self.state = state
        self.cause = cause
    }

    /// Of a job that has ended.
    /// - Parameter engines: why its engines could not go on; nil if they could.
    init(_ handle: JobHandle, _ client: TaskClient, engines: String?) async throws {
        counts = handle.endedCounts
        job = handle.name
        let wrong = counts.total - counts.succeeded - counts.cancelled
        state = counts.allSucceeded ? "succeeded" : wrong > 0 || engines != nil ? "failed" : "cancelled"
        guard state != "succeeded" else { return }
        var found: [TaskOutcome] = []
        // What went wrong before what was cancelled.
        for isCancelled in [false, true] {
            for index in 0..<handle.taskCount where found.count < Self.mostFailures {
                guard let outcome = handle.outcome(of: index), outcome.state != .succeeded,
                    (outcome.state == .cancelled) == isCancelled
                else { continue }
                found.append(outcome)
            }
        }
        let names = try await client.taskStatus(found.map(\.id)).map(\.name)
        failures = zip(found, names).map { outcome, name in
            Failure(
                task: outcome.id.description, name: name, state: outcome.state.word,
                reason: Failures.reason(outcome))
        }
        if let engines {
            cause = engines
        } else if state == "cancelled" {
            cause = "job \(handle.id) was cancelled"
        } else if let first = failures.first {
            let others = wrong > 1 ? "; \(wrong) of \(counts.total) tasks went wrong" : ""
            cause = "\(first.task) \(first.name) \(first.state): \(first.reason)\(others)"
        }
    }
}
