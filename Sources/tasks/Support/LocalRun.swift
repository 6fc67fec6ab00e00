import FarmBatch
import FarmController
import FarmLaunch
import FarmTransport
import TaskFarm

/// A job that is run here and now, with a farm of its own that ends with it.
struct LocalRun {
    let launch: LaunchOptions
    let launcher: LauncherFlags
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
        let farm = try makeFarm(read, at: place)
        let (status, isReusable): (ExitStatus, Bool)
        do {
            (status, isReusable) = try await carryOut(read, farm, at: place, file)
        } catch {
            farm.takeDown()
            throw farm.reason(for: error)
        }
        farm.takeDown()
        // A run that went wrong takes nothing from the next: what earlier ones have left is still good.
        let keepsLedger = isReusable || (status != .succeeded && place?.hadLedger == true)
        if status != .interrupted { place?.end(keepsLedger: keepsLedger) }
        if status != .succeeded { throw CommandFailure.silent(status) }
    }

    private func makeFarm(_ read: Work, at place: RunPlace?) throws -> PrivateFarm {
        let choice = try LauncherChoice.find(launcher, file: read.engines, ProfileDirectory())
        let isLocal = choice.settings.kind == .local
        func make() throws -> PrivateFarm {
            try PrivateFarm(
                try EphemeralProfile.make(isShared: !isLocal), choice, policy: policy, keeps: keeps,
                ledger: place?.ledgerPath, launches: place?.givesUp != true
            ) { directory in
                try launch.plan(
                    directory, count: read.engines?.count ?? choice.engines,
                    slots: read.engines?.slots ?? choice.slots, python: read.engines?.python,
                    endsWithUs: isLocal)
            }
        }
        do { return try make() } catch let error as ControllerError where error.code == .badLedger {
            guard let place, place.hadLedger, !place.isResumed else { throw error }
            // It is there to save work: it must not stand in the way of any.
            Terminal.complain(
                "the ledger of earlier runs is damaged: nothing can be taken from them, all is run")
            place.dropLedger()
            return try make()
        }
    }

    private func carryOut(
        _ read: Work, _ farm: PrivateFarm, at place: RunPlace?, _ file: String?
    ) async throws -> (ExitStatus, isReusable: Bool) {
        let task = Task { try await Self.watch(read, farm, at: place) }
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
        let isReusable = rows.contains { $0.outcome?.isReusable == true }
        // The run has come to its end, whether or not older ones can be dropped.
        if isReusable { try? await Self.tidy(watch) }
        await watch.farm.close()
        if wasInterrupted {
            if let file, place != nil {
                Terminal.say("interrupted; `tasks run --resume \(file)` goes on with what has not ended")
            }
            return (.interrupted, isReusable)
        }
        return (succeeded ? .succeeded : .someFailed, isReusable)
    }

    /// Earlier runs of the file of which a value may still be taken.
    private static let keptRuns = 5

    /// Drops what older runs have left in the ledger.
    private static func tidy(_ watch: JobWatch) async throws {
        for job in try await watch.farm.jobs().sorted(by: { $0.id < $1.id }).dropLast(keptRuns)
        where job.isEnded {
            try await watch.farm.purge(job.id)
        }
    }

    /// Cancels what is left of a run that was given up.
    private static func giveUpOthers(_ key: UniqueKey, _ client: TaskClient) async throws {
        for job in try await client.jobs() where !job.isEnded && job.key != "\(key)" {
            do throws(TaskClientError) { _ = try await client.cancel(job.id) } catch {
                guard error.code == .alreadyEnded else { throw error }
            }
        }
    }

    /// Submits and waits; a cancellation of this Swift task cancels the job.
    private static func watch(_ read: Work, _ farm: PrivateFarm, at place: RunPlace?) async throws -> (
        JobWatch, wasInterrupted: Bool
    ) {
        let client = try await farm.connect()
        if let place, place.hadLedger { try await giveUpOthers(place.key, client) }
        // Engines would have begun what is left of it.
        if place?.givesUp == true { try farm.launch() }
        let watch = JobWatch(farm: client, job: try await read.submit(to: client, nil))
        do {
            try await watch.wait()
            return (watch, false)
        } catch let error as TaskClientError where error.code == .interrupted {
            if farm.hasFailed { throw error }
            if place != nil { return (watch, true) }
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
