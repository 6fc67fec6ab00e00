import FarmBatch
import FarmTransport
import TaskFarm

/// A job that is run here and now, with a farm of its own that ends with it.
struct LocalRun {
    let launch: LaunchOptions
    let policy: PolicyOptions
    let output: OutputFormat
    /// What each task has written is shown before the table, also of several tasks.
    let showsOutput: Bool
    /// The farm's directory is left there.
    let keeps: Bool

    /// Runs it, shows what came of it and takes all down.
    ///
    /// - Parameters:
    ///   - place: where it could be taken up again; nil: nowhere.
    ///   - file: the file that it is read from, for what is said of that.
    /// - Throws: `CommandFailure` with the exit code unless all tasks have succeeded.
    func carryOut(_ read: Work, at place: RunPlace? = nil, file: String? = nil) async throws {
        let farm = try PrivateFarm(
            try EphemeralProfile.make(), policy: policy, keeps: keeps, ledger: place?.ledgerPath
        ) { directory in
            try launch.plan(
                directory, count: read.engines?.count, slots: read.engines?.slots,
                python: read.engines?.python, endsWithUs: true)
        }
        let status: ExitStatus
        do {
            status = try await carryOut(read, farm, isResumable: place != nil, file)
        } catch {
            farm.takeDown()
            throw farm.reason(for: error)
        }
        farm.takeDown()
        if status != .interrupted { place?.remove() }
        if status != .succeeded { throw CommandFailure.silent(status) }
    }

    private func carryOut(
        _ read: Work, _ farm: PrivateFarm, isResumable: Bool, _ file: String?
    ) async throws -> ExitStatus {
        let task = Task { try await Self.watch(read, farm, isResumable: isResumable) }
        farm.onFailure { task.cancel() }
        Interrupt.handle { count, _ in
            if count == 1 { return task.cancel() }
            farm.takeDown(byForce: true)
            Farewell.end(.interrupted)
        }
        let (watch, wasInterrupted) = try await task.value
        let rows = try await watch.rows()
        if showsOutput || (rows.count == 1 && output == .table) { Self.showOutput(rows) }
        if rows.count > 1 || output != .table || rows.first?.outcome?.hasValue == true {
            ResultTable(rows: rows, showsErrors: false).write(output)
        }
        Failures.say(rows)
        if rows.count > 1 || wasInterrupted { Terminal.say(watch.summary()) }
        let succeeded = watch.job.endedCounts.allSucceeded
        await watch.farm.close()
        if wasInterrupted {
            if let file, isResumable {
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
