import ArgumentParser
import FarmTransport
import TaskFarm

/// `tasks submit`.
struct Submit: AsyncParsableCommand, Interruptible {
    static let configuration = CommandConfiguration(
        abstract: "Hand a job to the farm and go on, or wait for it.",
        usage: """
            tasks submit FILE.yaml [--wait]
            tasks submit FILE.jsonl
            tasks submit --each-line FILE -- COMMAND {}
            tasks submit [--name NAME] -- COMMAND ARGUMENTS
            """,
        discussion: """
            Nothing is queued unless all of the file is good. Prints the job's number: `job 12: heat (24 \
            tasks)`.
            Commands run in the directory where this is typed, with its HOME, PATH, locale and the like.
            """)

    @OptionGroup var work: WorkOptions
    @OptionGroup var farm: FarmOptions
    @OptionGroup var format: OutputOptions
    @Flag(help: "Wait until all tasks have ended, show results; exit code 1 if one did not succeed.")
    var wait = false

    func run() async throws {
        try work.check()
        let (read, work, farmOptions) = (try work.read(), work, farm)
        let (waits, output) = (wait, format.output)
        let status = try await Interrupt.cancelling {
            let farm: TaskClient
            let job: JobHandle
            do {
                (farm, job) = try await farmOptions.connected(for: read.lanes) { farm, isAgain in
                    let read = isAgain ? try work.read() : read
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
