import FarmTransport
import TaskFarm

/// Waits for a job with a progress line, and fetches what its table shows.
struct JobWatch: Sendable {
    let farm: TaskClient
    let job: JobHandle
    /// The farm's, if it is one that stays.
    var profile: ProfileDirectory?

    private static let drawPause = Duration.milliseconds(200)

    /// What the job is called in messages.
    var name: String { job.name.isEmpty ? "job \(job.id)" : job.name }

    /// Waits until all of its tasks have ended.
    func wait() async throws {
        let ticker = Terminal.errorIsTerminal ? Task { await draw() } : nil
        defer {
            ticker?.cancel()
            Progress.clear()
        }
        _ = try await Lookout.during(farm, profile) { try await job.wait() }
    }

    private func draw() async {
        let clock = ContinuousClock()
        let start = clock.now
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.drawPause)
            guard !Task.isCancelled, let status = try? await farm.job(job.id) else { continue }
            Progress.show(
                name, status.counts, of: status.taskCount, seconds: start.duration(to: clock.now).inSeconds)
        }
    }

    /// The rows of tasks, and their outcomes as far as they have ended.
    func rows(_ selection: TaskSelection? = nil) async throws -> [ResultTable.Row] {
        var rows: [ResultTable.Row] = []
        var next = selection?.first ?? 0
        let end = selection?.count.map { next + $0 } ?? Int.max
        // The controller answers with a page at a time.
        while next < end {
            let wanted = end == .max ? nil : end - next
            let page = try await farm.taskStatus(TaskSelection(job: job.id, first: next, count: wanted))
            guard !page.isEmpty else { break }
            next += page.count
            for task in page {
                // One that has ended since, or whose entry has not come yet, is fetched with its outcome.
                let index = Int(task.id.index)
                var outcome = job.outcome(of: index)
                if outcome == nil, task.state.isTerminal { outcome = try await job.outcome(ofTask: index) }
                rows.append(.init(task: task, outcome: outcome))
            }
        }
        return rows
    }

    /// `job 12 (heat): 24 tasks: 23 succeeded, 1 failed; 3.2 s, 11.9 s of work`.
    func summary() -> String {
        let counts = job.endedCounts
        let title = job.name.isEmpty ? "job \(job.id)" : "job \(job.id) (\(job.name))"
        var text = "\(title): \(counted(counts.total, "task")): \(counts.words)"
        if job.unchangedCount > 0 { text += " (\(job.unchangedCount) unchanged)" }
        if let times = job.times {
            text += "; \(Moment.seconds(times.wall.inSeconds, decimals: 1)) s"
            if times.computedCount > 1 {
                text += ", \(Moment.seconds(times.serial.inSeconds, decimals: 1)) s of work"
            }
        }
        return text
    }
}
