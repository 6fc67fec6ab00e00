import ArgumentParser
import TaskFarm

/// `tasks retry`.
struct Retry: AsyncParsableCommand, Interruptible {
    static let configuration = CommandConfiguration(
        abstract: "Do tasks again that have ended, by a new job with all their options.",
        discussion: """
            `tasks retry heat --failed --dependents` is what one wants after a night in which something \
            went wrong. The new tasks supersede the old ones: `tasks results heat` shows the newest end of \
            each (`--exact`: the original). Prints the new job's number. Exit code 1 if there is nothing to \
            be done again.
            """)

    @Argument(help: "A job (12, heat, last), a task (12.3) or tasks (12.1-99).")
    var selector: String
    @Flag(help: "Only tasks that failed, or were not begun in time.")
    var failed = false
    @Flag(help: "Also the tasks that could not run for their sake.")
    var dependents = false
    @Flag(help: "Wait until all have ended, show results; exit code 1 if one did not succeed.")
    var wait = false
    @OptionGroup var farm: FarmOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let (options, output) = (farm, format.output)
        let (selector, failed, dependents, wait) = (selector, failed, dependents, wait)
        let status = try await Interrupt.cancelling {
            // What the job's tasks are for is with the controller.
            let (client, job) = try await options.connected(for: .unknown) { client, _ in
                try await Lookout.during(client, options.own) {
                    try await client.retry(selector, failedOnly: failed, dependents: dependents)
                }
            }
            let line =
                "job \(job.id): \(job.name.isEmpty ? "" : job.name + " ")(\(counted(job.taskCount, "task")) again)"
            if wait, output != .table { Terminal.say(line) } else { Terminal.write(line + "\n") }
            guard wait else {
                await client.close()
                return ExitStatus.succeeded
            }
            return try await HandIn.wait(JobWatch(farm: client, job: job, profile: options.own), output)
        }
        if status != .succeeded { throw CommandFailure.silent(status) }
    }
}
