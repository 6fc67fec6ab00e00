import ArgumentParser
import FarmBatch
import FarmTransport
import Glibc
import TaskFarm

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
        // A farm has to be taken down in any case.
        Terminal.endsWithReader = false
        if resume, work.rereadableFile == nil {
            throw CommandFailure(
                .refused, "--resume is for a file: a command, standard input or a pipe starts anew")
        }
        let place = try work.rereadableFile.flatMap {
            try RunPlace(file: $0, options: work.digestible, resumes: resume)
        }
        let read: Work
        do {
            read = try work.read(outputLimitBytes: Self.outputLimitBytes, key: place?.key, isAlone: true)
        } catch {
            if place?.isResumed == false { place?.remove() }
            throw error
        }
        let farm = try PrivateFarm(
            try EphemeralProfile.make(), policy: policy, keeps: keep, ledger: place?.ledgerPath
        ) { directory in
            try launch.plan(
                directory, count: read.engines?.count, slots: read.engines?.slots, endsWithUs: true)
        }
        let status: ExitStatus
        do {
            status = try await carryOut(read, farm, place)
        } catch {
            farm.takeDown()
            throw farm.reason(for: error)
        }
        farm.takeDown()
        if status != .interrupted { place?.remove() }
        if status != .succeeded { throw CommandFailure.silent(status) }
    }

    private func carryOut(_ read: Work, _ farm: PrivateFarm, _ place: RunPlace?) async throws -> ExitStatus {
        let task = Task { try await Self.watch(read, farm, isResumable: place != nil) }
        farm.onFailure { task.cancel() }
        Interrupt.handle { count, _ in
            if count == 1 { return task.cancel() }
            farm.takeDown(byForce: true)
            Farewell.end(.interrupted)
        }
        let (watch, wasInterrupted) = try await task.value
        let rows = try await watch.rows()
        if showOutput || (rows.count == 1 && format.output == .table) { Self.showOutput(rows) }
        if rows.count > 1 || format.output != .table || rows.first?.outcome?.hasValue == true {
            ResultTable(rows: rows, showsErrors: false).write(format.output)
        }
        Failures.say(rows)
        if rows.count > 1 || wasInterrupted { Terminal.say(watch.summary()) }
        let succeeded = watch.job.endedCounts.allSucceeded
        await watch.farm.close()
        if wasInterrupted {
            if let file = work.rereadableFile, place != nil {
                Terminal.say("interrupted; `tasks run --resume \(file)` goes on with what has not ended")
            }
            return .interrupted
        }
        return succeeded ? .succeeded : .someFailed
    }

    /// Submits and waits; a cancellation of this Swift task cancels the job.
    private static func watch(_ read: Work, _ farm: PrivateFarm, isResumable: Bool) async throws -> (
        JobWatch, wasInterrupted: Bool
    ) {
        let client = try await farm.connect()
        let watch = JobWatch(farm: client, job: try await read.submit(to: client, nil))
        do {
            try await watch.wait()
            return (watch, false)
        } catch let error as TaskClientError where error.code == .interrupted {
            if farm.hasFailed { throw error }
            if isResumable { return (watch, true) }
            Terminal.say("interrupted: cancelling; Ctrl-C again ends at once")
            // This Swift task is cancelled and could not wait any more.
            try await Task {
                do throws(TaskClientError) { _ = try await watch.job.cancel() } catch {
                    // It has just ended.
                    guard error.code == .alreadyEnded else { throw error }
                }
                try await watch.job.wait()
            }.value
            return (watch, true)
        }
    }

    private static func showOutput(_ rows: [ResultTable.Row]) {
        for row in rows {
            guard let outcome = row.outcome else { continue }
            if rows.count > 1 { Terminal.write("==> \(outcome.id) \(row.task.name) <==\n") }
            Terminal.write(outcome.standardOutput)
            let missing = outcome.standardOutputBytes - outcome.standardOutput.count
            if missing > 0 {
                Terminal.complain(
                    "\(outcome.standardOutputBytes) bytes of output are more than is kept; write to a file with `stdout:`, or "
                        + "in the command itself")
            }
            if rows.count > 1, let last = outcome.standardOutput.last, last != UInt8(ascii: "\n") {
                Terminal.write("\n")
            }
        }
    }
}
