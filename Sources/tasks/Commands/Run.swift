import ArgumentParser
import FarmBatch

/// `tasks run`.
struct Run: AsyncParsableCommand, Interruptible {
    static let configuration = CommandConfiguration(
        abstract: "Run a job here and now, with a farm of its own that ends with it.",
        usage: """
            tasks run FILE.yaml [-n ENGINES] [--slots N]
            tasks run FILE.jsonl
            tasks run --each-line FILE -- COMMAND {}
            tasks run -- COMMAND ARGUMENTS
            """,
        discussion: """
            Shows a table of results at the end, and what went wrong with its last words. Exit code 1 if a \
            task did not succeed. Ctrl-C ends all that was started (exit code 130). A file whose run was \
            interrupted, by that or by whatever else, goes on with --resume: what had ended is not run again.
            """)

    @OptionGroup var work: WorkOptions
    @OptionGroup var launch: LaunchOptions
    @OptionGroup var launcher: LauncherFlags
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var format: OutputOptions
    @Flag(
        help:
            "Show what each task has written to standard output, before the table. So it is for a single task."
    )
    var showOutput = false
    @Flag(help: "Go on with the interrupted run of FILE.")
    var resume = false
    @Flag(help: "Leave the farm's directory with its logs there, and say where it is.")
    var keep = false

    /// A single command's output comes out as it is, so more of it is kept than of one among many.
    private static let outputLimitBytes = 64 << 20

    func run() async throws {
        try work.check()
        guard launch.count != 0 else {
            throw CommandFailure(.refused, "-n 0 would start no engines, and nothing would be run; leave it out")
        }
        // A farm has to be taken down in any case.
        Terminal.endsWithReader = false
        if resume, work.rereadableFile == nil {
            throw CommandFailure(
                .refused, "--resume is for a file: a command, standard input or a pipe starts anew")
        }
        let batch = try work.batchFile()
        let place = try work.rereadableFile.flatMap {
            try RunPlace(
                file: $0, with: batch?.otherFiles ?? [], options: work.digestible, resumes: resume)
        }
        let read: Work
        do {
            read = try work.read(
                outputLimitBytes: Self.outputLimitBytes, key: place?.key, isAlone: true, batch)
        } catch {
            if place?.isResumed == false { place?.end(keepsLedger: place?.hadLedger ?? false) }
            throw error
        }
        let run = LocalRun(
            launch: launch, launcher: launcher, policy: policy, output: format.output,
            showsOutput: showOutput, keeps: keep)
        try await run.carryOut(read, at: place, file: work.rereadableFile)
    }
}
