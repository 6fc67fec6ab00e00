import FarmTransport
import TaskFarm

/// A job that is handed to the farm, and waited for if that is wanted.
struct HandIn {
    let farm: FarmOptions
    let output: OutputFormat
    let waits: Bool

    /// - Parameter work: reads the job; called again where it has to be handed in a second time.
    /// - Throws: `CommandFailure` with the exit code if it was waited for and not all tasks have succeeded.
    func carryOut(_ work: @escaping @Sendable () throws -> Work) async throws {
        let (read, farmOptions, waits, output) = (try work(), farm, waits, output)
        let status = try await Interrupt.cancelling {
            let farm: TaskClient
            let job: JobHandle
            do {
                (farm, job) = try await farmOptions.connected(for: read.lanes) { farm, isAgain in
                    let read = isAgain ? try work() : read
                    return try await Lookout.during(farm, farmOptions.own) {
                        try await read.submit(to: farm, JobLookup(farm: farm))
                    }
                }
            } catch let error as TaskClientError where error.code == .interrupted {
                throw CommandFailure(
                    .interrupted,
                    "interrupted before the controller had acknowledged the job; `tasks list` shows whether it is there"
                )
            }
            let tasks = counted(job.taskCount, "task")
            let line = "job \(job.id): " + (job.name.isEmpty ? tasks : "\(job.name) (\(tasks))")
            // Whoever asks for JSON gets nothing else on standard output.
            if waits, output != .table { Terminal.say(line) } else { Terminal.write(line + "\n") }
            guard waits else {
                await farm.close()
                return ExitStatus.succeeded
            }
            return try await Self.wait(JobWatch(farm: farm, job: job, profile: farmOptions.own), output)
        }
        if status != .succeeded { throw CommandFailure.silent(status) }
    }

    static func wait(_ watch: JobWatch, _ output: OutputFormat) async throws -> ExitStatus {
        do {
            try await watch.wait()
        } catch let error as TaskClientError where error.code == .interrupted {
            throw CommandFailure(
                .interrupted,
                "interrupted; job \(watch.job.id) goes on: `tasks wait \(watch.job.id)` waits again, "
                    + "`tasks cancel \(watch.job.id)` ends it")
        }
        let rows = try await watch.rows()
        ResultTable(rows: rows, showsErrors: false).write(output)
        Failures.say(rows)
        Terminal.say(watch.summary())
        await watch.farm.close()
        return watch.job.endedCounts.allSucceeded ? .succeeded : .someFailed
    }
}
