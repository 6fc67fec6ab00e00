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
        let work = work
        let handIn = HandIn(farm: farm, output: format.output, waits: wait)
        try await handIn.carryOut { try work.read() }
    }
}
