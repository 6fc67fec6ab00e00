import ArgumentParser
import FarmBatch
import FarmTransport
import TaskFarm

/// `tasks sweep`.
struct SweepCommand: AsyncParsableCommand, Interruptible {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Run a command over all combinations of parameters, here and now or on the farm.",
        usage: """
            tasks sweep './solve --n {n} --alpha {alpha}' n=64,128 alpha=linspace:0:1:11
            tasks sweep './solve {n}' n=range:1:100 --submit
            tasks sweep './solve {n}' n=range:1:100 --to-batch > solve.yaml
            """,
        discussion: """
            VALUES: 1,2,3 · range:FROM:TO[:STEP] · linspace:FROM:TO:COUNT · logspace:FROM:TO:COUNT · \
            random:uniform:FROM:TO:COUNT · random:normal:MEAN:STDDEV:COUNT · what begins with [ or { as in a \
            batch file.
            The shell reads the command; {n} is the value, quoted for it, {} that of the first parameter. \
            Runs as `tasks run` does, with a table at the end.
            """)

    @Argument(help: "A line for the shell, in quotes; {n} stands for the parameter n.")
    var command: String
    @Argument(help: ArgumentHelp("Parameters and their values.", valueName: "NAME=VALUES"))
    var parameters: [String] = []
    @Flag(help: "Values side by side, as many of each, rather than all combinations.")
    var zip = false
    @Option(help: "Draws other random values; default 0.")
    var seed: UInt64?
    @Flag(help: "Hand it to the farm and go on, as `tasks submit` does.")
    var submit = false
    @Flag(help: "With --submit: wait until all tasks have ended, show results.")
    var wait = false
    @Flag(help: "Write the batch file that says the same, and run nothing.")
    var toBatch = false
    @OptionGroup var job: JobFlags
    @OptionGroup var tasks: TaskFlags
    @OptionGroup var launch: LaunchOptions
    @OptionGroup var launcher: LauncherFlags
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var farm: FarmOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        if submit, toBatch { throw ValidationError("--submit and --to-batch exclude each other") }
        if wait, !submit {
            throw ValidationError("--wait is for --submit: without it the sweep is waited for")
        }
        if let seed, seed > UInt64(Int64.max) {
            throw ValidationError("--seed: expected at most \(Int64.max)")
        }
    }

    func run() async throws {
        let line = try SweepLine(
            command, parameters, isZip: zip, seed: seed, job: try job.entries(), task: try tasks.entries())
        let batch = try line.batch()
        if toBatch { return Terminal.write(line.text) }
        let surroundings = try Surroundings.here()
        if submit {
            let handIn = HandIn(farm: farm, output: format.output, waits: wait)
            return try await handIn.carryOut { Self.work(batch, surroundings) }
        }
        // A farm has to be taken down in any case.
        Terminal.endsWithReader = false
        try batch.requireNoReferences()
        let run = LocalRun(
            launch: launch, launcher: launcher, policy: policy, output: format.output, showsOutput: false,
            keeps: false)
        try await run.carryOut(Self.work(batch, surroundings))
    }

    private static func work(_ batch: Batch, _ surroundings: Surroundings) -> Work {
        var generator = SystemRandomNumberGenerator()
        return Work(batch, key: UniqueKey(using: &generator), surroundings: surroundings)
    }
}
